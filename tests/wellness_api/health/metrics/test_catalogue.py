"""The catalogue of metrics, row by row."""

import re
from typing import get_args

import msgspec
import numpy as np
import pytest

from wellness_api.checkout.page_words import page_languages, page_words
from wellness_api.health.metrics.catalogue import METRIC_BY_CODE, METRIC_BY_NUMBER, METRICS
from wellness_api.health.metrics.metric import Category, Metric
from wellness_api.health.samples.plausibility import MULTIPLE_MAX, in_parts
from wellness_api.health.samples.segments import decode_values, encode_values
from wellness_api.words.languages import named

PUBLISHED = [
    # code, number, LOINC, unit, resolution, how a day is made; what clients and stored segments rely on
    ("steps", 1, "55423-8", "{steps}", 1, "sum"),
    ("heart_rate", 2, "8867-4", "/min", 1, "mean"),
    ("systolic_pressure", 3, "8480-6", "mm[Hg]", 0.1, "mean"),
    ("diastolic_pressure", 4, "8462-4", "mm[Hg]", 0.1, "mean"),
    ("body_weight", 5, "29463-7", "kg", 0.005, "last"),
    ("distance_walked", 6, None, "m", 0.1, "sum"),
    ("floors_climbed", 7, "100304-5", "{floors}", 0.1, "sum"),
    ("active_minutes", 8, "55411-3", "min", 0.1, "sum"),
    ("active_energy", 9, "93819-1", "kcal", 0.01, "sum"),
    ("basal_energy", 10, None, "kcal", 0.01, "sum"),
    ("resting_heart_rate", 11, "40443-4", "/min", 1, "last"),
    ("hrv_sdnn", 12, "80404-7", "ms", 0.1, "mean"),
    ("hrv_rmssd", 13, None, "ms", 0.1, "mean"),
    ("body_fat", 14, "41982-0", "%", 0.1, "last"),
    ("body_mass_index", 15, "39156-5", "kg/m2", 0.01, "last"),
    ("body_height", 16, "8302-2", "cm", 0.1, "last"),
    ("waist", 17, "8280-0", "cm", 0.1, "last"),
    ("oxygen_saturation", 18, "59408-5", "%", 0.1, "least"),
    ("body_temperature", 19, "8310-5", "Cel", 0.01, "last"),
    ("blood_glucose", 20, "2339-0", "mg/dL", 0.1, "mean"),
    ("sleep_minutes", 21, "93832-4", "min", 0.1, "sum"),
    ("respiratory_rate", 22, "9279-1", "/min", 0.1, "mean"),
    ("snow_shovelling_minutes", 23, None, "min", 0.1, "sum"),
    ("light_sleep_minutes", 24, None, "min", 0.1, "sum"),
    ("deep_sleep_minutes", 25, None, "min", 0.1, "sum"),
    ("rem_sleep_minutes", 26, None, "min", 0.1, "sum"),
    ("awake_in_bed_minutes", 27, None, "min", 0.1, "sum"),
    ("walking_minutes", 28, None, "min", 0.1, "sum"),
    ("running_minutes", 29, None, "min", 0.1, "sum"),
    ("cycling_minutes", 30, None, "min", 0.1, "sum"),
    ("swimming_minutes", 31, None, "min", 0.1, "sum"),
    ("skiing_minutes", 32, None, "min", 0.1, "sum"),
    ("strength_minutes", 33, None, "min", 0.1, "sum"),
    ("indoor_exercise_minutes", 34, None, "min", 0.1, "sum"),
    ("steps_day_total", 35, None, "{steps}", 1, "last"),
    ("distance_walked_day_total", 36, None, "m", 0.1, "last"),
    ("floors_climbed_day_total", 37, None, "{floors}", 0.1, "last"),
    ("active_energy_day_total", 38, None, "kcal", 0.01, "last"),
    ("blood_pressure_posture", 39, None, "1", 1, "last"),
    ("blood_pressure_site", 40, None, "1", 1, "last"),
    ("glucose_meal_relation", 41, None, "1", 1, "last"),
    ("exercise_habit", 42, None, "1", 1, "last"),
    ("daily_walking_habit", 43, None, "1", 1, "last"),
    ("fast_walking", 44, None, "1", 1, "last"),
    ("rested_by_sleep", 45, None, "1", 1, "last"),
    ("stage_of_change", 46, None, "1", 1, "last"),
    ("checkup_attended", 47, None, "1", 1, "times"),
    ("class_attended", 48, None, "1", 1, "times"),
    ("paper_card_days", 49, None, "1", 1, "last"),
]

NOT_BY_THE_RESIDENT = {
    "checkup_attended": "staff",
    "class_attended": "station",
    "paper_card_days": "staff",
}

every_metric = pytest.mark.parametrize("metric", METRICS, ids=METRIC_BY_CODE)


def loinc_check_digit(number: str) -> int:
    """The digit after the hyphen (LOINC Users' Guide, mod 10 algorithm).

    Counted from the right, the digits in odd places are read as one number and doubled, the digits in even places
    are put before it, and all digits are added; what is missing to the next ten is the check digit.
    """
    from_right = number[::-1]
    doubled = str(int(from_right[0::2][::-1]) * 2)
    even = from_right[1::2][::-1]
    return -sum(int(digit) for digit in even + doubled) % 10


