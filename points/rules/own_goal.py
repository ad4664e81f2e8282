"""Points for walking more than one's own usual: the goal comes from the resident's baseline and rises when it is
reached often.
"""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from typing import Annotated, Literal, NamedTuple

import msgspec
import numpy as np
from numpy.typing import NDArray

from points.cohort import NONE, BoolMatrix, IntMatrix
from points.medians import median_of_valid
from points.periods import DaySpan, Period, fiscal_year_start
from points.rules.parts import (
    STEPS,
    Amount,
    FactColumns,
    Facts,
    NextAwards,
    PersonalRuleBase,
    Points,
    columns,
    day_amount_said,
    next_awards_where,
    recorded,
    steps_of_last_day,
)
from points.said import Said, said
from points.tiers import OUT_OF_REACH
from points.view import Integers, Places, View, dtype_for

Steps = Annotated[int, msgspec.Meta(ge=0, le=100_000)]
ByResident = NDArray[np.int32]


class _Block(NamedTuple):
    """Days of one block, and what the rule asks on them. `goals` (OUT_OF_REACH while there is none) and `baselines`
    have the shape (residents,). `reached`: which days reach the goal. `goal_days`: how many goal days the block has up
    to each day. Both have the shape (residents, days).
    """

    columns: slice
    goals: ByResident
    baselines: ByResident
    reached: BoolMatrix
    goal_days: NDArray[np.uint8]


