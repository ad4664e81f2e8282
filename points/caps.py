"""The most that may be given in a day, week, month, quarter or fiscal year, by a rule or by all together."""

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Annotated

import msgspec
import numpy as np

from points.periods import PeriodKind, Span, period_of
from points.view import Integers

Limit = Annotated[int, msgspec.Meta(ge=1, le=1_000_000)]


class Caps(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """At most so many points in each period. An award belongs to the last day of its own period; what comes first counts
    first, and of one day what stands first in the programme.
    """

    day: Limit | None = None
    week: Limit | None = None
    month: Limit | None = None
    quarter: Limit | None = None
    fiscal_year: Limit | None = None

    def limits(self) -> Iterator[tuple[PeriodKind, int]]:
        """The stated limits, the narrowest period first."""
        kinds: tuple[tuple[PeriodKind, int | None], ...] = (
            ("day", self.day),
            ("week", self.week),
            ("month", self.month),
            ("quarter", self.quarter),
            ("fiscal_year", self.fiscal_year),
        )
        for kind, limit in kinds:
            if limit is not None:
                yield kind, limit

    def first_of(self, day: date) -> date:
        """The first day whose awards what is left for the day's depends on.

        A month's awards depend on all of its weeks, the first of which may have begun in the month before.
        """
        for kind, _ in reversed(list(self.limits())):
            day = period_of(kind, day).first
        return day

    def last_of(self, day: date) -> date:
        """The last day whose awards depend on what is given for the day."""
        for kind, _ in self.limits():
            day = period_of(kind, day).last
        return day


def capped(awards: Sequence[tuple[Sequence[Span], Integers]], caps: Caps) -> list[Integers]:
    """The points, each of shape (residents, periods), cut to the caps; the same arrays where nothing had to be cut."""
    points = [each for _, each in awards]
    periods = [each for each, _ in awards]
    are_days = all(each[0].days == 1 for each in periods if each)
    for kind, limit in caps.limits():
        if kind == "day" and are_days:
            points = _cut_days(points, limit)
        else:
            points = _cut(periods, points, kind, limit)
    return points


def _cut_days(points: Sequence[Integers], limit: int) -> list[Integers]:
    """The same as `_cut` where every award is a day's: all days at once."""
    if sum(int(of_rule.max(initial=0)) for of_rule in points) <= limit:
        return list(points)
    left = np.full(points[0].shape, limit, np.int32, order="F")
    cut = []
    for of_rule in points:
        cut.append(np.minimum(of_rule, left).astype(of_rule.dtype))
        left -= cut[-1]
    return cut


def _cut(
    periods: Sequence[Sequence[Span]], points: Sequence[Integers], kind: PeriodKind, limit: int
) -> list[Integers]:
    groups: dict[date, list[tuple[date, int, int]]] = {}
    for rule, of_rule in enumerate(periods):
        for column, span in enumerate(of_rule):
            group = groups.setdefault(period_of(kind, span.last).first, [])
            group.append((span.last, rule, column))
    cut = list(points)
    copied = [False] * len(cut)
    for group in groups.values():
        left: Integers | None = None
        for _, rule, column in sorted(group):
            if not copied[rule]:
                cut[rule], copied[rule] = cut[rule].copy(order="F"), True
            here = cut[rule][:, column]
            if left is None:
                left = np.full(len(here), limit, np.int32)
            np.minimum(here, left, out=here, casting="unsafe")
            left -= here
    return cut
