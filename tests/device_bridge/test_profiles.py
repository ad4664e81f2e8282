"""Bytes worked by hand from the profiles, and what the gateway reads in them."""

import math
from datetime import datetime
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from device_bridge.ieee11073 import float32, sfloat
from device_bridge.profiles.reading import Decoded, DecodeError, Profile, TruncatedPayload
from device_bridge.profiles.table import PROFILES
from device_bridge.virtual.devices.blood_pressure import blood_pressure_bytes
from device_bridge.virtual.devices.scale import weight_bytes
from device_bridge.virtual.devices.wristband import heart_rate_bytes, step_count_bytes
from device_bridge.virtual.encoding import sfloat_bytes
from wellness_api.health.metrics.catalogue import METRIC_BY_CODE

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
    decoded = BY_NAME[name].decode(bytes.fromhex(raw)).readings
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
    decoded = BY_NAME[name].decode(bytes.fromhex(start + EVENING_BYTES)).readings
    assert {reading.measured_at for reading in decoded} == {EVENING}


@pytest.mark.parametrize("date", ["00 00 00 00", "00 00 0B 18", "EA 07 00 18", "EA 07 0B 00"])
@pytest.mark.parametrize("start", ["02 B8 32", "02 78 00 50 00 5D 00"])
def test_a_date_that_is_not_known_is_no_time_and_nothing_is_wrong(start: str, date: str) -> None:
    decoded = profile_of(start).decode(bytes.fromhex(start + date + "12 1E 05"))
    assert decoded.readings
    assert {reading.measured_at for reading in decoded.readings} == {None}
    assert not decoded.date_broken


@pytest.mark.parametrize(
    "date_and_time",
    [
        "EA 07 0D 18 12 1E 05",  # month 13
        "EA 07 02 1D 12 1E 05",  # 29 February 2026
        "EA 07 0B 1F 12 1E 05",  # 31 November
        "EA 07 0B 18 18 1E 05",  # hour 24
        "EA 07 0B 18 12 3C 05",  # minute 60
        "EA 07 0B 18 12 1E 3F",  # second 63, as Omron's memories say
        "01 00 01 01 00 00 00",  # year 1
        "FF FF 01 01 00 00 00",  # year 65535
    ],
)
@pytest.mark.parametrize("start", ["02 B8 32", "02 78 00 50 00 5D 00"])
def test_a_broken_date_keeps_the_value_and_is_said(start: str, date_and_time: str) -> None:
    decoded = profile_of(start).decode(bytes.fromhex(start + date_and_time))
    assert decoded.readings
    assert {reading.measured_at for reading in decoded.readings} == {None}
    assert decoded.date_broken


def test_the_leap_day_of_a_leap_year_is_a_date() -> None:
    decoded = BY_NAME["weight"].decode(bytes.fromhex("02 B8 32 EC 07 02 1D 12 1E 05"))
    (reading,) = decoded.readings
    assert reading.measured_at == datetime.fromisoformat("2028-02-29T18:30:05")


def profile_of(start: str) -> Profile:
    return BY_NAME["weight" if len(bytes.fromhex(start)) == 3 else "blood pressure"]


@given(st.sampled_from(sorted(BY_NAME)), st.binary(max_size=24))
def test_any_bytes_give_finite_readings_or_a_typed_error(name: str, raw: bytes) -> None:
    try:
        decoded = BY_NAME[name].decode(raw)
    except DecodeError:
        return
    assert all(math.isfinite(reading.value) for reading in decoded.readings)
    for reading in decoded.readings:
        least, greatest = BY_NAME[name].ranges.get(reading.metric, (0, 2**32 - 1))
        assert least <= reading.value <= greatest


PRESSURES = st.tuples(st.integers(50, 300), st.integers(20, 200)).filter(
    lambda pair: pair[0] > pair[1]
)


@given(
    pressures=PRESSURES,
    pulse=st.integers(20, 255),
    weight_steps=st.integers(200, 0xFFFE),
    total=st.integers(0, 2**32 - 1),
    measured_at=st.datetimes(min_value=datetime.fromisoformat("1582-01-01")).map(
        lambda measured_at: measured_at.replace(microsecond=0)
    ),
)
def test_what_a_device_sends_is_what_the_gateway_reads(
    pressures: tuple[int, int], pulse: int, weight_steps: int, total: int, measured_at: datetime
) -> None:
    systolic, diastolic = pressures
    pressure = blood_pressure_bytes(
        systolic=systolic, diastolic=diastolic, pulse=pulse, measured_at=measured_at
    )
    decoded = BY_NAME["blood pressure"].decode(pressure).readings
    assert [reading.value for reading in decoded] == [systolic, diastolic, pulse]
    assert {reading.measured_at for reading in decoded} == {measured_at}
    (weight,) = (
        BY_NAME["weight"]
        .decode(weight_bytes(weight_kg=weight_steps / 200, measured_at=measured_at))
        .readings
    )
    assert weight.value == round(weight_steps * 0.005, 3)
    (rate,) = BY_NAME["heart rate"].decode(heart_rate_bytes(rate=pulse)).readings
    assert rate.value == pulse
    (steps,) = BY_NAME["step count"].decode(step_count_bytes(total=total)).readings
    assert steps.value == total


