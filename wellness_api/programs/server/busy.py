"""What a client is told that has to try again later: 429 when the client itself is the cause, 503 when it is not."""

from typing import Final

import structlog
from litestar import Response
from litestar.types import ExceptionHandlersMap

from wellness_api.database.limits import TOO_LONG
from wellness_api.http.come_back import Busy
from wellness_api.http.reports import Problem, headers_of, report_of
from wellness_api.http.services import AnyRequest
from wellness_api.programs.server.in_their_language import report_sent
from wellness_api.programs.server.problems import answer

NOT_TWICE: Final = (Busy, *TOO_LONG)
"""Errors after which the client should try again, and not the server."""


class TookTooLong(Busy):
    """A lock, a statement or the queue for a connection took too long; the request was undone."""

    code = "busy"
    status = 503
    limit = "the seconds that the database has for an answer"
    detail = "It took too long, and was undone. Send it again later with the same idempotency key."


log = structlog.get_logger()


def busy_handlers() -> ExceptionHandlersMap:
    """What the application answers to those errors of NOT_TWICE that are no refusals of ours."""
    return dict.fromkeys(TOO_LONG, _took_too_long)


def busy_report(
    path: str, error: Exception, *, accept_language: str
) -> tuple[int, list[tuple[bytes, bytes]], bytes]:
    """Status, headers and content for an error of NOT_TWICE, where the framework does not answer."""
    refused = _refused(path, error)
    content, headers = report_sent(refused, accept_language)
    return (
        refused.status,
        [(name.lower().encode(), value.encode()) for name, value in headers.items()],
        content,
    )


def _took_too_long(request: AnyRequest, error: Exception) -> Response[Problem]:
    refused = _refused(request.url.path, error)
    return answer(report_of(refused), headers_of(refused))


def _refused(path: str, error: Exception) -> Busy:
    if isinstance(error, Busy):
        return error
    log.warning("took_too_long", path=path, kind=type(error).__name__, error=str(error))
    return TookTooLong()
