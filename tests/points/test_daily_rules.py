"""Tiers and measuring: what they pay, what they say, what they refuse."""

from datetime import date

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from points.cohort import Cohort
from points.programme import InvalidProgramme, read_programme
from points.rules.daily_tiers import AgeBand, DailyTiers, Tier
from points.rules.measuring import Measuring
from points.rules.parts import DayFacts
from points.words import Text

TUESDAY = date(2026, 11, 3)
PRESSURE = Measuring(
    code="pressure",
    name=Text(ja="血圧", en="blood pressure"),
    metrics=["systolic_pressure", "diastolic_pressure"],
    points_day=5,
)
TIERS = DailyTiers(
    code="day",
    bands=[
        AgeBand(age_to=64, tiers=[Tier(at_least=6_000, points=1), Tier(at_least=8_000, points=3)]),
        AgeBand(
            age_from=65, tiers=[Tier(at_least=4_000, points=1), Tier(at_least=6_000, points=3)]
        ),
    ],
)


def cohort(ages: list[int], **daily: list[list[float]]) -> Cohort:
    columns = {metric: np.array(values, np.float64) for metric, values in daily.items()}
    return Cohort(np.arange(len(ages)), TUESDAY, columns, TUESDAY.year - np.array(ages))


def test_measuring_pays_a_day_on_which_everything_was_measured() -> None:
    nothing = np.nan
    days = cohort(
        [70],
        systolic_pressure=[[118, 190, nothing, 120]],
        diastolic_pressure=[[76, 110, 80, nothing]],
    )
    assert PRESSURE.points_by_day(days).tolist() == [[5, 5, 0, 0]]


def test_the_measured_value_is_no_fact_of_the_award() -> None:
    days = cohort([70], systolic_pressure=[[190]], diastolic_pressure=[[110]])
    assert {name: column.tolist() for name, column in PRESSURE.awards(days).facts.items()} == {
        "measured": [1]
    }


def test_what_nobody_measured_pays_nobody() -> None:
    assert PRESSURE.points_by_day(cohort([70, 30], steps=[[1], [2]])).tolist() == [[0], [0]]


def test_the_rules_say_themselves_and_their_reasons() -> None:
    assert PRESSURE.text().ja == "血圧を測った日は5ポイント"
    assert PRESSURE.reason(day=TUESDAY, facts={"measured": 1}).ja == "11月3日(火) 血圧を測りました"
    assert "no measurement" in PRESSURE.reason(day=TUESDAY, facts={"measured": 0}).en
    assert TIERS.text().en == (
        "to age 64: 1 for 6,000 steps, 3 for 8,000 steps; "
        "from age 65: 1 for 4,000 steps, 3 for 6,000 steps (a day, the highest only)"
    )
    reason = TIERS.reason(day=TUESDAY, facts={"steps": 7_412, "age": 70})
    assert reason.ja == "11月3日(火) 7,412歩: 6,000歩以上で3ポイント"
    assert reason.en == "3 Nov: 7,412 steps; 3 points from 6,000 on"
    assert "no tier" in TIERS.reason(day=TUESDAY, facts={"steps": 100, "age": 70}).en


def pencil(age: int, steps: int) -> int:
    tiers = [(8_000, 3), (6_000, 1)] if age <= 64 else [(6_000, 3), (4_000, 1)]
    for at_least, points in tiers:
        if steps >= at_least:
            return points
    return 0


@given(st.lists(st.tuples(st.integers(0, 120), st.integers(0, 12_000)), min_size=1, max_size=20))
def test_the_fast_tiers_are_the_pencils(residents: list[tuple[int, int]]) -> None:
    days = cohort([age for age, _ in residents], steps=[[steps] for _, steps in residents])
    assert TIERS.points_by_day(days)[:, 0].tolist() == [pencil(*each) for each in residents]


@given(st.integers(0, 120), st.integers(0, 12_000))
def test_the_steps_that_are_said_to_be_missing_bring_the_points(age: int, steps: int) -> None:
    missing = TIERS.next_award(DayFacts({"steps": steps}, age))
    if missing is None:
        assert pencil(age, steps) == 3
    else:
        assert pencil(age, steps + missing.steps_needed) == pencil(age, steps) + missing.points
        assert pencil(age, steps + missing.steps_needed - 1) == pencil(age, steps)


FILE = """
code = "city"
version = 1
name = { ja = "市", en = "City" }
in_force_from = 2026-04-01
late_window_days = 14

[[rules]]
kind = "daily_tiers"
code = "day"
bands = [BANDS]
"""


@pytest.mark.parametrize(
    ("bands", "message"),
    [
        ("{ tiers = [] }", "$.rules[0].bands[0].tiers"),
        (
            "{ tiers = [{ at_least = 6000, points = 3 }, { at_least = 4000, points = 5 }] }",
            "each tier must ask for more",
        ),
        (
            "{ tiers = [{ at_least = 4000, points = 3 }, { at_least = 6000, points = 3 }] }",
            "and pay more - at `$.rules[0].bands[0]`",
        ),
        ("{ age_from = 65, age_to = 64, tiers = [{ at_least = 1, points = 1 }] }", "age_to must"),
        (
            ", ".join(
                f"{{ {ages}, tiers = [{{ at_least = 1, points = 1 }}] }}"
                for ages in ("age_to = 65", "age_from = 65")
            ),
            "two bands hold the age of 65 - at `$.rules[0]`",
        ),
    ],
)
def test_tiers_in_no_order_are_refused_naming_the_place(bands: str, message: str) -> None:
    with pytest.raises(InvalidProgramme) as refused:
        read_programme(FILE.replace("BANDS", bands))
    assert message in str(refused.value)
