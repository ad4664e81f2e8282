"""A stretch of time that somebody asks about, and what can be wrong with it."""

from datetime import UTC, datetime, timedelta
from typing import Final, NamedTuple

from points.said import Said, said
from wellness_api.health.samples.times_in_words import no_offset
from wellness_api.http.refused import Refused

DAYS_MAX: Final = 366
"""A longer span is refused with 422 and this limit."""

EARLIEST: Final = datetime(1999, 1, 1, tzinfo=UTC)
LATEST: Final = datetime(2999, 1, 1, tzinfo=UTC)
"""Beyond these times, days could not be counted."""


class InvalidSpan(Refused):
    """The samples that were asked for cannot be read."""

    code = "invalid_span"
    status = 422
    title = "These samples cannot be read"

    def __init__(self, *, field: str, limit: str, detail: Said) -> None:
        """`detail`: a message, since whoever asks for a language is told what is wrong in it."""
        super().__init__(field=field, limit=limit, detail=detail)


class TimeSpan(NamedTuple):
    """The time from a moment (included) to another one (not included). Both have an offset."""

    start: datetime
    end: datetime


def check_span(span: TimeSpan) -> None:
    """Raises InvalidSpan for a span without an offset, without length, or too long."""
    for field, moment in (("from", span.start), ("to", span.end)):
        if moment.tzinfo is None:
            raise InvalidSpan(
                field=field,
                limit="an RFC 3339 time with its offset, as 2026-11-18T00:00:00+09:00",
                detail=no_offset(moment.isoformat()),
            )
        if not EARLIEST <= moment <= LATEST:
            raise InvalidSpan(
                field=field,
                limit=f"from {EARLIEST:%Y} to {LATEST:%Y}",
                detail=said("span_problem.beyond", moment=moment.isoformat()),
            )
    if not span.start < span.end <= span.start + timedelta(days=DAYS_MAX):
        raise InvalidSpan(
            field="to",
            limit=f"after `from`, at most {DAYS_MAX} days",
            detail=said("span_problem.backwards")
            if span.end <= span.start
            else said("span_problem.length", most=DAYS_MAX),
        )
