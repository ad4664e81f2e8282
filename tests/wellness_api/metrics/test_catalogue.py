"""The catalogue of metrics, row by row."""

import re

import numpy as np
import pytest

from wellness_api.metrics.catalogue import METRIC_BY_CODE, METRIC_BY_NUMBER, METRICS, Metric
from wellness_api.samples.segments import TOMBSTONE

PUBLISHED = [
    # code, number, LOINC, unit, how a day is made; what clients and stored segments rely on
    ("steps", 1, "55423-8", "{steps}", "sum"),
    ("heart_rate", 2, "8867-4", "/min", "mean"),
    ("systolic_pressure", 3, "8480-6", "mm[Hg]", "mean"),
    ("diastolic_pressure", 4, "8462-4", "mm[Hg]", "mean"),
    ("body_weight", 5, "29463-7", "kg", "last"),
]

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


@pytest.mark.parametrize(("code", "number", "loinc", "unit", "daily"), PUBLISHED)
def test_a_published_metric_stays_what_it_is(
    code: str, number: int, loinc: str, unit: str, daily: str
) -> None:
    metric = METRIC_BY_CODE[code]
    assert metric is METRIC_BY_NUMBER[number]
    assert (metric.loinc, metric.unit, metric.daily) == (loinc, unit, daily)


def test_every_metric_is_published() -> None:
    assert [(metric.code, metric.number) for metric in METRICS] == [row[:2] for row in PUBLISHED]


def test_codes_numbers_and_loinc_codes_are_given_once() -> None:
    loinc = [metric.loinc for metric in METRICS if metric.loinc]
    for given in ([metric.code for metric in METRICS], [one.number for one in METRICS], loinc):
        assert len(set(given)) == len(given)


@every_metric
def test_every_metric_has_a_name_in_japanese_and_in_english(metric: Metric) -> None:
    assert re.search("[ぁ-ヿ一-鿿]", metric.name.ja)
    assert re.fullmatch("[A-Z][a-z -]+", metric.name.en)


def test_the_check_digit_is_the_one_of_loincs_own_example() -> None:
    assert loinc_check_digit("12345") == 5


@every_metric
def test_every_loinc_code_has_its_check_digit(metric: Metric) -> None:
    if metric.loinc is not None:
        assert re.fullmatch(r"\d{3,7}-\d", metric.loinc)
        number, digit = metric.loinc.split("-")
        assert loinc_check_digit(number) == int(digit)


@every_metric
def test_every_value_of_the_resolution_survives_storage(metric: Metric) -> None:
    decimals = 3
    multiples = np.arange(metric.minimum * metric.per_unit, metric.maximum * metric.per_unit + 1)
    as_measured = [round(multiple * metric.resolution, decimals) for multiple in multiples.tolist()]
    stored = np.rint(np.array(as_measured) * metric.per_unit).astype(np.int32)
    assert (stored / metric.per_unit).tolist() == as_measured


@every_metric
def test_no_value_is_taken_for_a_sample_that_was_taken_back(metric: Metric) -> None:
    assert TOMBSTONE < metric.minimum * metric.per_unit < metric.maximum * metric.per_unit < 2**31
