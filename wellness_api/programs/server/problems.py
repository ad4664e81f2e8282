"""Every answer to bad input: a problem report (RFC 9457) that names the field, the limit and what was stored."""

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
from wellness_api.http.come_back import retry_after
from wellness_api.http.refused import Refused
from wellness_api.http.reports import (
    MEDIA_TYPE,
    FieldProblem,
    Problem,
    headers_of,
    report_of,
    type_of,
)
from wellness_api.programs.server.limits_in_words import (
    OF_HTTP,
    OF_SIGNATURES,
    Misfit,
    limit_in,
    misfit,
    missing_parameter,
)
from wellness_api.programs.server.parameters_in_words import parameter_said
from wellness_api.words.telling import told

IMPOSSIBLE_VALUES: Final = frozenset(
    {
        asyncpg.DataError,  # An argument does not fit its type; it never left this process.
        asyncpg.CharacterNotInRepertoireError,
        asyncpg.UntranslatableCharacterError,
        asyncpg.NumericValueOutOfRangeError,
        asyncpg.DatetimeFieldOverflowError,
    }
)
PATH_IN_MESSAGE: Final = re.compile(
    r"^(?P<what>.*?)(?: - at (?:`key` in )?`(?P<path>[^`]*)`)?$", re.DOTALL
)

log = structlog.get_logger()

AnyRequest = Request[Any, Any, Any]


def answer(problem: Problem, headers: dict[str, str] | None = None) -> Response[Problem]:
    """The problem as a response."""
    return Response(problem, status_code=problem.status, media_type=MEDIA_TYPE, headers=headers)


def _problem(
    code: str, title: str, status: int, detail: str, *errors: FieldProblem
) -> Response[Problem]:
    return answer(
        Problem(
            type=type_of(code),
            title=title,
            status=status,
            detail=detail,
            errors=list(errors),
        )
    )


def _refused(_: AnyRequest, refused: Refused) -> Response[Problem]:
    return answer(report_of(refused), headers_of(refused))


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


def _signature_refused(_: AnyRequest, error: SignatureRefused) -> Response[Problem]:
    wrong = OF_SIGNATURES[error.reason]
    return _problem(
        f"signature_{error.reason}",
        "The signature does not hold",
        401,
        f"{error}. Nothing was kept.",
        FieldProblem(field=wrong.field, limit=wrong.limit, detail=str(error)),
    )


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


def _invalid_parameter(request: AnyRequest, error: ValidationException) -> Response[Problem]:
    extra = error.extra if isinstance(error.extra, list) else []
    errors = [_parameter_problem(request, item) for item in extra]
    missing = missing_parameter(str(error.detail))
    if missing is not None:
        errors = [_parameter_as_told(request, missing, f"{missing.field} is missing")]
    return _problem(
        "invalid_request",
        "The request is not valid",
        400,
        f"{error.detail}. Nothing was kept.",
        *errors,
    )


def _parameter_problem(request: AnyRequest, item: dict[str, Any]) -> FieldProblem:
    message = str(item.get("message", ""))
    return _parameter_as_told(request, Misfit(_parameter_name(item), limit_in(message)), message)


def _parameter_as_told(request: AnyRequest, wrong: Misfit, message: str) -> FieldProblem:
    sentence = parameter_said(request, field=wrong.field, limit=wrong.limit)
    return FieldProblem(
        field=wrong.field,
        limit=wrong.limit,
        detail=message if sentence is None else told(sentence, None),
    )


def _parameter_name(item: dict[str, Any]) -> str:
    """The parameter as the client wrote it; the framework reports the name of our argument."""
    name = str(item.get("key", "request")).removesuffix(
        "_"
    )  # `from_`, since `from` is a Python keyword.
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
            type=type_of(code),
            title=code.replace("_", " ").capitalize(),
            status=error.status_code,
            detail=str(error.detail),
            errors=[
                FieldProblem(field=fault.field, limit=fault.limit, detail=str(error.detail))
                for fault in (wrong,)
                if fault is not None
            ],
        ),
        headers={
            name: value
            for name, value in headers.items()
            if name in {"www-authenticate", "allow", "retry-after"}
        },
    )


def _impossible_value(request: AnyRequest, error: Exception) -> Response[Problem]:
    """A value from outside that passed every check, but has no place in the database or in its wire format.

    Other errors that the database calls errors of data, such as a division by zero, are ours.
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
    Refused: _refused,
    msgspec.ValidationError: _wrong_shape,
    msgspec.DecodeError: _malformed,
    UnicodeDecodeError: _malformed,
    SignatureRefused: _signature_refused,
    asyncpg.DataError: _impossible_value,
    asyncpg.ProgramLimitExceededError: _impossible_value,
    UnicodeEncodeError: _impossible_value,
    OverflowError: _impossible_value,  # The day after the last day of the year 9999.
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
    """Whether the error is ours, so that a client can do nothing about it."""
    if isinstance(error, SERVER_GONE):
        return not server_is_gone(error)
    return not any(isinstance(error, kind) for kind in _EXPLAINED)


def exception_handlers() -> ExceptionHandlersMap:
    """What the application answers to which exception."""
    return dict(_HANDLERS)
