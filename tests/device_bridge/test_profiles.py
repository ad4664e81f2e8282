"""Bytes worked by hand from the profiles, and what the gateway reads in them."""

import math
from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from device_bridge.ieee11073 import float32, sfloat
from device_bridge.profiles.reading import DecodeError, InvalidField, TruncatedPayload
from device_bridge.profiles.table import PROFILES
from device_bridge.virtual.payloads import (
    blood_pressure_bytes,
    heart_rate_bytes,
    sfloat_bytes,
    step_count_bytes,
    weight_bytes,
)

BY_NAME = {profile.name: profile for profile in PROFILES.values()}
EVENING = datetime.fromisoformat("2026-11-24T18:30:05")
EVENING_BYTES = "EA 07 0B 18 12 1E 05"

SFLOATS = [
    # word, number
    (0x0078, 120.0),
    (0xF48C, 116.4),  # mantissa 0x48C = 1164, exponent -1
    (0xFFFF, -0.1),
    (0x0FFF, -1.0),
    (0x1001, 10.0),
    (0x8001, 1e-8),
    (0x7001, 1e7),
    (0x07FE, math.inf),
    (0x0802, -math.inf),
]

FLOATS = [
    # little-endian bytes, number
    ("01 FE 03 FC", 26.1633),
    ("6C 01 00 FF", 36.4),
    ("FF FF FF 00", -1.0),
    ("01 00 00 02", 100.0),
    ("FE FF 7F 00", math.inf),
    ("02 00 80 00", -math.inf),
]

READINGS = [
    # profile, bytes, readings
    (
        "blood pressure",  # mmHg, nothing else
        "00 78 00 50 00 5D 00",
        {"systolic_pressure": 120.0, "diastolic_pressure": 80.0},
    ),
    (
        "blood pressure",  # mmHg, time, pulse, user, status
        f"1E 7B 00 51 00 5F 00 {EVENING_BYTES} 48 00 01 04 00",
        {"systolic_pressure": 123.0, "diastolic_pressure": 81.0, "heart_rate": 72.0},
    ),
    (
        "blood pressure",  # 16.0 and 10.6 kPa
        "01 A0 F0 6A F0 7C F0",
        {"systolic_pressure": 120.01, "diastolic_pressure": 79.51},
    ),
    ("blood pressure", "04 FF 07 FF 07 FF 07 46 00", {"heart_rate": 70.0}),
    ("weight", "00 B8 32", {"body_weight": 64.92}),  # 12984 x 0.005 kg
    ("weight", "01 E8 35", {"body_weight": 62.596}),  # 138.00 lb
    (
        "weight",  # kg, time, user, index and height
        f"0E B8 32 {EVENING_BYTES} 01 FA 00 A4 06",
        {"body_weight": 64.92},
    ),
    ("weight", "00 FF FF", {}),
    ("heart rate", "00 48", {"heart_rate": 72.0}),
    ("heart rate", "01 2C 01", {"heart_rate": 300.0}),
    ("heart rate", "1E 48 10 00 5A 03 5B 03", {"heart_rate": 72.0}),  # energy, two RR intervals
    ("heart rate", "04 48", {}),  # a sensor that can tell, off the skin
    ("heart rate", "06 48", {"heart_rate": 72.0}),
    ("heart rate", "00 00", {}),
    ("step count", "6F 14 00 00", {"steps": 5231.0}),
]


@pytest.mark.parametrize(("word", "number"), SFLOATS)
def test_an_sfloat_is_mantissa_and_exponent_in_twos_complement(word: int, number: float) -> None:
    assert sfloat(word) == number


@pytest.mark.parametrize("word", [0x07FF, 0x0800, 0x0801])
def test_an_sfloat_can_say_that_it_is_no_number(word: int) -> None:
    assert math.isnan(sfloat(word))


@pytest.mark.parametrize(("raw", "number"), FLOATS)
def test_a_float_is_mantissa_and_exponent_in_twos_complement(raw: str, number: float) -> None:
    assert float32(int.from_bytes(bytes.fromhex(raw), "little")) == number


