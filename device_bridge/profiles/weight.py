"""Weight Measurement 0x2A9D of the Weight Scale Service 0x181D (Weight Scale Service 1.0, section 3.2).

Flags, the weight in steps of 0.005 kg or 0.01 lb, then as flagged: time, user, body mass index with height.
"""

from typing import Final

from device_bridge.profiles.payload import Payload
from device_bridge.profiles.plausible import Ranges, Value, judged
from device_bridge.profiles.reading import Decoded, Profile, assigned

_POUNDS, _TIME, _USER, _INDEX_AND_HEIGHT = 0x01, 0x02, 0x04, 0x08
_UNSUCCESSFUL: Final = 0xFFFF
_KG_PER_STEP: Final = 0.005
_KG_PER_POUND_STEP: Final = 0.01 * 0.45359237  # The international pound, exact since 1959.
_DECIMALS: Final = 3


RANGES: Final[Ranges] = {
    "body_weight": (1, 400),  # kg
}


def decode(data: bytes) -> Decoded:
    """The weight in kg, or nothing when the scale says that it could not weigh."""
    payload = Payload(data)
    flags = payload.unsigned("flags", size_bytes=1)
    steps = payload.unsigned("weight", size_bytes=2)
    measured_at = payload.date_time("time") if flags & _TIME else None
    if flags & _USER:
        payload.skip("user", size_bytes=1)
    if flags & _INDEX_AND_HEIGHT:
        payload.skip("body mass index and height", size_bytes=4)
    if steps == _UNSUCCESSFUL:
        return Decoded(date_broken=payload.date_broken)
    weight_kg = steps * (_KG_PER_POUND_STEP if flags & _POUNDS else _KG_PER_STEP)
    readings, refused = judged(
        [Value("body_weight", round(weight_kg, _DECIMALS))], RANGES, measured_at=measured_at
    )
    return Decoded(readings=readings, refused=refused, date_broken=payload.date_broken)


WEIGHT: Final = Profile(
    name="weight",
    service=assigned(0x181D),
    characteristic=assigned(0x2A9D),
    cumulative=False,
    remembers=True,
    decode=decode,
    ranges=RANGES,
)
