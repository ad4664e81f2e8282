"""Every answer to bad input: a problem report (RFC 9457) naming the field, the limit and what was kept."""

import re
from collections.abc import Callable
from typing import Any, Final

import asyncpg
import msgspec
import structlog
from litestar import Request, Response
from litestar.exceptions import HTTPException, ValidationException
from litestar.types import ExceptionHandlersMap

from device_bridge.signing import SignatureRefused
from wellness_api.database.errors import SERVER_GONE, may_pass, server_is_gone
from wellness_api.health.imports.problems import ImportProblem
from wellness_api.health.samples.accept import UploadContended
from wellness_api.health.samples.problems import InvalidUpload
from wellness_api.health.samples.spans import InvalidSpan
from wellness_api.http.bodies import UnreadableBody
from wellness_api.http.come_back import retry_after
from wellness_api.http.idempotency import IdempotencyKeyReused
from wellness_api.http.same_origin import CrossSite
from wellness_api.identity.accounts.code_tries import TRIES_PER_HOUR_MAX, TooManyTries
from wellness_api.identity.accounts.gateways import SignatureReplayed
from wellness_api.identity.accounts.sign_in import CodeReplaced, TooManyDevices, WrongCode
from wellness_api.identity.accounts.wrong_codes import WRONG_PER_ADDRESS_HOUR_MAX, TooManyWrongCodes
from wellness_api.identity.consents.handlers import OutdatedSentence
from wellness_api.indicators.handlers import NotComputed
from wellness_api.programs.server.limits_in_words import (
    OF_HTTP,
    OF_SIGNATURES,
    Misfit,
    limit_in,
    misfit,
    missing_parameter,
)
from wellness_api.programs.server.parameters import UnreadableQuery
from wellness_api.residents.sources.problems import InvalidChoice
from wellness_api.rewards.check_ins.problems import CheckInProblem
from wellness_api.rewards.draws.problems import DrawProblem
from wellness_api.rewards.lotteries.problems import NoSuchLottery
from wellness_api.rewards.redemptions.problems import RewardProblem
from wellness_api.rewards.teams.problems import TeamProblem

MEDIA_TYPE: Final = "application/problem+json"
IMPOSSIBLE_VALUES: Final = frozenset(
    {
        asyncpg.DataError,  # An argument that does not fit its type; it never left this process.
        asyncpg.CharacterNotInRepertoireError,
        asyncpg.UntranslatableCharacterError,
        asyncpg.NumericValueOutOfRangeError,
        asyncpg.DatetimeFieldOverflowError,
    }
)
PATH_IN_MESSAGE: Final = re.compile(r"^(?P<what>.*?)(?: - at `(?P<path>[^`]*)`)?$", re.DOTALL)

log = structlog.get_logger()

AnyRequest = Request[Any, Any, Any]


class FieldProblem(msgspec.Struct, kw_only=True):
    """What is wrong with one field, and what would do instead."""

    field: str
    limit: str
    detail: str


class Problem(msgspec.Struct, kw_only=True):
    """A problem report. `type` is stable and made for programs, `detail` says what to do next."""

    type: str
    title: str
    status: int
    detail: str
    errors: list[FieldProblem] = []


def answer(problem: Problem, headers: dict[str, str] | None = None) -> Response[Problem]:
    """The problem as a response."""
    return Response(problem, status_code=problem.status, media_type=MEDIA_TYPE, headers=headers)


def _problem(
    code: str, title: str, status: int, detail: str, *errors: FieldProblem
) -> Response[Problem]:
    return answer(
        Problem(
            type=f"urn:wellness:{code}",
            title=title,
            status=status,
            detail=detail,
            errors=list(errors),
        )
    )


def _invalid_upload(_: AnyRequest, error: InvalidUpload) -> Response[Problem]:
    return _problem(
        "invalid_upload",
        "The upload cannot be taken",
        422,
        f"{error.detail} Nothing of the upload was kept.",
        FieldProblem(field=error.field, limit=error.limit, detail=error.detail),
    )


def _invalid_span(_: AnyRequest, error: InvalidSpan) -> Response[Problem]:
    return _problem(
        "invalid_span",
        "These samples cannot be read",
        422,
        str(error),
        FieldProblem(field=error.field, limit=error.limit, detail=str(error)),
    )


