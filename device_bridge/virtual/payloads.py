"""Payloads as the virtual devices send them: the encoders' side of device_bridge/profiles."""

from datetime import datetime
from typing import Final

_MANTISSA_MAX: Final = 0x07FD  # Above it and below its negative, the words have special meanings.
_EXPONENT_MIN: Final = -8
_BLOOD_PRESSURE_TIME_AND_PULSE: Final = 0x02 | 0x04
_WEIGHT_TIME: Final = 0x02
_WEIGHT_STEPS_PER_KG: Final = 200
_CONTACT_DETECTED: Final = 0x02 | 0x04


def sfloat_bytes(mantissa: int, exponent: int = 0) -> bytes:
    """The SFLOAT mantissa x 10^exponent: -2045..2045 and -8..7."""
    assert -_MANTISSA_MAX <= mantissa <= _MANTISSA_MAX
    assert _EXPONENT_MIN <= exponent < -_EXPONENT_MIN
    return ((exponent & 0xF) << 12 | mantissa & 0xFFF).to_bytes(2, "little")


def date_time_bytes(at: datetime) -> bytes:
    """The characteristic Date Time (0x2A08): local time, whole seconds."""
    return at.year.to_bytes(2, "little") + bytes((at.month, at.day, at.hour, at.minute, at.second))


def blood_pressure_bytes(*, systolic: int, diastolic: int, pulse: int, at: datetime) -> bytes:
    """A Blood Pressure Measurement in whole mm[Hg] with time and pulse."""
    mean_arterial = diastolic + (systolic - diastolic) // 3
    pressures = b"".join(map(sfloat_bytes, (systolic, diastolic, mean_arterial)))
    flags = bytes((_BLOOD_PRESSURE_TIME_AND_PULSE,))
    return flags + pressures + date_time_bytes(at) + sfloat_bytes(pulse)


def weight_bytes(*, weight_kg: float, at: datetime) -> bytes:
    """A Weight Measurement in kg, to the nearest 0.005."""
    steps = round(weight_kg * _WEIGHT_STEPS_PER_KG)
    return bytes((_WEIGHT_TIME,)) + steps.to_bytes(2, "little") + date_time_bytes(at)


def heart_rate_bytes(*, rate: int) -> bytes:
    """A Heart Rate Measurement in 8 bits, the sensor on the skin."""
    return bytes((_CONTACT_DETECTED, rate))


def step_count_bytes(*, total: int) -> bytes:
    """InfiniTime's step count."""
    return total.to_bytes(4, "little")
