"""A resident's day as a programme counts it, from its segments: what the worker posts and the proof recomputes."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import NamedTuple

from points.programme import Programme
from wellness_api.health.days.stored_days import ResidentDay, StoredDays
from wellness_api.health.days.summarise import StoredDay, Summary, summarise_days
from wellness_api.health.samples.local_days import local_date


class CountedDay(NamedTuple):
    """A resident's day as a programme counts it: the day's figures by their numbers, each in its unit.

    `not_in_time`: what the day's summary says of figures that the programme counts otherwise, since samples came after
    its late window: their values in time, None where nothing was.
    """

    resident_id: int
    day: date
    values: Mapping[int, float]
    not_in_time: Mapping[int, float | None]


def counted_days(
    programme: Programme,
    days: Sequence[ResidentDay],
    stored: StoredDays,
    summaries: Sequence[Summary],
    figures: frozenset[int],
) -> list[CountedDay]:
    """The days as this version of the programme counts them: without what was received after its late window.

    `figures`: the numbers of those that the summaries are of.
    """
    return [
        _counted_day(day, stored[day], summary, programme.late_window_days, figures)
        for day, summary in zip(days, summaries, strict=True)
    ]


def _counted_day(
    day: ResidentDay,
    stored: StoredDay,
    summary: Summary,
    late_window_days: int,
    figures: frozenset[int],
) -> CountedDay:
    """`summary` is that of all the day's segments."""
    values = _values(summary)
    last_day = day.day + timedelta(days=late_window_days)

    def is_in_time(received_at: datetime) -> bool:
        # No zone is a day ahead of UTC, so that most need no look at their zone.
        return received_at.date() < last_day or local_date(received_at, day.time_zone) <= last_day

    segments = [segment for segment in stored.segments if is_in_time(segment.received_at)]
    corrections = [of for of in stored.corrections if is_in_time(of.asked_at)]
    if len(segments) == len(stored.segments) and len(corrections) == len(stored.corrections):
        return CountedDay(day.resident_id, day.day, values, {})
    in_time = stored._replace(segments=segments, corrections=corrections)
    (of_in_time,) = summarise_days([in_time], figures)
    counted = _values(of_in_time)
    not_in_time = {
        number: counted.get(number)
        for number in values.keys() | counted.keys()
        if counted.get(number) != values.get(number)
    }
    return CountedDay(day.resident_id, day.day, counted, not_in_time)


def _values(summary: Summary) -> dict[int, float]:
    return {number: of.value for number, of in summary.items()}
