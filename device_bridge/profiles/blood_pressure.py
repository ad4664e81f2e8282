"""Blood Pressure Measurement 0x2A35 of the Blood Pressure Service 0x1810 (Blood Pressure Service 1.1, section 3.1).

Flags, three SFLOATs (systolic, diastolic, mean arterial), then as flagged: time, pulse rate, user, status. The mean
arterial pressure follows from the other two; user and status number slots of the device, which mean nothing to the
programme: a resident is known by the card.
"""

import math
from typing import Final

from device_bridge.profiles.payload import Payload
from device_bridge.profiles.reading import Profile, Reading, assigned

_KILOPASCAL, _TIME, _PULSE, _USER, _STATUS = 0x01, 0x02, 0x04, 0x08, 0x10
_MMHG_PER_KPA: Final = 1 / 0.133322387415  # The conventional millimetre of mercury.
_DECIMALS: Final = 2


def decode(data: bytes) -> tuple[Reading, ...]:
    """Pressures in mm[Hg], and the pulse if the device measured it; a value of NaN is not a reading."""
    payload = Payload(data)
    flags = payload.unsigned("flags", size_bytes=1)
    to_mmhg = _MMHG_PER_KPA if flags & _KILOPASCAL else 1.0
    systolic = payload.sfloat("systolic pressure") * to_mmhg
    diastolic = payload.sfloat("diastolic pressure") * to_mmhg
    payload.skip("mean arterial pressure", size_bytes=2)
    measured_at = payload.date_time("time") if flags & _TIME else None
    pulse = payload.sfloat("pulse rate") if flags & _PULSE else math.nan
    if flags & _USER:
        payload.skip("user", size_bytes=1)
    if flags & _STATUS:
        payload.skip("status", size_bytes=2)
    found = (
        ("systolic_pressure", systolic),
        ("diastolic_pressure", diastolic),
        ("heart_rate", pulse),
    )
    return tuple(
        Reading(metric=metric, value=round(value, _DECIMALS), measured_at=measured_at)
        for metric, value in found
        if math.isfinite(value)
    )


BLOOD_PRESSURE: Final = Profile(
    name="blood pressure",
    service=assigned(0x1810),
    characteristic=assigned(0x2A35),
    cumulative=False,
    decode=decode,
)
