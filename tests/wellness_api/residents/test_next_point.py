"""What the resident's page says is missing for the next point."""

from datetime import date

import pytest

from points.programme import Programme
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
        ([ENDED], 0, None),
        ([ENDED, YOKOHAMA], 0, (2000, 1)),
        ([], 0, None),
    ],
)
def test_the_nearest_point_of_any_rule_in_force(
    programmes: list[Programme], steps: int, expected: tuple[int, int] | None
) -> None:
    found = next_point(programmes, TODAY, steps)
    assert (found and (found.steps_needed, found.points)) == expected