def test_the_gateway_refuses_just_what_the_server_would_not_count() -> None:
    for profile in PROFILES.values():
        for metric, range_ in profile.ranges.items():
            counted = METRIC_BY_CODE[metric]
            assert range_ == (counted.minimum, counted.maximum), (profile.name, metric)


NO_READINGS = [
    # profile, bytes, metrics refused
    ("blood pressure", "04 78 00 50 00 5D 00 00 3F", {"heart_rate"}),  # a pulse of -256000
    ("blood pressure", "00 50 00 78 00 5D 00", {"systolic_pressure", "diastolic_pressure"}),
    ("blood pressure", "00 50 00 50 00 5D 00", {"systolic_pressure", "diastolic_pressure"}),
    ("blood pressure", "00 00 00 00 00 00 00", {"systolic_pressure", "diastolic_pressure"}),
    ("blood pressure", "00 FF 07 FF 07 FF 07", {"systolic_pressure", "diastolic_pressure"}),
    # A pressure without its other half is no measurement.
    ("blood pressure", "00 78 00 FF 07 5D 00", {"systolic_pressure", "diastolic_pressure"}),
    ("blood pressure", "00 78 00 50 10 5D 00", {"systolic_pressure", "diastolic_pressure"}),
    ("weight", "00 00 00", {"body_weight"}),
    ("weight", "01 00 00", {"body_weight"}),
    ("heart rate", "00 0C", {"heart_rate"}),
    ("heart rate", "01 2D 01", {"heart_rate"}),  # 301
    ("heart rate", "01 FF FF", {"heart_rate"}),
]


@pytest.mark.parametrize(("name", "raw", "metrics"), NO_READINGS)
def test_what_cannot_be_true_is_refused_and_said(name: str, raw: str, metrics: set[str]) -> None:
    decoded = BY_NAME[name].decode(bytes.fromhex(raw))
    assert {refused.metric for refused in decoded.refused} == metrics
    assert not metrics & {reading.metric for reading in decoded.readings}


SPECIAL_SFLOATS = {0x07FE, 0x07FF, 0x0800, 0x0801, 0x0802}


def exact_sfloat(word: int) -> Fraction | None:
    if word in SPECIAL_SFLOATS:
        return None
    mantissa, exponent = word & 0xFFF, word >> 12
    signed = mantissa - 0x1000 if mantissa >= 0x800 else mantissa
    return Fraction(signed) * Fraction(10) ** (exponent - 16 if exponent >= 8 else exponent)


NUMBERS = {word: exact_sfloat(word) for word in range(2**16)}


@pytest.mark.parametrize(
    ("metric", "place", "least", "greatest"),
    [
        # 210 over 20 leaves either pressure its range but for the order of the two.
        ("systolic_pressure", 1, 50, 300),
        ("diastolic_pressure", 3, 20, 200),
        ("heart_rate", 7, 20, 300),
    ],
)
def test_every_word_as_a_pressure_or_a_pulse_is_a_reading_in_its_range_or_refused(
    metric: str, place: int, least: int, greatest: int
) -> None:
    """All 65,536 words in each place, against the definition in exact fractions."""
    before = bytes.fromhex("04 D2 00 14 00 5D 00 46 00")
    decode = BY_NAME["blood pressure"].decode
    for word, number in NUMBERS.items():
        raw = before[:place] + word.to_bytes(2, "little") + before[place + 2 :]
        read = [reading.value for reading in decode(raw).readings if reading.metric == metric]
        inside = number is not None and least <= round(number, 2) <= greatest
        assert read == ([float(round(number, 2))] if inside else []), hex(word)


@pytest.mark.parametrize(("flags", "kg_per_step"), [(0, 0.005), (1, 0.0045359237)])
def test_every_weight_is_a_reading_in_its_range_or_refused(flags: int, kg_per_step: float) -> None:
    for steps in range(2**16):
        decoded = BY_NAME["weight"].decode(bytes((flags,)) + steps.to_bytes(2, "little"))
        kg = round(steps * kg_per_step, 3)
        if steps == 0xFFFF:
            assert decoded == Decoded()
        else:
            assert [reading.value for reading in decoded.readings] == [kg] * (kg >= 1)
            assert len(decoded.refused) == (kg < 1)


def test_every_heart_rate_is_a_reading_in_its_range_or_refused() -> None:
    for rate in range(1, 2**16):
        decoded = BY_NAME["heart rate"].decode(b"\x01" + rate.to_bytes(2, "little"))
        inside = 20 <= rate <= 300
        assert [reading.value for reading in decoded.readings] == [rate] * inside
        assert len(decoded.refused) == (not inside)
