"""The two float formats of IEEE 11073-20601 that Bluetooth health profiles use.

Both have a decimal mantissa and exponent, each in two's complement: SFLOAT has 4 + 12 bits, FLOAT 8 + 24. A few mantissas
with exponent 0 are not numbers. "Not a number", "not at this resolution" and "reserved" all become NaN, because none of
them is a measurement.
"""

import math
from typing import Final

_SFLOAT_BITS: Final = 16
_FLOAT_BITS: Final = 32
_SFLOAT_SPECIAL: Final = {
    0x07FE: math.inf,
    0x07FF: math.nan,
    0x0800: math.nan,  # NRes, not at this resolution
    0x0801: math.nan,  # reserved
    0x0802: -math.inf,
}
_FLOAT_SPECIAL: Final = {
    0x007FFFFE: math.inf,
    0x007FFFFF: math.nan,
    0x00800000: math.nan,
    0x00800001: math.nan,
    0x00800002: -math.inf,
}


def sfloat(raw: int) -> float:
    """The number that a 16-bit SFLOAT word stands for; NaN or an infinity for the special values."""
    assert raw.bit_length() <= _SFLOAT_BITS
    if raw in _SFLOAT_SPECIAL:
        return _SFLOAT_SPECIAL[raw]
    return _scaled(_signed(raw & 0x0FFF, bits=12), _signed(raw >> 12, bits=4))


def float32(raw: int) -> float:
    """The number that a 32-bit FLOAT word stands for; NaN or an infinity for the special values."""
    assert raw.bit_length() <= _FLOAT_BITS
    if raw in _FLOAT_SPECIAL:
        return _FLOAT_SPECIAL[raw]
    return _scaled(_signed(raw & 0x00FFFFFF, bits=24), _signed(raw >> 24, bits=8))


def _signed(raw: int, *, bits: int) -> int:
    return raw - (1 << bits) if raw >> (bits - 1) else raw


def _scaled(mantissa: int, exponent: int) -> float:
    # Division by an exact power of ten rounds once; multiplication by 0.1 would round twice.
    return float(mantissa * 10**exponent) if exponent >= 0 else mantissa / 10**-exponent