def _invalid_choice(_: AnyRequest, error: InvalidChoice) -> Response[Problem]:
    return _problem(
        "invalid_choice",
        "The choice cannot be kept",
        422,
        f"{error} The order of sources is kept as it was.",
        FieldProblem(field=error.field, limit=error.limit, detail=str(error)),
    )


def _import_problem(_: AnyRequest, error: ImportProblem) -> Response[Problem]:
    return _problem(
        error.code,
        "The import cannot go on like this",
        error.status,
        f"{error} Nothing was changed.",
        FieldProblem(field=error.field, limit=error.limit, detail=error.detail),
    )


def _draw_problem(_: AnyRequest, error: DrawProblem) -> Response[Problem]:
    return _problem(
        error.code,
        "This cannot be done with the draw",
        error.status,
        f"{error} Nothing was changed.",
        FieldProblem(field=error.field, limit=error.limit, detail=error.detail),
    )


def _reward_problem(_: AnyRequest, error: RewardProblem) -> Response[Problem]:
    return _problem(
        error.code,
        "This cannot be done with the reward",
        error.status,
        f"{error} Nothing was changed.",
        FieldProblem(field=error.field, limit=error.limit, detail=error.detail),
    )


def _check_in_problem(_: AnyRequest, error: CheckInProblem) -> Response[Problem]:
    return _problem(
        error.code,
        "This cannot be done with the class",
        error.status,
        f"{error} Nothing was kept.",
        FieldProblem(field=error.field, limit=error.limit, detail=error.detail),
    )


def _team_problem(_: AnyRequest, error: TeamProblem) -> Response[Problem]:
    return _problem(
        error.code,
        "This cannot be done with the team",
        error.status,
        f"{error} Nothing was changed.",
        FieldProblem(field=error.field, limit=error.limit, detail=error.detail),
    )


def _outdated_sentence(_: AnyRequest, error: OutdatedSentence) -> Response[Problem]:
    return _problem(
        "outdated_sentence",
        "The sentence has changed",
        409,
        f"{error} Nothing was kept.",
        FieldProblem(field="version", limit=str(error.version), detail=str(error)),
    )


def _too_many_tries(_: AnyRequest, error: TooManyTries | TooManyWrongCodes) -> Response[Problem]:
    limit = (
        f"{TRIES_PER_HOUR_MAX} tries an hour"
        if isinstance(error, TooManyTries)
        else f"{WRONG_PER_ADDRESS_HOUR_MAX} wrong codes an hour from one address, fewer while many are wrong"
    )
    response = _problem(
        "too_many_tries",
        "Too many codes were tried",
        429,
        str(error),
        FieldProblem(field="code", limit=limit, detail=str(error)),
    )
    response.headers["Retry-After"] = str(error.retry_seconds)
    return response


def _no_such_lottery(_: AnyRequest, error: NoSuchLottery) -> Response[Problem]:
    return _problem(
        "no_such_lottery",
        "There is no such lottery",
        404,
        str(error),
        FieldProblem(
            field="programme", limit="a programme with a daily lottery", detail=str(error)
        ),
    )


def _not_computed(_: AnyRequest, __: NotComputed) -> Response[Problem]:
    detail = "The worker works them out once the city has zones, and then once a day."
    return _problem(
        "not_computed",
        "The indicators are not worked out yet",
        404,
        detail,
        FieldProblem(field="address", limit="once the city has zones", detail=detail),
    )


def _unreadable_body(_: AnyRequest, error: UnreadableBody) -> Response[Problem]:
    return _problem(
        error.code,
        "The body cannot be read",
        error.status,
        f"{error.detail} Nothing was kept.",
        FieldProblem(field=error.field, limit=error.limit, detail=error.detail),
    )


def _unreadable_query(_: AnyRequest, error: UnreadableQuery) -> Response[Problem]:
    return _problem(
        error.code,
        "The address cannot be read",
        400,
        f"{error} Nothing was changed.",
        FieldProblem(field=error.field, limit=error.limit, detail=str(error)),
    )


def _wrong_shape(_: AnyRequest, error: msgspec.ValidationError) -> Response[Problem]:
    match = PATH_IN_MESSAGE.match(str(error))
    assert match is not None, "the pattern fits any text"
    wrong = misfit((match["path"] or "$").removeprefix("$").removeprefix("."), match["what"])
    return _problem(
        "wrong_shape",
        "The body is not of the expected shape",
        422,
        f"{match['what']} (at {wrong.field}). Nothing was kept.",
        FieldProblem(field=wrong.field, limit=wrong.limit, detail=match["what"]),
    )


