"""A resident's day as a programme counts it, from its segments: what the worker posts and the proof recomputes."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import NamedTuple

from points.programme import Programme
from wellness_api.health.days.stored_days import ChoicesByResident, ResidentDay, SegmentsByDay
from wellness_api.health.days.summarise import SegmentsOfDay, Summary, summarise_days
from wellness_api.health.samples.folding import StoredSegment
from wellness_api.health.samples.local_days import local_date
from wellness_api.health.sources.orders import SourceOrder


class CountedDay(NamedTuple):
    """A resident's day as a programme counts it: the day's value by metric number, in the metric's unit.

    `not_in_time`: what the day's summary says of metrics that the programme counts otherwise, since samples came after
    its late window: their values in time, None where nothing was.
    """

    resident_id: int
    day: date
    values: Mapping[int, float]
    not_in_time: Mapping[int, float | None]


def counted_days(
    programme: Programme,
    days: Sequence[ResidentDay],
    segments: SegmentsByDay,
    summaries: Sequence[Summary],
    choices: ChoicesByResident,
) -> list[CountedDay]:
    """The days as this version of the programme counts them: without what was received after its late window."""
    return [
        _counted_day(
            day,
            segments[day.resident_id, day.day],
            summary,
            choices[day.resident_id],
            late_window_days=programme.late_window_days,
        )
        for day, summary in zip(days, summaries, strict=True)
    ]


def _counted_day(
    day: ResidentDay,
    segments: Sequence[StoredSegment],
    summary: Summary,
    choices: Sequence[SourceOrder],
    *,
    late_window_days: int,
) -> CountedDay:
    """`summary` is that of all the day's segments."""
    values = _values(summary)
    last_day = day.day + timedelta(days=late_window_days)
    in_time = [
        segment
        for segment in segments
        # No zone is a day ahead of UTC, so that most need no look at their zone.
        if segment.received_at.date() < last_day
        or local_date(segment.received_at, day.time_zone) <= last_day
    ]
    if len(in_time) == len(segments):
        return CountedDay(day.resident_id, day.day, values, {})
    (of_in_time,) = summarise_days([SegmentsOfDay(day.day, in_time, choices, day.time_zone)])
    counted = _values(of_in_time)
    not_in_time = {
        number: counted.get(number)
        for number in values.keys() | counted.keys()
        if counted.get(number) != values.get(number)
    }
    return CountedDay(day.resident_id, day.day, counted, not_in_time)


def _values(summary: Summary) -> dict[int, float]:
    return {number: of.value for number, of in summary.items() if of is not None}
