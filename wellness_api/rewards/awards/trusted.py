"""What a programme counts of a resident's day, by the origin of its samples.

A day is counted from its living records, whatever their origin. Then a programme leaves out what it does not trust.
When a person typed over a device's record, the typed record is not trusted, and the record that it replaced does not
come back.

What an origin adds to a day is the difference that its samples make: without them, the day's value would be so much
lower. So where a device recorded the same walk, a file of that walk adds nothing, and does not use up its most.

That may be below nothing: what was typed in may cover a device's record that says more, and without it the day comes to more.
So what counts and what is left out together come to the day's figure, whatever covers what.

All of this holds for each figure by itself, those of parts of the day too: what a metric's samples add at most to a day is
what they add at most to any figure of that metric that adds up.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Final, NamedTuple

from points.trust import Origin, OriginTrust, Trust, WhyLeftOut
from wellness_api.health.days.summarise import StoredDay, Summary, summarise_days
from wellness_api.health.figures.catalogue import FIGURE_BY_NUMBER
from wellness_api.health.figures.figure import Figure
from wellness_api.health.samples.origins import SAYS_MORE_FIRST

Values = Mapping[int, float]
"""A day's figures by their numbers, each in its unit."""

ROUNDING: Final = 1e-6
"""Tenths of minutes are added up as binary fractions."""

ORIGINS: Final[Sequence[Origin]] = [origin or "unsaid" for origin in SAYS_MORE_FIRST]


class LeftOut(NamedTuple):
    """What a programme leaves out of a day's figure, and why.

    `amount`: of what adds up how much it would have added; below 0 where the day comes to more without it.
    """

    origin: Origin
    why: WhyLeftOut
    amount: float


class TrustedDay(NamedTuple):
    """A day as a programme counts it. `left_out`: by figure number. `waits_until`: the city's day from which on more
    counts.

    `arrived`: what came in time, however it came to be. `is_looked_into`: whether not all of it counts as it is for that.
    """

    values: Values
    arrived: Values
    left_out: Mapping[int, Sequence[LeftOut]]
    waits_until: date | None
    is_looked_into: bool


class Concerned(NamedTuple):
    """An origin whose samples do not all count, and the segments of that origin."""

    origin: Origin
    trust: OriginTrust
    segments: frozenset[int]


def concerned_of(
    trust: Trust, stored: StoredDay, day: date, *, city_day: date
) -> Sequence[Concerned]:
    """The day's origins whose samples do not all count. On nearly every day there are none."""
    not_whole = [
        origin
        for origin in {segment.origin for segment in stored.segments}
        if not trust.of(origin or "unsaid").is_whole(day, today=city_day)
    ]
    return [
        Concerned(
            origin or "unsaid",
            trust.of(origin or "unsaid"),
            frozenset(
                segment.layer.sequence for segment in stored.segments if segment.origin == origin
            ),
        )
        for origin in sorted(not_whole, key=SAYS_MORE_FIRST.index)
    ]


def trusted_day(
    stored: StoredDay,
    concerned: Sequence[Concerned],
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
            counted = _at_most(with_it, before, counted, of_origin.trust)
            segments_of = {
                earlier.origin: earlier.segments
                for earlier in in_order[: in_order.index(of_origin)]
            }
            for number in before.keys() | with_it.keys():
                over = with_it.get(number, 0) - counted.get(number, 0)
                earlier = left_out[number]
                # Of one earlier origin there is nothing to choose.
                if len(earlier) > 1 and over < sum(of.amount for of in earlier) - ROUNDING:
                    adds = [
                        with_it.get(number, 0)
                        - _values_without(stored, out | segments_of[of.origin], figures).get(
                            number, 0
                        )
                        for of in earlier
                    ]
                    earlier = _less_covered(earlier, adds, over)
                left_out[number] = _with_over(earlier, of_origin.origin, over)
        else:
            for number, amount in _difference(with_it, before).items():
                left_out[number].append(LeftOut(of_origin.origin, why, amount))
        before = with_it
    waiting = [
        of_origin.trust.counts_from(day)
        for of_origin in concerned
        if of_origin.trust.why_out(day, today=city_day) == "waits"
    ]
    return TrustedDay(
        counted,
        before,
        {number: reasons for number, reasons in left_out.items() if reasons},
        min(waiting, default=None),
        is_looked_into=True,
    )


def values_of(summary: Summary) -> dict[int, float]:
    """The values of a day's figures."""
    return {number: figure_summary.value for number, figure_summary in summary.items()}


def _values_without(stored: StoredDay, segments: frozenset[int], figures: frozenset[int]) -> Values:
    (summary,) = summarise_days([stored._replace(not_of=segments)], figures)
    return values_of(summary)


def most_of(figure: Figure, trust: OriginTrust) -> float | None:
    """What the origin adds to the figure at most; None where all of it counts."""
    return trust.day_max.get(figure.of) if figure.of is not None and figure.adds_up else None


def _at_most(
    with_it: Values, before: Values, counted: Values, trust: OriginTrust
) -> dict[int, float]:
    """What counts with an origin that adds up to its most; what earlier ones had above theirs stays out."""
    capped = dict(with_it)
    for number, value in with_it.items():
        figure, so_far = FIGURE_BY_NUMBER[number], counted.get(number, 0)
        if figure.adds_up:
            most = most_of(figure, trust)
            added = value - (before.get(number, 0) - so_far)
            if most is not None:
                added = min(added, so_far + most)
            # What covers better records takes away of what counted, and no more than that.
            capped[number] = max(added, min(value, so_far))
    return capped


def _with_over(earlier: Sequence[LeftOut], origin: Origin, over: float) -> list[LeftOut]:
    """What is above the mosts by now, `over` in all: what is new is of this origin.

    If it is still less than before, the origin covers what was above an earlier one's most, the last one's first.
    """
    new = over - sum(of.amount for of in earlier)
    if new > ROUNDING:
        return [*earlier, LeftOut(origin, "over", new)]
    left: list[LeftOut] = []
    for of in reversed(earlier):
        amount = max(of.amount + min(new, 0), 0)
        new += of.amount - amount
        if amount > ROUNDING:
            left.insert(0, of._replace(amount=amount))
    return left


def _less_covered(earlier: Sequence[LeftOut], adds: Sequence[float], over: float) -> list[LeftOut]:
    """What earlier origins have above their mosts, where only `over` of it is left: an origin whose samples are
    covered has no more than they still add to the day (`adds`).
    """
    covered = sum(of.amount for of in earlier) - over
    less: list[LeftOut] = []
    for of, still in zip(reversed(earlier), reversed(adds), strict=True):
        gone = min(covered, max(of.amount - max(still, 0), 0))
        covered -= gone
        if of.amount - gone > ROUNDING:
            less.insert(0, of._replace(amount=of.amount - gone))
    return less


def _difference(with_it: Values, before: Values) -> dict[int, float]:
    """What it would have added to each figure; of what does not add up 0, where it would have changed anything."""
    found: dict[int, float] = {}
    for number in before.keys() | with_it.keys():
        amount = with_it.get(number, 0) - before.get(number, 0)
        if not FIGURE_BY_NUMBER[number].adds_up:
            if with_it.get(number) != before.get(number):
                found[number] = 0
        elif abs(amount) > ROUNDING:
            found[number] = amount
    return found