def _malformed(_: AnyRequest, error: msgspec.DecodeError | UnicodeDecodeError) -> Response[Problem]:
    return _problem(
        "malformed_body",
        "The body is malformed",
        400,
        f"{error}. Nothing was kept.",
        FieldProblem(field="body", limit="well-formed JSON or MessagePack", detail=str(error)),
    )


def _key_reused(_: AnyRequest, error: IdempotencyKeyReused) -> Response[Problem]:
    return _problem(
        "idempotency_key_reused",
        "The idempotency key was used before",
        422,
        str(error),
        FieldProblem(field="Idempotency-Key", limit="one key for one upload", detail=str(error)),
    )


def _wrong_code(_: AnyRequest, error: WrongCode) -> Response[Problem]:
    return _problem(
        "wrong_code",
        "The sign-in code is not valid",
        401,
        str(error),
        FieldProblem(field="code", limit="the code that was printed last", detail=str(error)),
    )


def _code_replaced(_: AnyRequest, error: CodeReplaced) -> Response[Problem]:
    return _problem(
        "code_replaced",
        "A newer sign-in code was printed",
        401,
        str(error),
        FieldProblem(field="code", limit="the code that was printed last", detail=str(error)),
    )


def _too_many_devices(_: AnyRequest, error: TooManyDevices) -> Response[Problem]:
    return _problem(
        "too_many_devices",
        "The sign-in code is in use on too many devices",
        409,
        str(error),
        FieldProblem(field="code", limit=f"at most {error.devices_max} devices", detail=str(error)),
    )


def _cross_site(_: AnyRequest, error: CrossSite) -> Response[Problem]:
    return _problem(
        "cross_site",
        "The call came from another site",
        403,
        f"{error} Nothing was done.",
        FieldProblem(
            field="Sec-Fetch-Site or Origin", limit="those of our own pages", detail=str(error)
        ),
    )


def _signature_refused(_: AnyRequest, error: SignatureRefused) -> Response[Problem]:
    wrong = OF_SIGNATURES[error.reason]
    return _problem(
        f"signature_{error.reason}",
        "The signature does not hold",
        401,
        f"{error}. Nothing was kept.",
        FieldProblem(field=wrong.field, limit=wrong.limit, detail=str(error)),
    )


def _signature_replayed(_: AnyRequest, error: SignatureReplayed) -> Response[Problem]:
    return _problem(
        "signature_replayed",
        "The signature was used before",
        401,
        str(error),
        FieldProblem(field="nonce", limit="a new one for each try", detail=str(error)),
    )


def _contended(_: AnyRequest, __: UploadContended) -> Response[Problem]:
    response = _problem(
        "upload_contended",
        "Too many uploads of the same days at once",
        503,
        "Send the upload again with the same idempotency key.",
    )
    response.headers["Retry-After"] = retry_after()
    return response


def _unavailable(request: AnyRequest, error: Exception) -> Response[Problem]:
    if not server_is_gone(error) and not may_pass(error):
        return _unexpected(request, error)
    log.error("database_unavailable", error=str(error))
    response = _problem(
        "unavailable",
        "The database cannot be reached",
        503,
        "Send the request again with the same idempotency key; nothing is lost that has a receipt.",
    )
    response.headers["Retry-After"] = retry_after()
    return response


def _invalid_parameter(_: AnyRequest, error: ValidationException) -> Response[Problem]:
    extra = error.extra if isinstance(error.extra, list) else []
    errors = [
        FieldProblem(
            field=_parameter_name(item),
            limit=limit_in(str(item.get("message", ""))),
            detail=str(item.get("message", "")),
        )
        for item in extra
    ]
    missing = missing_parameter(str(error.detail))
    if missing is not None:
        detail = f"{missing.field} is missing"
        errors = [FieldProblem(field=missing.field, limit=missing.limit, detail=detail)]
    return _problem(
        "invalid_request",
        "The request is not valid",
        400,
        f"{error.detail}. Nothing was kept.",
        *errors,
    )


def _parameter_name(item: dict[str, Any]) -> str:
    """The parameter as the client wrote it; the framework reports it by our argument's name."""
    name = str(item.get("key", "request")).removesuffix(
        "_"
    )  # `from_`: Python keeps `from` for itself.
    return name.replace("_", "-").title() if item.get("source") == "header" else name


