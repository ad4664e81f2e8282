"""Points for bringing a measure towards its normal range over a longer time, or for keeping it there."""

from collections.abc import Sequence
from datetime import date
from math import isfinite
from typing import Annotated, Final, Literal, NamedTuple

import msgspec
import numpy as np
from numpy.typing import NDArray

from points.cohort import NONE, IntMatrix
from points.periods import DAYS_AT_MOST, DaySpan, Period, PeriodKind
from points.rules.parts import FactColumns, Facts, FigureCode, PersonalRuleBase, columns
from points.said import Said, Text, period_said, said, span_said
from points.view import Integers, Places, View

MaybePoints = Annotated[int, msgspec.Meta(ge=0, le=10_000)]

MEASURED: Final = 1
NEARER: Final = 2
KEPT: Final = 3
REACHED: Final = 4

OUTCOMES: Final = {
    0: said("improvement.of_incomplete"),
    MEASURED: said("improvement.of_measured"),
    NEARER: said("improvement.of_nearer"),
    KEPT: said("improvement.of_kept"),
    REACHED: said("improvement.of_reached"),
}


class _Ends(NamedTuple):
    """The first and the last measured amount of a period, NONE where there is none, and their columns; shape
    (residents,).
    """

    first: NDArray[np.int32]
    last: NDArray[np.int32]
    first_column: NDArray[np.intp]
    last_column: NDArray[np.intp]


