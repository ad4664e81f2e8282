"""What the payloads of several virtual devices are made of: the encoder for device_bridge/profiles/payload.py."""

from datetime import datetime
from typing import Final

_MANTISSA_MAX: Final = 0x07FD  # Above it and below its negative, the words have special meanings.
_EXPONENT_MIN: Final = -8


def sfloat_bytes(mantissa: int, exponent: int = 0) -> bytes:
    """The SFLOAT mantissa x 10^exponent: -2045..2045 and -8..7."""
    assert -_MANTISSA_MAX <= mantissa <= _MANTISSA_MAX
    assert _EXPONENT_MIN <= exponent < -_EXPONENT_MIN
    return ((exponent & 0xF) << 12 | mantissa & 0xFFF).to_bytes(2, "little")


def date_time_bytes(local_time: datetime) -> bytes:
    """The characteristic Date Time (0x2A08): local time, whole seconds."""
    return local_time.year.to_bytes(2, "little") + bytes(
        (local_time.month, local_time.day, local_time.hour, local_time.minute, local_time.second)
    )
