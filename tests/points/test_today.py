"""What the resident's page says is missing for the next point."""

from datetime import date, timedelta

import msgspec
import numpy as np
import pytest

from points.cohort import Cohort, cohort_of
from points.goals import DayGoal
from points.programme import Programme
from points.rules.comeback import Comeback
from points.rules.daily_tiers import DailyTiers
from points.rules.own_goal import OwnGoal
from points.rules.steps_per_point import StepsPerPoint
from points.tiers import AgeBand, Tier
from points.today import nearest_award, nearest_awards, nearest_of

TODAY = date(2026, 11, 24)


def programme(*, steps_per_point: int, points_day_max: int, until: date | None = None) -> Programme:
    return Programme(
        code="walking",
        version=1,
        name={"ja": "ウォーキングポイント", "en": "Walking points"},
        in_force_from=date(2026, 4, 1),
        in_force_to=until,
        late_window_days=14,
        rules=[
            StepsPerPoint(
                code="walk", steps_per_point=steps_per_point, points_day_max=points_day_max
            )
        ],
    )


YOKOHAMA = programme(steps_per_point=2000, points_day_max=5)
STROLL = programme(steps_per_point=500, points_day_max=3)
TIERS = msgspec.structs.replace(
    YOKOHAMA,
    rules=[
        DailyTiers(
            code="day",
            bands=[
                AgeBand(
                    age_to=69,
                    tiers=[Tier(at_least=6_000, points=1), Tier(at_least=8_000, points=3)],
                ),
                AgeBand(
                    age_from=70,
                    tiers=[Tier(at_least=4_000, points=1), Tier(at_least=6_000, points=3)],
                ),
            ],
        ),
        DailyTiers(
            code="exercise",
            metrics=("active_minutes",),
            bands=[AgeBand(tiers=[Tier(at_least=20, points=15)])],
        ),
    ],
)
ENDED = programme(steps_per_point=10, points_day_max=1000, until=date(2026, 11, 23))


@pytest.mark.parametrize(
    ("programmes", "steps", "expected"),
    [
        ([YOKOHAMA], 0, (2000, 1)),
        ([YOKOHAMA], 4_321, (1679, 1)),
        ([YOKOHAMA], 10_000, None),
        ([YOKOHAMA, STROLL], 700, (300, 1)),  # The nearer one.
        ([YOKOHAMA, STROLL], 1_400, (100, 1)),
        ([STROLL, STROLL], 1_400, (100, 2)),  # Both at the same step.
        ([YOKOHAMA, STROLL], 1_500, (500, 1)),  # The stroll's ceiling is reached.
        ([TIERS], 0, (4_000, 1)),
        ([TIERS], 4_000, (2_000, 2)),  # The higher tier takes the lower one's place.
        ([TIERS], 6_000, None),
        ([TIERS, YOKOHAMA], 4_000, (2_000, 3)),
        ([ENDED], 0, None),
        ([ENDED, YOKOHAMA], 0, (2000, 1)),
        ([], 0, None),
    ],
)
def test_the_nearest_point_of_any_rule_in_force(
    programmes: list[Programme], steps: int, expected: tuple[int, int] | None
) -> None:
    assert nearest_award([(programme, walked([steps])) for programme in programmes]) == expected


def walked(steps: list[int]) -> Cohort:
    """Someone of 70, the last of the days being today."""
    first_day = TODAY - timedelta(days=len(steps) - 1)
    return cohort_of(
        {"steps": np.array([steps], np.int32)}, first_day=first_day, today=TODAY, age=70
    )


def test_a_goal_of_ones_own_counts_from_what_was_usual() -> None:
    own = msgspec.structs.replace(
        YOKOHAMA,
        in_force_from=TODAY - timedelta(days=9),
        rules=[
            OwnGoal(
                code="own",
                block_days=5,
                above=1_000,
                above_max=3_000,
                raise_after_days=3,
                raise_by=500,
                points_day=4,
                bonus_points=40,
            )
        ],
    )
    usual = [3_000] * 5
    assert nearest_award([(own, walked([*usual, 0, 0, 0, 0, 2_500]))]) == (1_500, 4)
    assert nearest_award([(own, walked([*usual, 9_000, 0, 9_000, 0, 2_500]))]) == (1_500, 44)
    assert nearest_award([(own, walked([*usual, 0, 0, 0, 0, 4_000]))]) is None
    assert nearest_award([(own, walked([*usual[:4], 0, 0, 0, 0, 0, 2_500]))]) is None


def test_after_a_missed_day_coming_back_is_worth_more() -> None:
    back = msgspec.structs.replace(
        YOKOHAMA, rules=[Comeback(code="back", goal=DayGoal(at_least=4_000), points_each=9)]
    )
    assert nearest_award([(back, walked([3_999, 1_000]))]) == (3_000, 9)
    assert nearest_award([(back, walked([4_000, 1_000]))]) is None


def test_many_are_told_what_each_would_be_told_alone() -> None:
    rules = [
        *(YOKOHAMA.rules + TIERS.rules),
        Comeback(code="back", goal=DayGoal(at_least=4_000), points_each=9),
        OwnGoal(
            code="own",
            block_days=5,
            above=1_000,
            above_max=3_000,
            raise_after_days=3,
            raise_by=500,
            points_day=4,
        ),
    ]
    of_all = msgspec.structs.replace(
        YOKOHAMA, in_force_from=TODAY - timedelta(days=11), rules=rules
    )
    steps = np.random.default_rng(7).integers(-1, 22, (200, 12)).astype(np.int32) * 900
    steps[steps < 0] = -1
    people = cohort_of({"steps": steps}, first_day=TODAY - timedelta(days=11), today=TODAY, age=70)
    of_each = [nearest_awards(rules, people) for rules in (STROLL, of_all)]
    together = nearest_of([award for award in of_each if award is not None])
    assert together is not None
    alone = [
        nearest_award([(rules, people.at(slice(place, place + 1))) for rules in (STROLL, of_all)])
        for place in range(200)
    ]
    told = zip(together.steps_needed.tolist(), together.points.tolist(), strict=True)
    assert [None if pair == (0, 0) else pair for pair in told] == alone
    assert len(set(alone)) > 10
    assert None in alone
