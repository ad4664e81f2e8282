"""Problem reports in the language of the person in front of the screen, where the caller asks for one."""

from collections.abc import Callable
from typing import Any, Final

import msgspec
from litestar import Response
from litestar.types import ExceptionHandlersMap

from points.said import Language, Said
from wellness_api.http.refused import Refused
from wellness_api.http.reports import MEDIA_TYPE, Problem, code_of, headers_of, report_of
from wellness_api.http.services import AnyRequest
from wellness_api.programs.server.misfits_in_words import misfit_said
from wellness_api.words.asked import language_asked
from wellness_api.words.languages import TONGUES

ASKED_IN: Final = "accept-language"

_Handler = Callable[[AnyRequest, Exception], Response[Any]]


def in_their_language(handlers: ExceptionHandlersMap) -> ExceptionHandlersMap:
    """The same handlers; their reports are in the language that the client asks for."""
    return {kind: _translated(handler) for kind, handler in handlers.items()}


def as_told(problem: Problem, accept_language: str) -> tuple[Problem, Language | None]:
    """The report as people read it, and its language.

    Without a language that we have, the report stays as it is, in English and for developers. Fields and limits always
    stay so: they are for programs.
    """
    language = language_asked(accept_language)
    told = Said(f"problem.{code_of(problem.type)}", {})
    if language is None or told.key not in TONGUES[language].messages:
        return problem, None
    tongue = TONGUES[language]
    words = tongue.say(told)
    errors = [
        msgspec.structs.replace(wrong, detail=tongue.say(misfit_said(wrong) or told))
        for wrong in problem.errors
    ]
    return msgspec.structs.replace(problem, title=words, detail=words, errors=errors), language


def report_sent(refused: Refused, accept_language: str) -> tuple[bytes, dict[str, str]]:
    """Content and headers of a report that the framework does not send."""
    problem, language = as_told(report_of(refused), accept_language)
    headers = {"Content-Type": MEDIA_TYPE} | headers_of(refused)
    if language is not None:
        headers["Content-Language"] = language
    return msgspec.json.encode(problem), headers


def _translated(handler: Callable[..., Response[Any]]) -> _Handler:
    def answer(request: AnyRequest, error: Exception) -> Response[Any]:
        response = handler(request, error)
        if isinstance(response.content, Problem):
            response.content, language = as_told(
                response.content, request.headers.get(ASKED_IN, "")
            )
            if language is not None:
                response.headers["Content-Language"] = language
        return response

    return answer
