"""What is said to those who are to come again later: 429 for what is their own doing, 503 for what is not."""

from typing import Final

import msgspec
import structlog
from litestar import Response
from litestar.types import ExceptionHandlersMap

from wellness_api.database.limits import TOO_LONG
from wellness_api.http.come_back import Busy, retry_after
from wellness_api.http.services import AnyRequest
from wellness_api.programs.server.problems import MEDIA_TYPE, FieldProblem, Problem, answer

NOT_TWICE: Final = (Busy, *TOO_LONG)
"""What the client is to try again, and not we."""

TOOK_TOO_LONG: Final = Busy(
    "busy",
    503,
    limit="the seconds that the database has for an answer",
    detail="It took too long, and was undone. Send it again later with the same idempotency key.",
)

log = structlog.get_logger()


def busy_handlers() -> ExceptionHandlersMap:
    """What the application answers to NOT_TWICE."""
    return dict.fromkeys(NOT_TWICE, _busy)


def busy_report(path: str, error: Exception) -> tuple[int, list[tuple[bytes, bytes]], bytes]:
    """Status, headers and content for one of NOT_TWICE where the framework does not answer."""
    problem = _problem_of(path, error)
    headers = [(b"content-type", MEDIA_TYPE.encode()), (b"retry-after", retry_after().encode())]
    return problem.status, headers, msgspec.json.encode(problem)


def _busy(request: AnyRequest, error: Exception) -> Response[Problem]:
    return answer(_problem_of(request.url.path, error), headers={"Retry-After": retry_after()})


def _problem_of(path: str, error: Exception) -> Problem:
    if not isinstance(error, Busy):
        # A lock, a statement or the queue for a connection.
        log.warning("took_too_long", path=path, kind=type(error).__name__, error=str(error))
    busy = error if isinstance(error, Busy) else TOOK_TOO_LONG
    return Problem(
        type=f"urn:wellness:{busy.code}",
        title="Too much at once",
        status=busy.status,
        detail=str(busy),
        errors=[FieldProblem(field="request", limit=busy.limit, detail=str(busy))],
    )