class OwnGoal(PersonalRuleBase, frozen=True, kw_only=True, tag="own_goal"):
    """Pays `points_day` for a day that reaches the resident's own goal, which is the baseline and `above` steps more.

    The programme year is divided into blocks of `block_days` from its first day (1 April, or the programme's first
    day). A valid day has `valid_from` to `valid_to` steps. The baseline is the median of a block's valid days, if the
    block has at least `valid_days_min` of them. `baseline` says which block this is. With `first` it is the first
    block that has enough valid days, and it holds for all the year. With `rolling` it is always the block before. As
    long as there is no baseline, there is no goal.

    The `raise_after_days`-th goal day of a block pays `bonus_points` besides. From the next block on the goal is
    `raise_by` steps higher. But it is never more than `above_max` above the baseline, and never more than `goal_max`.

    Source: Carrot Rewards. There the baseline is the median of two weeks with 5 valid days of 1,000 to 40,000 steps,
    and the goal is 1,000 more. After 10 goal days in 14 there is a bonus of ten awards, and the goal is 500 higher,
    at most 3,000 over the baseline. Absolute goals pay people who walk already. People who do not walk yet can reach
    a goal of their own.
    """

    baseline: Literal["first", "rolling"] = "first"
    block_days: Annotated[int, msgspec.Meta(ge=5, le=56)] = 14
    valid_days_min: Annotated[int, msgspec.Meta(ge=1, le=56)] = 5
    valid_from: Steps = 1_000
    valid_to: Steps = 40_000
    above: Steps
    above_max: Steps
    goal_max: Amount = 100_000
    raise_after_days: Annotated[int, msgspec.Meta(ge=1, le=56)]
    raise_by: Steps
    points_day: Points
    bonus_points: Annotated[int, msgspec.Meta(ge=0, le=10_000)] = 0

    def __post_init__(self) -> None:
        """Refuses fields that contradict each other, and a goal of no steps."""
        if self.valid_to < self.valid_from:
            raise ValueError("valid_to must not be below valid_from")
        if self.valid_from + self.above == 0:
            raise ValueError("valid_from and above must not both be 0: a goal of no steps is none")
        if self.above_max < self.above:
            raise ValueError("above_max must not be below above")
        if max(self.valid_days_min, self.raise_after_days) > self.block_days:
            raise ValueError("valid_days_min and raise_after_days must not exceed block_days")

    @property
    def figures_needed(self) -> Sequence[str]:
        """The figures that the rule looks at."""
        return (STEPS,)

    def looks_back_to(self, day: date, *, in_force_from: date) -> date:
        """The programme year's first day: the goal may have risen since then."""
        return min(day, max(fiscal_year_start(day), in_force_from))

    def matters_until(self, day: date) -> date:
        """The fiscal year's last day: a baseline holds for the year."""
        start = fiscal_year_start(day)
        return date(start.year + 1, start.month, 1) - timedelta(days=1)

    def points(self, view: View, _periods: Sequence[Period], /) -> Integers:
        """Whole points, shape (residents, days)."""
        dtype = dtype_for(self.points_day + self.bonus_points)
        points = np.zeros(view.cohort.shape, dtype, order="F")
        for block in self._blocks(view):
            paid = points[:, block.columns]
            np.multiply(block.reached.view(np.uint8), dtype.type(self.points_day), out=paid)
            if self.bonus_points:
                is_bonus_day = block.reached & (block.goal_days == self.raise_after_days)
                paid += is_bonus_day.view(np.uint8) * dtype.type(self.bonus_points)
        return points

    def facts(self, view: View, _periods: Sequence[Period], places: Places, /) -> FactColumns:
        """The day's steps, the baseline and the goal (0 while there is none), and the block's goal days up to the day."""
        shape = view.cohort.shape
        baselines, goals, goal_days = (np.zeros(shape, np.int32) for _ in range(3))
        for block in self._blocks(view):
            has_goal = block.goals != OUT_OF_REACH
            baselines[:, block.columns] = np.where(has_goal, block.baselines, 0)[:, None]
            goals[:, block.columns] = np.where(has_goal, block.goals, 0)[:, None]
            goal_days[:, block.columns] = block.goal_days
        index = places.residents, places.periods
        return columns(
            steps=recorded(view.amount(STEPS)[index]),
            baseline=baselines[index],
            goal=goals[index],
            goal_days=goal_days[index],
        )

    def next_awards(self, view: View, /) -> NextAwards | None:
        """The steps missing to the day's goal; none when the day reaches it, and none while there is no goal."""
        steps = steps_of_last_day(view)
        last: _Block | None = None
        for block in self._blocks(view):
            last = block
        if last is None or last.columns.stop != view.cohort.shape[1]:
            return None
        is_open = (last.goals != OUT_OF_REACH) & (steps < last.goals)
        is_bonus_day = last.goal_days[:, -1].astype(np.int64) + 1 == self.raise_after_days
        points = self.points_day + is_bonus_day * np.int64(self.bonus_points)
        return next_awards_where(is_open, last.goals - steps, points)

    def text(self) -> Said:
        """The rule."""
        if not self.bonus_points:
            return said("own_goal.text", above=self.above, points=self.points_day)
        return said(
            "own_goal.text_with_bonus",
            above=self.above,
            points=self.points_day,
            block=self.block_days,
            days=self.raise_after_days,
            bonus=self.bonus_points,
        )

    def reason(self, span: DaySpan, facts: Facts) -> Said:
        """Why the day earned its points."""
        steps, usual, goal, goal_days = (
            facts.get(name, 0) for name in (STEPS, "baseline", "goal", "goal_days")
        )
        when, told = span.first, day_amount_said((STEPS,), facts, STEPS)
        if not goal:
            return said("own_goal.no_goal", when=when, steps=told)
        walked = (
            said("own_goal.above", when=when, steps=told, usual=usual, more=steps - usual)
            if steps >= usual
            else said("own_goal.below", when=when, steps=told, usual=usual, fewer=usual - steps)
        )
        if steps < goal:
            return said("own_goal.missed", walked=walked, goal=goal)
        reason = said("own_goal.reached", walked=walked, goal=goal, points=self.points_day)
        if not self.bonus_points:
            return reason
        if goal_days != self.raise_after_days:
            return said("own_goal.without_bonus", reason=reason, goal_days=goal_days)
        return said(
            "own_goal.with_bonus", reason=reason, goal_days=goal_days, bonus=self.bonus_points
        )

    def figure(self, facts: Facts) -> Said:
        """The day's steps."""
        return day_amount_said((STEPS,), facts, STEPS)

    def _blocks(self, view: View) -> Iterator[_Block]:
        for year in view.years():
            yield from self._blocks_of_year(view, year)

    def _blocks_of_year(self, view: View, year: Period) -> Iterator[_Block]:
        """The blocks of a year from the second on, as far as the cohort goes. The cohort begins with the year."""
        steps = view.amount(STEPS)
        baselines = np.full(len(steps), NONE, np.int32)
        extra = np.full(len(steps), self.above, np.int32)
        for start in range(year.columns.start, year.columns.stop, self.block_days):
            days = slice(start, min(start + self.block_days, year.columns.stop))
            if start > year.columns.start:
                block = self._block(steps, days, baselines, extra)
                yield block
                extra += (block.goal_days[:, -1] >= self.raise_after_days) * np.int32(self.raise_by)
            if start + self.block_days < year.columns.stop:
                baselines = self._next_baselines(steps[:, days], baselines)

    def _block(
        self, steps: IntMatrix, days: slice, baselines: ByResident, extra: ByResident
    ) -> _Block:
        goals = np.minimum(baselines + np.minimum(extra, self.above_max), self.goal_max)
        np.copyto(goals, OUT_OF_REACH, where=baselines == NONE)
        reached = np.greater_equal(steps[:, days], goals[:, None])
        goal_days = np.empty(reached.shape, np.uint8, order="F")
        goal_days[:, 0] = reached[:, 0]
        for day in range(1, reached.shape[1]):
            np.add(goal_days[:, day - 1], reached[:, day].view(np.uint8), out=goal_days[:, day])
        return _Block(days, goals, baselines, reached, goal_days)

    def _next_baselines(self, steps: IntMatrix, baselines: ByResident) -> ByResident:
        """The baselines after a block with these steps."""
        without = np.flatnonzero(baselines == NONE) if self.baseline == "first" else None
        if without is None or len(without) == len(baselines):
            return self._medians(steps)
        next_baselines = baselines.copy()
        if len(without):
            next_baselines[without] = self._medians(steps[without])
        return next_baselines

    def _medians(self, steps: IntMatrix) -> ByResident:
        return median_of_valid(
            steps,
            valid_from=self.valid_from,
            valid_to=self.valid_to,
            valid_days_min=self.valid_days_min,
        )
