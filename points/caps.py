"""The most points that one rule, or all rules together, pay in a day, week, month, quarter or fiscal year."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import Annotated, Final, NamedTuple

import msgspec
import numpy as np
from numpy.typing import NDArray

from points.periods import DaySpan, PeriodKind, period_of
from points.view import Integers

WIDTHS: Final[Sequence[PeriodKind]] = ("day", "week", "month", "quarter", "fiscal_year")
"""Narrowest first. Each period lies within one period of the next kind, except that a week can lie in two months."""

OF_ALL: Final = -1
"""Stands where a rule's number stands, for a limit on all rules together."""

Limit = Annotated[int, msgspec.Meta(ge=1, le=1_000_000)]


class Caps(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """At most so many points in each period.

    An award belongs to the last day of its own period. Awards of earlier days count first. Of awards of the same day,
    the one whose rule stands first in the programme counts first. Several limits can hold for an award: those of its
    rule and those of all rules together, for any of the periods. The award pays what all of these limits have left.
    Only what is paid uses a limit up.
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


class Reach(NamedTuple):
    """How far limits reach that hold for the same awards.

    `widest`: what a limit leaves for an award is decided within one period of this kind. None when limits by week stand
    beside limits by longer periods: a week can lie in two months and so ties them together, and with them every month
    of the programme to the next.
    """

    widest: PeriodKind | None

    def first_of(self, day: date, *, in_force_from: date) -> date:
        """The first day whose awards change what the limits leave for awards of `day`."""
        if self.widest is None:
            return min(day, in_force_from)
        return period_of(self.widest, day).first

    def last_of(self, day: date) -> date:
        """The last day whose awards depend on the points that are paid for `day`."""
        return date.max if self.widest is None else period_of(self.widest, day).last


def reach_of(together: Iterable[Caps | None]) -> Reach:
    """The reach of caps that hold for the same awards, or for awards that other caps bring together."""
    stated = {kind for caps in together if caps is not None for kind, _ in caps.limits()}
    widest = next((kind for kind in reversed(WIDTHS) if kind in stated), WIDTHS[0])
    return Reach(None if "week" in stated and widest != "week" else widest)


class Uncapped(NamedTuple):
    """The points of one rule before any cap, shape (residents, periods), and the rule's own caps."""

    periods: Sequence[DaySpan]
    points: Integers
    caps: Caps | None


def capped(rules: Sequence[Uncapped], caps: Caps | None) -> list[Integers]:
    """The points of each rule, cut to the rule's own caps and to the caps of all rules together. An array that no cap
    holds for is returned itself.
    """
    if _only_days_of_all(rules, caps):
        assert caps is not None, "there is a limit"
        assert caps.day is not None, "it is the day's"
        return _cut_days([of_rule.points for of_rule in rules], caps.day)
    own = [list(of_rule.caps.limits()) if of_rule.caps else [] for of_rule in rules]
    of_all = list(caps.limits()) if caps else []
    cut = [
        of_rule.points.copy(order="F") if limits or of_all else of_rule.points
        for of_rule, limits in zip(rules, own, strict=True)
    ]
    in_order = sorted(
        (span.last, rule, column)
        for rule, of_rule in enumerate(rules)
        if own[rule] or of_all
        for column, span in enumerate(of_rule.periods)
    )
    left: dict[tuple[int, PeriodKind, date], NDArray[np.int32]] = {}
    for last, rule, column in in_order:
        award = cut[rule][:, column]
        holding = []
        for whose, limits in ((rule, own[rule]), (OF_ALL, of_all)):
            for kind, limit in limits:
                key = whose, kind, period_of(kind, last).first
                if key not in left:
                    left[key] = np.full(len(award), limit, np.int32)
                holding.append(left[key])
        for of_limit in holding:
            np.minimum(award, of_limit, out=award, casting="unsafe")
        for of_limit in holding:
            np.subtract(of_limit, award, out=of_limit)
    assert all(of_limit.min(initial=0) >= 0 for of_limit in left.values()), "no limit is overdrawn"
    assert len(cut) == len(rules), "every rule has its points"
    return cut


def _only_days_of_all(rules: Sequence[Uncapped], caps: Caps | None) -> bool:
    return (
        caps is not None
        and [kind for kind, _ in caps.limits()] == ["day"]
        and all(of_rule.caps is None for of_rule in rules)
        and all(of_rule.periods[0].days == 1 for of_rule in rules if of_rule.periods)
    )


def _cut_days(points: Sequence[Integers], limit: int) -> list[Integers]:
    """The same as `capped` for awards by the day with a limit by the day alone: it cuts all days at once."""
    if sum(int(of_rule.max(initial=0)) for of_rule in points) <= limit:
        return list(points)
    left = np.full(points[0].shape, limit, np.int32, order="F")
    cut = []
    for of_rule in points:
        cut.append(np.minimum(of_rule, left).astype(of_rule.dtype))
        left -= cut[-1]
    assert left.min(initial=0) >= 0, "no day's limit is overdrawn"
    return cut
