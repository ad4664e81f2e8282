"""What a programme counts of a resident's day, by the origin of its samples.

A day is counted from its living records, whatever their origin. Then a programme leaves out what it does not trust.
When a person typed over a device's record, the typed record is not trusted, and the record that it replaced does not
come back.

What an origin adds to a day is the difference that its samples make: without them, the day's value would be so much
lower. So where a device recorded the same walk, a file of that walk adds nothing, and does not use up its most.

All of this holds for each figure separately, also for figures of a part of the day: the most that a metric's samples
add to a day is the most that they add to any figure of that metric that adds up.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Final, NamedTuple

from points.trust import Origin, OriginTrust, Trust, WhyLeftOut
from wellness_api.health.days.summarise import StoredDay, Summary, summarise_days
from wellness_api.health.figures.catalogue import FIGURE_BY_NUMBER
from wellness_api.health.samples.origins import SAYS_MORE_FIRST

Values = Mapping[int, float]
"""A day's figures by their numbers, each in its unit."""

ORIGINS: Final[Sequence[Origin]] = [origin or "unsaid" for origin in SAYS_MORE_FIRST]


class LeftOut(NamedTuple):
    """What a programme leaves out of a day's figure, and why. `amount`: how much it would have added, for a figure that
    adds up.
    """

    origin: Origin
    why: WhyLeftOut
    amount: float


class TrustedDay(NamedTuple):
    """A day as a programme counts it. `left_out`: by figure number. `waits_until`: the city's day from which on more
    counts.

    `is_looked_into`: whether the programme looked into the day for the origins of its samples.
    """

    values: Values
    left_out: Mapping[int, Sequence[LeftOut]]
    waits_until: date | None
    is_looked_into: bool


class _Concerned(NamedTuple):
    """An origin whose samples do not all count, and the segments of that origin."""

    origin: Origin
    trust: OriginTrust
    segments: frozenset[int]


def concerned_of(
    trust: Trust, stored: StoredDay, day: date, *, city_day: date
) -> Sequence[_Concerned]:
    """The day's origins whose samples do not all count. On nearly every day there are none."""
    origins = {segment.origin for segment in stored.segments}
    not_whole = sorted(
        (
            origin
            for origin in origins
            if not trust.of(origin or "unsaid").is_whole(day, today=city_day)
        ),
        key=SAYS_MORE_FIRST.index,
    )
    return [
        _Concerned(
            origin or "unsaid",
            trust.of(origin or "unsaid"),
            frozenset(
                segment.layer.sequence for segment in stored.segments if segment.origin == origin
            ),
        )
        for origin in not_whole
    ]


def trusted_day(
    stored: StoredDay,
    concerned: Sequence[_Concerned],
    day: date,
    figures: frozenset[int],
    *,
    city_day: date,
    all_of_it: Values | None,
) -> TrustedDay:
    """What counts of the day, in these figures by their numbers. `all_of_it`: the day's values whatever the origins,
    None where they are not worked out yet.

    Origins that count up to a most are added first, then origins that do not count. So the latter do not change what
    the former add.
    """
    in_order = sorted(
        concerned, key=lambda of_origin: of_origin.trust.why_out(day, today=city_day) is not None
    )
    out = frozenset[int]().union(*(of_origin.segments for of_origin in in_order))
    counted = before = _values_without(stored, out, figures)
    left_out: defaultdict[int, list[LeftOut]] = defaultdict(list)
    for of_origin in in_order:
        out -= of_origin.segments
        with_it = (
            all_of_it
            if not out and all_of_it is not None
            else _values_without(stored, out, figures)
        )
        why = of_origin.trust.why_out(day, today=city_day)
        if why is None:
            capped = _at_most(with_it, counted, of_origin.trust)
            over = {
                number: with_it[number]
                - capped[number]
                - (before.get(number, 0) - counted.get(number, 0))
                for number in capped
                if _most(number, of_origin.trust) is not None
            }
            _note(left_out, LeftOut(of_origin.origin, "over", 0), over)
            counted = capped
        else:
            _note(left_out, LeftOut(of_origin.origin, why, 0), _difference(with_it, before))
        before = with_it
    waiting = [
        of_origin.trust.counts_from(day)
        for of_origin in concerned
        if of_origin.trust.why_out(day, today=city_day) == "waits"
    ]
    return TrustedDay(counted, dict(left_out), min(waiting, default=None), is_looked_into=True)


def values_of(summary: Summary) -> dict[int, float]:
    """The values of a day's figures."""
    return {number: figure_summary.value for number, figure_summary in summary.items()}


def _values_without(stored: StoredDay, segments: frozenset[int], figures: frozenset[int]) -> Values:
    (summary,) = summarise_days([stored._replace(not_of=segments)], figures)
    return values_of(summary)


def _at_most(with_it: Values, counted: Values, trust: OriginTrust) -> dict[int, float]:
    capped = dict(with_it)
    for number, value in with_it.items():
        most = _most(number, trust)
        if most is not None:
            capped[number] = min(value, counted.get(number, 0) + most)
    return capped


def _most(number: int, trust: OriginTrust) -> float | None:
    """The most that the origin adds to the figure; None where all of it counts."""
    figure = FIGURE_BY_NUMBER[number]
    return trust.day_max.get(figure.of) if figure.of is not None and figure.adds_up else None


def _difference(with_it: Values, before: Values) -> dict[int, float]:
    """How much the origin would have added to each figure. A figure that does not add up is included where its value
    would have changed.
    """
    return {
        number: value - before.get(number, 0) if FIGURE_BY_NUMBER[number].adds_up else 0
        for number, value in with_it.items()
        if value != before.get(number)
    }


def _note(
    left_out: defaultdict[int, list[LeftOut]], reason: LeftOut, amounts: Mapping[int, float]
) -> None:
    for number, amount in amounts.items():
        if amount > 0 or not FIGURE_BY_NUMBER[number].adds_up:
            left_out[number].append(reason._replace(amount=amount))
