"""A resident's day as a programme counts it, from its segments: what the worker posts and the proof recomputes."""

import asyncio
from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import NamedTuple

from points.programme import Programme
from points.trust import Origin
from wellness_api.health.days.stored_days import ResidentDay, StoredDays
from wellness_api.health.days.summarise import StoredDay, Summary, summarise_days
from wellness_api.health.samples.local_days import local_date
from wellness_api.rewards.awards.trusted import (
    Concerned,
    LeftOut,
    TrustedDay,
    Values,
    concerned_of,
    trusted_day,
    values_of,
)


class CountedDay(NamedTuple):
    """A resident's day as a programme counts it: the day's figures by their numbers, each in its unit.

    `otherwise`: figures that the programme counts differently from the day's summary, because samples came after its
    late window or it does not trust their origin. It has their values for the programme, None where nothing counts.
    `left_out`: by figure number, what the programme does not trust. `waits_until`: the city's day from which on more of
    the day counts.
    `is_looked_into`: whether the origins of the day's samples made the programme look into the day, or did so until their
    wait was over. If so, an earlier count may have stored values for it too.
    """

    resident_id: int
    day: date
    values: Values
    otherwise: Mapping[int, float | None] = {}
    left_out: Mapping[int, Sequence[LeftOut]] = {}
    waits_until: date | None = None
    is_looked_into: bool = False


async def counted_days(
    programme: Programme,
    days: Sequence[ResidentDay],
    stored: StoredDays,
    summaries: Sequence[Summary],
    figures: frozenset[int],
    *,
    city_day: date,
) -> list[CountedDay]:
    """The days as this version of the programme counts them on one of the city's days.

    Without what was received after its late window, and what it does not trust. `figures`: the numbers of those that the
    summaries are of. In a thread if some of the days have to be worked out anew.
    """
    changed = [_changed_day(programme, stored[day], city_day=city_day) for day in days]
    waiting = {origin for origin, trust in programme.trusts.named() if trust.after_days}

    def counted() -> list[CountedDay]:
        return [
            _counted_day(
                day,
                stored[day],
                of_day,
                values_of(summary),
                figures,
                city_day=city_day,
                has_waited=bool(waiting) and _is_of_any(waiting, stored[day]),
            )
            for day, of_day, summary in zip(days, changed, summaries, strict=True)
        ]

    if any(changed):
        return await asyncio.to_thread(counted)
    return counted()


class _ChangedDay(NamedTuple):
    """A day that a programme does not count as it is: what of it came in time, and the origins it does not trust wholly."""

    in_time: StoredDay
    concerned: Sequence[Concerned]


def _changed_day(programme: Programme, stored: StoredDay, *, city_day: date) -> _ChangedDay | None:
    """None for a day that counts as it is, which nearly all do."""
    in_time = told_in_time(stored, late_window_days=programme.late_window_days)
    concerned = (
        concerned_of(programme.trust, in_time, stored.day, city_day=city_day)
        if programme.trust is not None
        else ()
    )
    return _ChangedDay(in_time, concerned) if concerned or in_time is not stored else None


def _counted_day(
    day: ResidentDay,
    stored: StoredDay,
    changed: _ChangedDay | None,
    values: Values,
    figures: frozenset[int],
    *,
    city_day: date,
    has_waited: bool,
) -> CountedDay:
    """`values`: what all of the day's segments come to. `has_waited`: whether samples of the day count only after a wait."""
    if changed is None:
        return CountedDay(day.resident_id, day.day, values, is_looked_into=has_waited)
    counted, _, left_out, waits_until, is_looked_into = _what_counts(
        changed, stored, values, figures, city_day=city_day
    )
    otherwise = {
        number: counted.get(number)
        for number in values.keys() | counted.keys()
        if counted.get(number) != values.get(number)
    }
    return CountedDay(
        day.resident_id, day.day, counted, otherwise, left_out, waits_until, is_looked_into
    )


def _is_of_any(origins: Collection[Origin], stored: StoredDay) -> bool:
    return any((segment.origin or "unsaid") in origins for segment in stored.segments)


def what_counts(
    programme: Programme,
    stored: StoredDay,
    values: Values,
    figures: frozenset[int],
    *,
    city_day: date,
) -> TrustedDay | None:
    """What the programme counts of the day on one of the city's days; None where the whole day counts as it is.

    `values`: what it comes to, in these figures. Raises Uncountable.
    """
    changed = _changed_day(programme, stored, city_day=city_day)
    if changed is None:
        return None
    return _what_counts(changed, stored, values, figures, city_day=city_day)


def _what_counts(
    changed: _ChangedDay,
    stored: StoredDay,
    values: Values,
    figures: frozenset[int],
    *,
    city_day: date,
) -> TrustedDay:
    in_time, concerned = changed
    if concerned:
        return trusted_day(
            in_time,
            concerned,
            stored.day,
            figures,
            city_day=city_day,
            all_of_it=values if in_time is stored else None,
        )
    (of_in_time,) = summarise_days([in_time], figures)
    arrived = values_of(of_in_time)
    return TrustedDay(arrived, arrived, {}, None, is_looked_into=False)


def told_in_time(stored: StoredDay, *, late_window_days: int) -> StoredDay:
    """The day without what came or was corrected after the late window. It returns the same object if nothing was."""
    last_day = stored.day + timedelta(days=late_window_days)
    if not stored.corrections and all(
        segment.received_at.date() < last_day for segment in stored.segments
    ):
        return stored

    def is_in_time(received_at: datetime) -> bool:
        # No zone is a day ahead of UTC, so most moments need no conversion to their zone.
        return (
            received_at.date() < last_day or local_date(received_at, stored.time_zone) <= last_day
        )

    segments = [segment for segment in stored.segments if is_in_time(segment.received_at)]
    corrections = [
        correction for correction in stored.corrections if is_in_time(correction.asked_at)
    ]
    if len(segments) == len(stored.segments) and len(corrections) == len(stored.corrections):
        return stored
    return stored._replace(segments=segments, corrections=corrections)
