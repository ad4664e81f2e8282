"""Units that samples come in, and what they are in the metric's own."""

import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wellness_api.health.metrics.catalogue import METRIC_BY_CODE, METRICS
from wellness_api.health.metrics.units import UnknownUnit, conversion


@pytest.mark.parametrize(
    ("value", "unit", "metric", "expected"),
    [
        (150, "[lb_av]", "body_weight", 68.0389),
        (98.6, "[degF]", "body_temperature", 37.0),
        (310.15, "K", "body_temperature", 37.0),
        (5.5, "mmol/L", "blood_glucose", 99.0858),
        (99, "mg/dL", "blood_glucose", 99),
        (1.2, "g/L", "blood_glucose", 120),
        (16, "kPa", "systolic_pressure", 120.0098),
        (72, "{beats}/min", "heart_rate", 72),
        (1.2, "Hz", "heart_rate", 72),
        (0.97, "1", "oxygen_saturation", 97),
        (2, "[mi_i]", "distance_walked", 3218.688),
        (7, "h", "sleep_minutes", 420),
        (0.05, "s", "hrv_sdnn", 50),
        (100, "kJ", "active_energy", 23.9006),
        (52, "[Cal]", "active_energy", 52),
        (104, "{count}", "steps", 104),
        (104, "1", "steps", 104),
        (68, "[in_i]", "body_height", 172.72),
    ],
)
def test_a_value_in_another_unit_of_the_same_kind(
    value: float, unit: str, metric: str, expected: float
) -> None:
    assert conversion(unit, METRIC_BY_CODE[metric])(value) == pytest.approx(expected, abs=1e-3)


@pytest.mark.parametrize(
    ("value", "spelling", "metric", "expected"),
    [
        (104, "step", "steps", 104),
        (104, "Steps", "steps", 104),
        (104, "歩", "steps", 104),
        (104, "count", "steps", 104),
        (104, "回", "steps", 104),
        (3, "階", "floors_climbed", 3),
        (72, "beat/min", "heart_rate", 72),
        (72, "BPM", "heart_rate", 72),
        (72, "拍/分", "heart_rate", 72),
        (72, "回／分", "heart_rate", 72),
        (72, "回", "heart_rate", 72),
        (16, "回", "respiratory_rate", 16),
        (16, "breath/min", "respiratory_rate", 16),
        (128, "mmHg", "systolic_pressure", 128),
        (128, "㎜Hg", "systolic_pressure", 128),
        (128, "ｍｍＨｇ", "systolic_pressure", 128),
        (62.4, "㎏", "body_weight", 62.4),
        (62.4, "ｋｇ", "body_weight", 62.4),
        (62.4, " KG ", "body_weight", 62.4),
        (62400, "ｇ", "body_weight", 62.4),
        (137.6, "lbs", "body_weight", 62.4143),
        (165.5, "㎝", "body_height", 165.5),
        (1.655, "メートル", "body_height", 165.5),
        (65, "in", "body_height", 165.1),
        (24.9, "kg/㎡", "body_mass_index", 24.9),
        (24.9, "kg/m²", "body_mass_index", 24.9),
        (36.6, "℃", "body_temperature", 36.6),
        (36.6, "度", "body_temperature", 36.6),
        (36.6, "C", "body_temperature", 36.6),
        (97.88, "°F", "body_temperature", 36.6),
        (97, "％", "oxygen_saturation", 97),
        (99, "mg/dl", "blood_glucose", 99),
        (99, "㎎/㎗", "blood_glucose", 99),
        (99, "MG/DL", "blood_glucose", 99),
        (2, "㎞", "distance_walked", 2000),
        (7, "時間", "sleep_minutes", 420),
        (30, "分", "active_minutes", 30),
    ],
)
def test_a_value_in_a_unit_as_people_and_devices_spell_it(
    value: float, spelling: str, metric: str, expected: float
) -> None:
    assert conversion(spelling, METRIC_BY_CODE[metric])(value) == pytest.approx(expected, abs=1e-3)


@pytest.mark.parametrize(
    ("unit", "metric"),
    [
        ("歩", "body_weight"),
        ("回", "body_weight"),
        ("回/分", "steps"),
        ("度", "body_weight"),
        ("㌔", "body_weight"),
        ("c", "body_temperature"),
        ("㎏" * 50, "body_weight"),
        ("ﷺ" * 40, "body_weight"),
        ("m", "body_weight"),
        ("kg", "steps"),
        ("mmol/L", "body_weight"),
        ("", "body_weight"),
        ("pound", "body_weight"),
        ("kg" * 30, "body_weight"),
        ("{", "steps"),
        ("10*999999999", "steps"),
        ("kg9999", "body_weight"),
        ("10*99.10*99.10*99.10*99", "steps"),
        ("/0", "steps"),
    ],
)
def test_another_kind_of_unit_or_none_is_refused(unit: str, metric: str) -> None:
    with pytest.raises(UnknownUnit) as refused:
        conversion(unit, METRIC_BY_CODE[metric])
    assert METRIC_BY_CODE[metric].unit in refused.value.limit


@pytest.mark.parametrize("metric", METRICS, ids=METRIC_BY_CODE)
def test_every_metrics_own_unit_is_a_ucum_unit_and_changes_nothing(metric: object) -> None:
    assert isinstance(metric, type(METRICS[0]))
    assert conversion(metric.unit, metric)(1.5) == 1.5
    assert conversion(f"{metric.unit}{{x}}", metric)(1.5) == pytest.approx(1.5)


@given(st.text(max_size=45), st.sampled_from(METRICS))
def test_any_text_is_a_unit_or_refused(unit: str, metric: object) -> None:
    assert isinstance(metric, type(METRICS[0]))
    try:
        conversion(unit, metric)(1.0)
    except UnknownUnit:
        return


def test_units_that_are_first_needed_at_once_are_all_known() -> None:
    """In a process of its own, since a registry is read once."""
    script = (
        "from concurrent.futures import ThreadPoolExecutor\n"
        "from wellness_api.health.metrics.catalogue import METRIC_BY_CODE\n"
        "from wellness_api.health.metrics.units import conversion, worked_out\n"
        "asked = [('[lb_av]', 'body_weight'), ('g', 'body_weight'), ('[degF]', 'body_temperature'), ('km', 'distance_walked')]\n"
        "def one(of): return conversion(of[0], METRIC_BY_CODE[of[1]]).scale\n"
        "with ThreadPoolExecutor(4) as threads: first = list(threads.map(one, asked))\n"
        "worked_out.cache_clear()\n"
        "assert first == [one(of) for of in asked]\n"
    )
    subprocess.run([sys.executable, "-c", script], check=True, timeout=60)
