"""Real programmes, with numbers worked by hand."""

from datetime import date, timedelta

import numpy as np
import pytest

from points.cohort import Cohort
from points.evaluate import evaluate
from points.presets import preset_text
from points.programme import Programme, read_programme

NOVEMBER_3 = date(2026, 11, 3)


def points_of(
    programme: Programme, steps: list[float], *, minutes: list[float] | None = None, age: int = 70
) -> list[int]:
    """One resident's points, day by day, of all rules together."""
    daily = {"steps": np.array([steps])}
    if minutes is not None:
        daily["active_minutes"] = np.array([minutes])
    born = np.array([NOVEMBER_3.year - age])
    points = np.zeros(len(steps), np.int64)
    for awards in evaluate(programme, Cohort(np.array([7]), NOVEMBER_3, daily, born)):
        np.add.at(points, awards.day_index, awards.points)
    return [int(each) for each in points]


YAMAGATA = [
    # steps, points
    (3_999, 0),
    (4_000, 40),
    (4_999, 40),
    (5_000, 50),
    (6_500, 60),
    (7_000, 70),
    (7_999, 70),
    (8_000, 100),
    (60_000, 100),
]


def test_yamagata_pays_a_days_highest_tier() -> None:
    yamagata = read_programme(preset_text("yamagata"))
    assert yamagata.late_window_days == 42
    assert points_of(yamagata, [steps for steps, _ in YAMAGATA]) == [
        points for _, points in YAMAGATA
    ]


@pytest.mark.parametrize(
    ("age", "steps", "points"),
    [
        (40, 5_999, 0),
        (40, 6_000, 1),
        (64, 8_000, 3),
        (65, 3_999, 0),
        (65, 4_000, 1),
        (65, 6_000, 3),
        (90, 9_000, 3),
    ],
)
def test_kamaishi_asks_less_of_those_of_65_or_more(age: int, steps: int, points: int) -> None:
    assert points_of(read_programme(preset_text("kamaishi")), [steps], age=age) == [points]


def test_the_new_year_brings_the_next_band() -> None:
    kamaishi = read_programme(preset_text("kamaishi"))
    days = (date(2027, 1, 1) - NOVEMBER_3).days + 1
    points = points_of(kamaishi, [5_000.0] * days, age=64)
    assert (points[-2], points[-1]) == (0, 1)


@pytest.mark.parametrize(
    ("steps", "minutes", "points"),
    [
        (4_999, 19.9, 0),
        (5_000, 0, 10),
        (0, 20, 15),
        (0, 30, 20),
        (5_000, 20, 25),
        (12_000, 90, 30),
    ],
)
def test_singapore_pays_steps_and_activity(steps: float, minutes: float, points: int) -> None:
    singapore = read_programme(preset_text("singapore_2023"))
    assert points_of(singapore, [steps], minutes=[minutes]) == [points]


def test_a_days_maximum_cuts_the_later_rules_and_says_what_they_were() -> None:
    text = preset_text("singapore_2023").replace("points_day_max = 30", "points_day_max = 12")
    born = np.array([1950])
    daily = {"steps": np.array([[6_000.0, 0.0]]), "active_minutes": np.array([[30.0, 30.0]])}
    steps, activity = evaluate(read_programme(text), Cohort(np.array([7]), NOVEMBER_3, daily, born))
    assert steps.points.tolist() == [10]
    assert activity.points.tolist() == [2, 12]
    assert activity.facts["points_uncapped"].tolist() == [20, 20]


def test_the_days_of_a_year_are_the_same_in_any_split() -> None:
    kamaishi = read_programme(preset_text("kamaishi"))
    steps = np.random.default_rng(1).integers(0, 12_000, (5, 100)).astype(float)
    born = np.array([1950, 1961, 1962, 1963, 2000])
    ids = np.arange(5)

    def total(first: int, last: int) -> int:
        part = Cohort(
            ids, NOVEMBER_3 + timedelta(days=first), {"steps": steps[:, first:last]}, born
        )
        return sum(int(awards.points.sum()) for awards in evaluate(kamaishi, part))

    assert total(0, 100) == total(0, 37) + total(37, 60) + total(60, 100)
