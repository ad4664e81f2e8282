"""The catalogue of figures, row by row."""

import re

import pytest

from wellness_api.health.figures.catalogue import (
    FIGURE_BY_CODE,
    FIGURE_BY_NUMBER,
    FIGURES,
    metrics_of,
)
from wellness_api.health.figures.figure import WHOLE_DAY, Figure
from wellness_api.health.figures.parts_of_days import PARTS_OF_DAYS
from wellness_api.health.metrics.catalogue import METRIC_BY_CODE, METRIC_BY_NUMBER, METRICS
from wellness_api.words.languages import named

PUBLISHED = [
    # code, number, of, how, hours, unit; what rules in force and stored rows rely on
    ("steps_before_8", 1001, "steps", "sum", (0, 8), "{steps}"),
    ("steps_after_18", 1002, "steps", "sum", (18, 24), "{steps}"),
    ("steps_indoors", 1003, "steps", "sum_within", (0, 24), "{steps}"),
    ("sleep_minutes_before_18", 1004, "sleep_minutes", "sum", (0, 18), "min"),
    ("sleep_minutes_after_18", 1005, "sleep_minutes", "sum", (18, 24), "min"),
    ("systolic_highest", 1006, "systolic_pressure", "greatest", (0, 24), "mm[Hg]"),
    ("systolic_lowest", 1007, "systolic_pressure", "least", (0, 24), "mm[Hg]"),
    ("diastolic_highest", 1008, "diastolic_pressure", "greatest", (0, 24), "mm[Hg]"),
    ("diastolic_lowest", 1009, "diastolic_pressure", "least", (0, 24), "mm[Hg]"),
    ("systolic_morning", 1010, "systolic_pressure", "first_two", (4, 10), "mm[Hg]"),
    ("diastolic_morning", 1011, "diastolic_pressure", "first_two", (4, 10), "mm[Hg]"),
    ("systolic_evening", 1012, "systolic_pressure", "last_two", (18, 24), "mm[Hg]"),
    ("diastolic_evening", 1013, "diastolic_pressure", "last_two", (18, 24), "mm[Hg]"),
    ("glucose_in_range", 1014, "blood_glucose", "share_in_range", (0, 24), "%"),
    ("wear_minutes", 1015, None, "minutes_worn", (0, 24), "min"),
]

every_figure = pytest.mark.parametrize("figure", FIGURES, ids=FIGURE_BY_CODE)
every_part = pytest.mark.parametrize("figure", PARTS_OF_DAYS, ids=lambda figure: figure.code)


def test_a_published_figure_stays_what_it_is() -> None:
    assert [
        (of.code, of.number, of.of, of.how, of.hours, of.unit) for of in PARTS_OF_DAYS
    ] == PUBLISHED


def test_every_metric_has_its_own_figure_but_counters_which_count_for_another() -> None:
    own = {figure.code: figure.number for figure in FIGURES if figure not in PARTS_OF_DAYS}
    assert own == {metric.code: metric.number for metric in METRICS if not metric.is_counter}
    for code, number in own.items():
        figure, metric = FIGURE_BY_CODE[code], METRIC_BY_NUMBER[number]
        assert (figure.how, figure.hours) == (metric.daily, WHOLE_DAY)


def test_codes_and_numbers_are_given_once_and_fit_into_the_table() -> None:
    assert len(FIGURE_BY_CODE) == len(FIGURE_BY_NUMBER) == len(FIGURES)
    assert all(0 < number < 2**15 for number in FIGURE_BY_NUMBER)


@every_figure
def test_a_figure_is_complete(figure: Figure) -> None:
    assert 0 <= figure.hours.since < figure.hours.until <= 24
    assert figure.per_unit * figure.resolution == 1
    assert 0 <= figure.digits <= 2
    assert (figure.how == "sum_within") == (figure.within is not None)
    assert (figure.how == "share_in_range") == (figure.inside is not None)
    assert (figure.how == "minutes_worn") == (figure.of is None)
    if figure.of is not None:
        counted = METRIC_BY_CODE[figure.of].daily == "sum"
        assert counted == figure.adds_up, "what is counted adds up, and nothing else does"


@every_part
def test_every_part_has_a_name_in_japanese_and_in_english(figure: Figure) -> None:
    name = named("figure", figure.code)
    assert re.search("[ぁ-ヿ一-鿿]", name["ja"])
    assert re.fullmatch(r"[A-Z][a-zA-Z0-9 :/]+", name["en"])


def test_what_a_figure_is_worked_out_from_is_known() -> None:
    steps, total = (METRIC_BY_CODE[code].number for code in ("steps", "steps_day_total"))
    indoors = METRIC_BY_CODE["indoor_exercise_minutes"].number
    assert metrics_of(FIGURE_BY_CODE["steps_before_8"]) == [steps, total]
    assert metrics_of(FIGURE_BY_CODE["steps_indoors"]) == sorted([steps, total, indoors])
    worn = metrics_of(FIGURE_BY_CODE["wear_minutes"])
    assert {steps, total, METRIC_BY_CODE["heart_rate"].number} <= set(worn)
    assert METRIC_BY_CODE["body_weight"].number not in worn