class Improvement(PersonalRuleBase, frozen=True, kw_only=True, tag="improvement"):
    """Pays, once the period is over, for how a measure changed between its first and its last measuring.

    The two are at least `days_apart_min` days apart. The normal range is `normal_from` to `normal_to`, in the
    metric's unit.

    - `points_reached`: the first value is outside of the normal range and the last one inside.
    - `points_nearer`: both are outside, and the last one is nearer to the range by at least `nearer_by`.
    - `points_kept`: both are inside.
    - `points_measured`: everybody else who measured at both ends.
    - `needs_checkup`: only residents who went to a checkup in the period are paid for a result. Others who measured
      at both ends get `points_measured`. So nobody is paid for not seeing a doctor, and measuring is worth something
      whatever it shows.

    Values are no facts of the award and do not enter the ledger.

    Sources: ordinances that pay for a better BMI (100 for reaching the normal range, 80 for coming nearer, 80 for
    keeping it). SWC-24000 (3,000 for improved results). The ministry's guideline of 2016 (effort before outcome).
    """

    name: Text
    metric: FigureCode
    period: Literal["month", "quarter", "half_year", "fiscal_year"]
    normal_from: float
    normal_to: float
    nearer_by: Annotated[float, msgspec.Meta(gt=0)]
    days_apart_min: Annotated[int, msgspec.Meta(ge=1, le=366)]
    needs_checkup: bool = True
    points_reached: MaybePoints
    points_nearer: MaybePoints
    points_kept: MaybePoints
    points_measured: MaybePoints

    def __post_init__(self) -> None:
        """Refuses an empty range, a distance between the ends that no period has, and an outcome that pays less than
        measuring.
        """
        if not all(map(isfinite, (self.normal_from, self.normal_to, self.nearer_by))):
            raise ValueError("normal_from, normal_to and nearer_by must be finite numbers")
        if self.days_apart_min >= DAYS_AT_MOST[self.period]:
            raise ValueError("days_apart_min must be below the days of the period")
        if self.normal_to < self.normal_from:
            raise ValueError("normal_to must not be below normal_from")
        if self.points_measured > min(self.points_reached, self.points_nearer, self.points_kept):
            raise ValueError("points_measured must not exceed what an outcome pays")

    @property
    def waits_for_day_end(self) -> bool:
        """It does: a result is known when the period is over."""
        return True

    @property
    def figures_needed(self) -> Sequence[str]:
        """The figures that the rule looks at."""
        return (self.metric, "checkup_attended") if self.needs_checkup else (self.metric,)

    @property
    def award_period(self) -> PeriodKind:
        """The period that the rule states."""
        return self.period

    def points(self, view: View, periods: Sequence[Period], /) -> Integers:
        """Whole points, shape (residents, periods); none for periods that are not over."""
        return np.array(self._pays, np.int16)[self._outcomes(view, periods)]

    def facts(self, view: View, periods: Sequence[Period], places: Places, /) -> FactColumns:
        """The outcome, and the days of the first and the last measuring as ordinals, 0 where the records are not
        complete.
        """
        first_day = view.cohort.first_day.toordinal()
        days = np.zeros((2, view.cohort.shape[0], len(periods)), np.int64)
        for place, period in enumerate(periods):
            ends = self._ends(view, period)
            days[0, :, place] = first_day + ends.first_column
            days[1, :, place] = first_day + ends.last_column
        index = places.residents, places.periods
        outcome = self._outcomes(view, periods)[index]
        is_complete = outcome > 0
        return columns(
            outcome=outcome,
            first_day=days[0][index] * is_complete,
            last_day=days[1][index] * is_complete,
        )

    def text(self) -> Said:
        """The rule."""
        return said(
            "improvement.text",
            period=period_said(self.period),
            name=self.name,
            reached=self.points_reached,
            nearer=self.points_nearer,
            kept=self.points_kept,
            measured=self.points_measured,
        )

    def reason(self, span: DaySpan, facts: Facts) -> Said:
        """Why the period earned its points."""
        when, outcome = span_said(span), OUTCOMES[facts.get("outcome", 0)]
        if not facts.get("outcome", 0):
            return said(
                "improvement.incomplete",
                when=when,
                name=self.name,
                outcome=outcome,
                apart=self.days_apart_min,
            )
        first, last = (date.fromordinal(facts[name]) for name in ("first_day", "last_day"))
        return said(
            "improvement.reason",
            when=when,
            name=self.name,
            outcome=outcome,
            first=first,
            last=last,
            low=self.normal_from,
            high=self.normal_to,
            points=self._pays[facts["outcome"]],
        )

    @property
    def _pays(self) -> Sequence[int]:
        """What each outcome pays, by its number; nothing where the records are not complete."""
        return (
            0,
            self.points_measured,
            self.points_nearer,
            self.points_kept,
            self.points_reached,
        )

    def _outcomes(self, view: View, periods: Sequence[Period]) -> NDArray[np.intp]:
        residents, _ = view.cohort.shape
        outcomes = np.zeros((residents, len(periods)), np.intp)
        for place, period in enumerate(periods):
            is_over = view.cohort.is_over_for(period.span.last)
            if is_over.any():
                outcomes[:, place] = np.where(is_over, self._outcome(view, period), 0)
        return outcomes

    def _outcome(self, view: View, period: Period) -> NDArray[np.intp]:
        ends = self._ends(view, period)
        per_unit = view.cohort.per_unit.get(self.metric, 1)
        low, high = round(self.normal_from * per_unit), round(self.normal_to * per_unit)
        first, last = (_distance(amounts, low, high) for amounts in (ends.first, ends.last))
        outcome = np.full(len(first), MEASURED)
        # A change below the metric's resolution cannot be told from no change.
        nearer = first - last >= max(1, round(self.nearer_by * per_unit))
        outcome[nearer & (last > 0)] = NEARER
        outcome[(first == 0) & (last == 0)] = KEPT
        outcome[(first > 0) & (last == 0)] = REACHED
        if self.needs_checkup:
            checkups = np.maximum(view.amount("checkup_attended")[:, period.columns], 0)
            outcome[checkups.sum(axis=1) == 0] = MEASURED
        is_apart = ends.last_column - ends.first_column >= self.days_apart_min
        outcome[(ends.first == NONE) | ~is_apart] = 0
        return outcome

    def _ends(self, view: View, period: Period) -> _Ends:
        amounts = view.amount(self.metric)[:, period.columns]
        measured = amounts != NONE
        first = measured.argmax(axis=1)
        last = amounts.shape[1] - 1 - measured[:, ::-1].argmax(axis=1)
        rows = np.arange(len(amounts))
        start = period.columns.start
        return _Ends(amounts[rows, first], amounts[rows, last], first + start, last + start)


def _distance(amounts: IntMatrix, low: int, high: int) -> IntMatrix:
    """How far each amount lies outside of the range, 0 inside."""
    return np.maximum(np.maximum(low - amounts, amounts - high), 0)