@pytest.mark.parametrize("word", [0x007FFFFF, 0x00800000, 0x00800001])
def test_a_float_can_say_that_it_is_no_number(word: int) -> None:
    assert math.isnan(float32(word))


@given(st.integers(-2045, 2045), st.integers(-8, 7))
def test_an_sfloat_comes_back_as_it_was_sent(mantissa: int, exponent: int) -> None:
    word = int.from_bytes(sfloat_bytes(mantissa, exponent), "little")
    assert math.isclose(sfloat(word), mantissa * 10.0**exponent)


@pytest.mark.parametrize(("name", "raw", "readings"), READINGS)
def test_bytes_become_readings(name: str, raw: str, readings: dict[str, float]) -> None:
    decoded = BY_NAME[name].decode(bytes.fromhex(raw))
    assert {reading.metric: reading.value for reading in decoded} == readings


@pytest.mark.parametrize(("name", "raw", "_"), READINGS)
def test_a_payload_cut_anywhere_is_a_typed_error(name: str, raw: str, _: object) -> None:
    whole = bytes.fromhex(raw)
    # RR intervals run to the end of the payload, so a cut among them cannot be told.
    flagged = len(whole) - (4 if name == "heart rate" and whole[0] & 0x10 else 0)
    for length in range(flagged):
        with pytest.raises(TruncatedPayload):
            BY_NAME[name].decode(whole[:length])


@pytest.mark.parametrize("name", ["blood pressure", "weight"])
def test_the_devices_own_time_is_kept_without_an_offset(name: str) -> None:
    start = {"blood pressure": "02 78 00 50 00 5D 00", "weight": "02 B8 32"}[name]
    decoded = BY_NAME[name].decode(bytes.fromhex(start + EVENING_BYTES))
    assert {reading.measured_at for reading in decoded} == {EVENING}


def test_an_unset_device_clock_is_no_time() -> None:
    (reading,) = BY_NAME["weight"].decode(bytes.fromhex("02 B8 32 00 00 00 00 12 1E 05"))
    assert reading.measured_at is None


def test_an_impossible_time_is_named() -> None:
    with pytest.raises(InvalidField, match="time"):
        BY_NAME["weight"].decode(bytes.fromhex("02 B8 32 EA 07 0D 18 12 1E 05"))


@given(st.sampled_from(sorted(BY_NAME)), st.binary(max_size=24))
def test_any_bytes_give_finite_readings_or_a_typed_error(name: str, raw: bytes) -> None:
    try:
        decoded = BY_NAME[name].decode(raw)
    except DecodeError:
        return
    assert all(math.isfinite(reading.value) for reading in decoded)


@given(
    systolic=st.integers(60, 260),
    diastolic=st.integers(30, 200),
    pulse=st.integers(30, 220),
    weight_steps=st.integers(1, 0xFFFE),
    total=st.integers(0, 2**32 - 1),
    at=st.datetimes().map(lambda at: at.replace(microsecond=0)),
)
def test_what_a_device_sends_is_what_the_gateway_reads(
    systolic: int, diastolic: int, pulse: int, weight_steps: int, total: int, at: datetime
) -> None:
    pressure = blood_pressure_bytes(systolic=systolic, diastolic=diastolic, pulse=pulse, at=at)
    decoded = BY_NAME["blood pressure"].decode(pressure)
    assert [reading.value for reading in decoded] == [systolic, diastolic, pulse]
    assert {reading.measured_at for reading in decoded} == {at}
    (weight,) = BY_NAME["weight"].decode(weight_bytes(weight_kg=weight_steps / 200, at=at))
    assert weight.value == round(weight_steps * 0.005, 3)
    (rate,) = BY_NAME["heart rate"].decode(heart_rate_bytes(rate=pulse))
    assert rate.value == pulse
    (steps,) = BY_NAME["step count"].decode(step_count_bytes(total=total))
    assert steps.value == total
