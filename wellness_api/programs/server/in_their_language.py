"""Problem reports in the language of the person in front of the screen, where the caller asks for one."""

from collections.abc import Callable, Sequence
from itertools import zip_longest
from typing import Any

import msgspec
from litestar import Response
from litestar.exceptions import ValidationException
from litestar.types import ExceptionHandlersMap

from points.said import Language, Said, Several, said
from wellness_api.http.misfits_in_words import misfit_said
from wellness_api.http.refused import Refused
from wellness_api.http.reports import (
    MEDIA_TYPE,
    FieldProblem,
    Problem,
    code_of,
    headers_of,
    report_of,
)
from wellness_api.http.services import AnyRequest
from wellness_api.programs.server.limits_in_words import REQUIRED
from wellness_api.programs.server.parameters_in_words import parameter_said
from wellness_api.words.asked import ASKED_IN, language_asked
from wellness_api.words.languages import TONGUES

_Handler = Callable[[AnyRequest, Exception], Response[Any]]


def in_their_language(handlers: ExceptionHandlersMap) -> ExceptionHandlersMap:
    """The same handlers; their reports are in the language that the client asks for."""
    return {kind: _translated(handler) for kind, handler in handlers.items()}


def as_told(
    problem: Problem, accept_language: str, known: Sequence[Said | None] = ()
) -> tuple[Problem, Language | None]:
    """The report as people read it, and its language. `known`: what is wrong with each field, or as a whole where the report
    names none, as far as it is known as a message.

    Without a language that we have, the report stays as it is, in English and for developers. Fields and limits always
    stay so: they are for programs.
    """
    language = language_asked(accept_language)
    told = Said(f"problem.{code_of(problem.type)}", {})
    if language is None or told.key not in TONGUES[language].messages:
        return problem, None
    tongue = TONGUES[language]
    sentences = [
        sentence or _sentence(wrong)
        for wrong, sentence in zip_longest(problem.errors, known[: len(problem.errors)])
    ] or list(known)
    errors = [
        msgspec.structs.replace(wrong, detail=tongue.say(one or told))
        for wrong, one in zip(problem.errors, sentences, strict=False)
    ]
    whole = Several([told, *(one for one in sentences if one)], said("report.between"))
    detail = tongue.say(said("report.detail", sentences=whole))
    return msgspec.structs.replace(
        problem, title=tongue.say(told), detail=detail, errors=errors
    ), language


def _sentence(wrong: FieldProblem) -> Said | None:
    """What is wrong with the field; None where no more can be said than what the report says as a whole."""
    return said("misfit.missing") if wrong.limit == REQUIRED else misfit_said(wrong.detail)


def report_sent(refused: Refused, accept_language: str) -> tuple[bytes, dict[str, str]]:
    """Content and headers of a report that the framework does not send."""
    problem, language = as_told(report_of(refused), accept_language, [refused.sentence])
    headers = {"Content-Type": MEDIA_TYPE} | headers_of(refused)
    if language is not None:
        headers["Content-Language"] = language
    return msgspec.json.encode(problem), headers


def _translated(handler: Callable[..., Response[Any]]) -> _Handler:
    def answer(request: AnyRequest, error: Exception) -> Response[Any]:
        response = handler(request, error)
        if isinstance(response.content, Problem):
            response.content, language = as_told(
                response.content,
                request.headers.get(ASKED_IN, ""),
                _known_sentences(request, error, response.content),
            )
            if language is not None:
                response.headers["Content-Language"] = language
        return response

    return answer


def _known_sentences(request: AnyRequest, error: Exception, problem: Problem) -> list[Said | None]:
    """What the refusal says, or what is wrong with each parameter."""
    if isinstance(error, Refused):
        return [error.sentence]
    if isinstance(error, ValidationException):
        return [
            parameter_said(request, field=wrong.field, limit=wrong.limit)
            for wrong in problem.errors
        ]
    return []
