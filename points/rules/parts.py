"""What rules have in common."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Annotated, Final, NamedTuple

import msgspec
import numpy as np
from numpy.typing import NDArray

from points.caps import Caps
from points.cohort import NONE, GroupAwards
from points.conditions import Code
from points.periods import Period, PeriodKind, period_of
from points.said import Argument, Said, amount_said, said
from points.view import Integers, Places, View

RuleCode = Code
Points = Annotated[int, msgspec.Meta(ge=1, le=10_000)]
FigureCode = Annotated[str, msgspec.Meta(pattern=r"^[a-z][a-z0-9_]{0,63}$(?!\n)")]
Amount = Annotated[int, msgspec.Meta(ge=1, le=10_000_000)]

STEPS: Final = "steps"

Facts = Mapping[str, int]
"""What one award rests on, by name: enough to work the award out by hand, and never a measured value."""

FactColumns = dict[str, NDArray[np.int64]]


NO_RECORD: Final = np.iinfo(np.int64).min
"""In a column of facts, an amount of a day of which no record came: beside its 0, `no_` and its name is a fact."""


class NextAwards(NamedTuple):
    """For each resident, how many steps are missing on a day, and for how many more points. Both are 0 where no number
    of steps alone earns any. Columns of shape (residents,).
    """

    steps_needed: NDArray[np.int64]
    points: NDArray[np.int64]


class RuleBase(
    msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag_field="kind"
):
    """What every kind of rule has. Beside it, each has

    - `figures_needed`: codes of the figures that it looks at;
    - `text()`: the rule in a sentence;
    - `reason(span, facts)`: why a period earned its points: the rule's terms and the figures, so that anybody can work
      the points out with a pencil.

    `code`: the rule's name in the ledger. `segments`, `seasons`: codes of the programme's segments and seasons. The
    rule is for residents in one of the segments, on days of one of the seasons; without them it is for all residents,
    all year. `caps`: the most that this rule alone gives a resident.
    """

    code: RuleCode
    segments: list[Code] = []
    seasons: list[Code] = []
    caps: Caps | None = None

    @property
    def award_period(self) -> PeriodKind:
        """The period that one award is for: a day, a week, ..."""
        return "day"

    def figure(self, facts: Facts) -> Argument | None:
        """The fact that grows or shrinks as data comes, and the points with it; None where the rule has no such fact."""
        _ = facts
        return None


class PersonalRuleBase(RuleBase, frozen=True, kw_only=True):
    """What every kind of rule has that needs one resident's days alone. Beside it, each has

    - `points(view, periods)`: whole points of shape (residents, periods), for the periods of `award_period`;
    - `facts(view, periods, places)`: what the points at those places rest on, also where there are no points.
    """

    @property
    def waits_for_day_end(self) -> bool:
        """Whether an award may come or go because a day ends or begins, without new data."""
        return False

    def looks_back_to(self, day: date, *, in_force_from: date) -> date:
        """The first day that the award for the period with `day` depends on."""
        _ = in_force_from
        return period_of(self.award_period, day).first

    def matters_until(self, day: date) -> date:
        """The last day whose period's award may depend on what happened on `day`."""
        return period_of(self.award_period, day).last

    def next_awards(self, view: View) -> NextAwards | None:
        """The steps missing for more points on the view's last day, whether or not that day counts. None when no number
        of steps alone earns anybody any.
        """
        _ = view
        return None


def steps_of_last_day(view: View) -> NDArray[np.int64]:
    """The steps of each resident, 0 where there are none; int64, so that sums do not overflow."""
    return np.maximum(view.amount(STEPS)[:, -1], 0).astype(np.int64)


def next_awards_where(
    open_to: NDArray[np.bool_], steps_needed: NDArray[np.int64], points: NDArray[np.int64] | int
) -> NextAwards:
    """Next awards for the residents who can still earn one; the others have none."""
    return NextAwards(np.where(open_to, steps_needed, 0), np.where(open_to, points, 0))


class GroupRuleBase(RuleBase, frozen=True, kw_only=True):
    """What every kind of rule has that looks at many residents. Beside it, each has

    - `contributions(view, periods, personal)`: what residents bring to periods that are over;
    - `shares(all_of_them, periods)`: what each resident gets, before any cap;
    - `group_looks_back_to(span)`: the first day that the contributions to the period depend on.

    What a resident gets is known once everybody's contributions are known. It is then a part of the cohort.
    """

    def looks_back_to(self, day: date, *, in_force_from: date) -> date:
        """The day itself: the cohort already has the group's award, so the rule needs no earlier day."""
        _ = in_force_from
        return day

    def matters_until(self, day: date) -> date:
        """The last day of the period with `day`."""
        return period_of(self.award_period, day).last

    def points(self, view: View, periods: Sequence[Period]) -> Integers:
        """Whole points, shape (residents, periods)."""
        awards = view.cohort.group_awards[self.code]
        points = np.zeros((view.cohort.shape[0], len(periods)), np.int32, order="F")
        for column, place in _columns_of(awards, periods):
            points[:, column] = awards.points[:, place]
        return points

    def facts(self, view: View, periods: Sequence[Period], places: Places) -> FactColumns:
        """The facts of `shares` at these places."""
        awards = view.cohort.group_awards[self.code]
        facts = {name: np.zeros(len(places.residents), np.int64) for name in awards.facts}
        for column, place in _columns_of(awards, periods):
            of_period = places.periods == column
            for name, amounts in awards.facts.items():
                facts[name][of_period] = amounts[places.residents[of_period], place]
        return facts


def _columns_of(awards: GroupAwards, periods: Sequence[Period]) -> Iterator[tuple[int, int]]:
    """For each period that has group awards, its column among `periods` and its column among the awards."""
    places = {last: place for place, last in enumerate(awards.last_days)}
    for column, period in enumerate(periods):
        if period.span.last in places:
            yield column, places[period.span.last]


class Contribution(NamedTuple):
    """What residents bring to a group rule, as columns of equal length over (resident, period) pairs.

    `resident_ids`; `periods`: index of the period; `amounts`: by name, whole numbers. A resident who brings nothing has
    no row.
    """

    resident_ids: NDArray[np.int64]
    periods: NDArray[np.intp]
    amounts: FactColumns

    def of(self, chosen: NDArray[np.bool_] | NDArray[np.intp]) -> "Contribution":
        """The chosen rows."""
        return Contribution(
            self.resident_ids[chosen],
            self.periods[chosen],
            {name: column[chosen] for name, column in self.amounts.items()},
        )


class Shares(NamedTuple):
    """What a group rule gives for each row of the contributions, and the facts that this rests on."""

    points: NDArray[np.int64]
    facts: FactColumns


class CityShare(NamedTuple):
    """What a goal of the whole city gives for a period, and the facts that this rests on."""

    period: int
    points: int
    facts: dict[str, int]


def recorded(amounts: NDArray[np.int32]) -> NDArray[np.int64]:
    """Amounts of days for a column of facts."""
    return np.where(amounts == NONE, NO_RECORD, amounts.astype(np.int64))


def day_amount_said(figures: Sequence[str], facts: Facts, name: str = "amount") -> Said:
    """The amount of a day as a fact tells it, also that no record came."""
    if facts.get(f"no_{name}"):
        return said("amount.none")
    return amount_said(figures, facts.get(name, 0))


def columns(**facts: NDArray[np.generic]) -> FactColumns:
    """Fact columns of whole numbers."""
    return {name: values.astype(np.int64) for name, values in facts.items()}
