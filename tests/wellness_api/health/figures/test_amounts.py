"""Every figure that counts is said in what it counts. A row that is missing or wrong stands in points/amounts.py."""

from typing import Final, get_args

import pytest

from points.amounts import AMOUNTS, Counted
from points.said import amount_said
from tests.points.spoken import en, ja
from wellness_api.health.figures.catalogue import FIGURES
from wellness_api.health.figures.figure import Figure
from wellness_api.health.metrics.attended import ATTENDED

UNITS: Final[dict[Counted, str]] = {
    "steps": "{steps}",
    "metres": "m",
    "floors": "{floors}",
    "kilocalories": "kcal",
    "minutes": "min",
    "active_minutes": "min",
    "sleep_minutes": "min",
    "times": "1",
}
"""The figures' units for what rules say."""

COUNTING: Final = [
    figure for figure in FIGURES if figure.adds_up or figure.code in {of.code for of in ATTENDED}
]


@pytest.mark.parametrize("figure", COUNTING, ids=lambda figure: figure.code)
def test_a_figure_that_counts_is_said_in_its_unit(figure: Figure) -> None:
    assert figure.code in AMOUNTS, "say in points/amounts.py what it counts"
    assert UNITS[AMOUNTS[figure.code]] == figure.unit, "points/amounts.py has another unit"


def test_nothing_else_is_said_to_count() -> None:
    assert set(AMOUNTS) == {figure.code for figure in COUNTING}
    assert set(UNITS) == set(get_args(Counted))


@pytest.mark.parametrize(
    ("figures", "in_japanese", "in_english"),
    [
        (["steps_before_8"], "朝8時までの30歩", "30 steps before 8:00"),
        (["steps_before_8", "steps_after_18"], "30歩", "30 steps"),
        (["walking_minutes", "snow_shovelling_minutes"], "30分の運動", "30 active minutes"),
        (["light_sleep_minutes", "deep_sleep_minutes"], "30分の睡眠", "30 minutes of sleep"),
        (["sleep_minutes", "awake_in_bed_minutes"], "30分", "30 minutes"),
        (["wear_minutes", "awake_in_bed_minutes"], "30分", "30 minutes"),
        (["distance_walked", "distance_walked"], "30m", "30 m"),
        (["floors_climbed", "floors_climbed"], "30階分", "30 floors"),
        (["active_energy", "basal_energy"], "30kcal", "30 kcal"),
        (["class_attended"], "30回", "30 times"),
        (["class_attended", "checkup_attended"], "30回", "30 times"),
        (["days"], "30日", "30 days"),
    ],
)
def test_an_amount_of_several_figures_is_said_in_what_all_of_them_count(
    figures: list[str], in_japanese: str, in_english: str
) -> None:
    amount = amount_said(figures, 30)
    assert (ja(amount), en(amount)) == (in_japanese, in_english)


@pytest.mark.parametrize("figures", [["steps", "active_minutes"], ["body_weight"], ["unheard_of"]])
def test_what_has_no_unit_that_all_share_is_a_number_and_never_told_in_a_wrong_unit(
    figures: list[str],
) -> None:
    amount = amount_said(figures, 30)
    assert (ja(amount), en(amount)) == ("30", "30")
