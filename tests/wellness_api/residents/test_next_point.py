"""What the resident's page says is missing for the next point."""

from datetime import date

import msgspec
import pytest

from points.programme import Programme
from points.rules.daily_tiers import AgeBand, DailyTiers, Tier
from points.rules.steps_per_point import StepsPerPoint
from points.words import Text
from wellness_api.residents.today import next_point

TODAY = date(2026, 11, 24)


def programme(*, steps_per_point: int, points_day_max: int, until: date | None = None) -> Programme:
    return Programme(
        code="walking",
        version=1,
        name=Text(ja="ウォーキングポイント", en="Walking points"),
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
            metric="active_minutes",
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
    found = next_point(programmes, TODAY, steps, age=70)
    assert (found and (found.steps_needed, found.points)) == expected