def http_problem(_: AnyRequest, error: HTTPException) -> Response[Problem]:
    """What the framework found wrong, as a problem report."""
    code = re.sub(r"(?<!^)(?=[A-Z])", "_", type(error).__name__.removesuffix("Exception")).lower()
    headers = {name.lower(): value for name, value in (error.headers or {}).items()}
    wrong = (
        Misfit("method", headers.get("allow", ""))
        if code == "method_not_allowed"
        else OF_HTTP.get(code)
    )
    return answer(
        Problem(
            type=f"urn:wellness:{code}",
            title=code.replace("_", " ").capitalize(),
            status=error.status_code,
            detail=str(error.detail),
            errors=[
                FieldProblem(field=one.field, limit=one.limit, detail=str(error.detail))
                for one in (wrong,)
                if one is not None
            ],
        ),
        headers={
            name: value
            for name, value in headers.items()
            if name in {"www-authenticate", "allow", "retry-after"}
        },
    )


def _impossible_value(request: AnyRequest, error: Exception) -> Response[Problem]:
    """A value from outside that passed every check and that the database or its wire still have no place for.

    Other errors that the database calls errors of data, a division by zero for one, are ours.
    """
    if isinstance(error, asyncpg.DataError) and type(error) not in IMPOSSIBLE_VALUES:
        return _unexpected(request, error)
    log.warning("impossible_value", path=request.url.path, kind=type(error).__name__)
    return _problem(
        "impossible_value",
        "A value cannot be kept or looked for",
        400,
        "The request has a character, a number, a time or a text that cannot be kept. Nothing was changed.",
        FieldProblem(
            field="request",
            limit="text in UTF-8 without NUL and of at most 1,000 letters, whole numbers of 64 bits, years 1 to 9999",
            detail="Something in the path, the query, a header or the body is beyond these limits.",
        ),
    )


def _unexpected(request: AnyRequest, error: Exception) -> Response[Problem]:
    log.error("unexpected_error", path=request.url.path, exc_info=error)
    return _problem(
        "internal_error", "Something went wrong here", 500, "The error is logged; try again later."
    )


_Handler = Callable[..., Response[Any]]
_HANDLERS: Final[dict[int | type[Exception], _Handler]] = {
    InvalidUpload: _invalid_upload,
    UnreadableBody: _unreadable_body,
    UnreadableQuery: _unreadable_query,
    InvalidSpan: _invalid_span,
    ImportProblem: _import_problem,
    CheckInProblem: _check_in_problem,
    TeamProblem: _team_problem,
    OutdatedSentence: _outdated_sentence,
    TooManyTries: _too_many_tries,
    RewardProblem: _reward_problem,
    DrawProblem: _draw_problem,
    NoSuchLottery: _no_such_lottery,
    NotComputed: _not_computed,
    InvalidChoice: _invalid_choice,
    msgspec.ValidationError: _wrong_shape,
    msgspec.DecodeError: _malformed,
    UnicodeDecodeError: _malformed,
    IdempotencyKeyReused: _key_reused,
    WrongCode: _wrong_code,
    CodeReplaced: _code_replaced,
    TooManyDevices: _too_many_devices,
    TooManyWrongCodes: _too_many_tries,
    CrossSite: _cross_site,
    SignatureRefused: _signature_refused,
    SignatureReplayed: _signature_replayed,
    UploadContended: _contended,
    asyncpg.DataError: _impossible_value,
    asyncpg.ProgramLimitExceededError: _impossible_value,
    UnicodeEncodeError: _impossible_value,
    OverflowError: _impossible_value,  # The day after the last of the year 9999.
    asyncpg.InsufficientResourcesError: _unavailable,
    **dict.fromkeys(SERVER_GONE, _unavailable),
    ValidationException: _invalid_parameter,
    HTTPException: http_problem,
    Exception: _unexpected,
}


_EXPLAINED: Final = tuple(
    kind for kind in _HANDLERS if isinstance(kind, type) and kind is not Exception
)


def is_unexpected(error: Exception) -> bool:
    """Whether the error is one of ours, that a client can do nothing about."""
    if isinstance(error, SERVER_GONE):
        return not server_is_gone(error)
    return not any(isinstance(error, kind) for kind in _EXPLAINED)


def exception_handlers() -> ExceptionHandlersMap:
    """What the application answers to which exception."""
    return dict(_HANDLERS)