@pytest.mark.parametrize(
    ("code", "number", "loinc", "unit", "resolution", "daily"),
    PUBLISHED,
    ids=[row[0] for row in PUBLISHED],
)
def test_a_published_metric_stays_what_it_is(
    code: str, number: int, loinc: str | None, unit: str, resolution: float, daily: str
) -> None:
    metric = METRIC_BY_CODE[code]
    assert metric is METRIC_BY_NUMBER[number]
    assert (metric.loinc, metric.unit) == (loinc, unit)
    assert (metric.resolution, metric.daily) == (resolution, daily)


def test_every_metric_is_published() -> None:
    assert [(metric.code, metric.number) for metric in METRICS] == [row[:2] for row in PUBLISHED]


@every_metric
def test_what_residents_cannot_say_of_themselves_is_said_by_others_alone(metric: Metric) -> None:
    assert metric.recorded_by == NOT_BY_THE_RESIDENT.get(metric.code, "anyone")
    assert metric.may_be_recorded_by("staff")
    assert metric.may_be_recorded_by("station") == (metric.recorded_by != "staff")
    assert metric.may_be_recorded_by("anyone") == (metric.recorded_by == "anyone")


def test_codes_numbers_and_loinc_codes_are_given_once() -> None:
    loinc = [metric.loinc for metric in METRICS if metric.loinc]
    for names in ([metric.code for metric in METRICS], [one.number for one in METRICS], loinc):
        assert len(set(names)) == len(names)


@every_metric
def test_every_metric_has_a_name_in_japanese_and_in_english(metric: Metric) -> None:
    name = named("metric", metric.code)
    assert re.search("[ぁ-ヿ一-鿿]", name["ja"])
    assert re.fullmatch(r"[A-Z][a-z -]+(\([A-Z]+\))?", name["en"])


def test_what_matters_of_a_metric_is_said_in_its_row_and_has_no_default() -> None:
    fields = {field.name: field.required for field in msgspec.structs.fields(Metric)}
    assert {name for name, is_required in fields.items() if not is_required} == {
        "codes",
        "total_of",
    }


@every_metric
def test_a_metric_is_complete(metric: Metric) -> None:
    assert metric.category in get_args(Category)
    assert 10**-metric.digits >= metric.resolution, "no digit is shown that is not measured"
    if metric.page_name is not None:
        for language in page_languages():
            words = page_words(language)
            assert metric.page_name in words["resident"]
    assert (metric.molar_mass_g_per_mol is not None) == (metric.unit == "mg/dL")
    if metric.sample_time == "minute" or metric.is_counter:
        assert metric.category == "activity"
    if metric.codes or metric.recorded_by != "anyone":
        assert not metric.is_worn
    if metric.is_counter:
        assert metric.total_of is not None
        counted = METRIC_BY_CODE[metric.total_of]
        assert (metric.unit, metric.is_worn) == (counted.unit, counted.is_worn)


@every_metric
def test_what_is_summed_is_counted_minute_by_minute(metric: Metric) -> None:
    assert (metric.daily == "sum") == (metric.sample_time == "minute")


@every_metric
def test_no_minute_has_more_than_a_minute_of_anything(metric: Metric) -> None:
    if metric.unit == "min":
        assert (metric.minimum, metric.maximum) == (0, 1)


def test_the_check_digit_is_the_one_of_loincs_own_example() -> None:
    assert loinc_check_digit("12345") == 5


@every_metric
def test_every_loinc_code_has_its_check_digit(metric: Metric) -> None:
    if metric.loinc is not None:
        assert re.fullmatch(r"\d{3,7}-\d", metric.loinc)
        number, digit = metric.loinc.split("-")
        assert loinc_check_digit(number) == int(digit)


@every_metric
def test_every_value_of_the_resolution_survives_a_segment(metric: Metric) -> None:
    decimals = 3
    multiples = np.arange(metric.minimum * metric.per_unit, metric.maximum * metric.per_unit + 1)
    as_measured = [round(multiple * metric.resolution, decimals) for multiple in multiples.tolist()]
    stored = decode_values(encode_values(in_parts(np.array(as_measured), metric), metric), metric)
    assert (stored / metric.parts_per_unit).tolist() == as_measured
    assert (stored % metric.parts_per_multiple == 0).all()


@every_metric
def test_what_adds_up_is_kept_to_the_thousandth_and_what_is_measured_to_the_resolution(
    metric: Metric,
) -> None:
    third = metric.resolution / 3
    (parts,) = in_parts(np.array([third]), metric).tolist()
    assert parts == (333 if metric.daily == "sum" else 0)
    thirds = 3 * parts / metric.parts_per_unit
    assert thirds == (pytest.approx(0.999 * metric.resolution) if metric.daily == "sum" else 0)


@every_metric
def test_only_what_is_counted_over_spans_lasts(metric: Metric) -> None:
    assert metric.usual_length_ms == (60_000 if metric.daily == "sum" else 0)


@every_metric
def test_the_ends_of_the_range_are_whole_multiples_that_can_be_kept(metric: Metric) -> None:
    least, greatest = (end * metric.per_unit for end in (metric.minimum, metric.maximum))
    assert (least, greatest) == (round(least), round(greatest))
    assert -MULTIPLE_MAX <= least < greatest <= MULTIPLE_MAX
