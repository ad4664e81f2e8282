"""Problem reports (RFC 9457): the answer to a request that is not carried out."""

from typing import Final

import msgspec

from wellness_api.http.come_back import retry_after
from wellness_api.http.refused import Refused

MEDIA_TYPE: Final = "application/problem+json"
TYPE_PREFIX: Final = "urn:wellness:"


class FieldProblem(msgspec.Struct, kw_only=True):
    """What is wrong with one field, and what would do instead."""

    field: str
    limit: str
    detail: str


class Problem(msgspec.Struct, kw_only=True):
    """A problem report. `type` is stable and made for programs, `detail` says what to do next. With Accept-Language,
    `title` and each `detail` are sentences for people in that language, if it is one of ours.
    """

    type: str
    title: str
    status: int
    detail: str
    errors: list[FieldProblem] = []


def type_of(code: str) -> str:
    """The report's type for a problem code."""
    return f"{TYPE_PREFIX}{code}"


def code_of(of_type: str) -> str:
    """The problem code of a report's type."""
    return of_type.removeprefix(TYPE_PREFIX)


def report_of(refused: Refused) -> Problem:
    """The refusal as a report."""
    return Problem(
        type=type_of(refused.code),
        title=refused.title,
        status=refused.status,
        detail=f"{refused.detail} {refused.kept}".rstrip(),
        errors=[FieldProblem(field=refused.field, limit=refused.limit, detail=refused.detail)]
        if refused.field
        else [],
    )


def headers_of(refused: Refused) -> dict[str, str]:
    """For a refusal that may pass: when to come again."""
    if refused.retry_seconds is not None:
        return {"Retry-After": str(refused.retry_seconds)}
    return {"Retry-After": retry_after()} if refused.comes_back else {}
