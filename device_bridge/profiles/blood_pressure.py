"""Blood Pressure Measurement 0x2A35 of the Blood Pressure Service 0x1810 (Blood Pressure Service 1.1, section 3.1).

Flags, three SFLOATs (systolic, diastolic, mean arterial), then as flagged: time, pulse rate, user, status. The mean
arterial pressure follows from the other two. User and status number slots of the device, which mean nothing to the
programme: a resident is known by the card.
"""

import math
from typing import Final

from device_bridge.profiles.payload import Payload
from device_bridge.profiles.plausible import Ranges, Value, judged
from device_bridge.profiles.reading import Decoded, Profile, RefusedReading, assigned

_KILOPASCAL, _TIME, _PULSE, _USER, _STATUS = 0x01, 0x02, 0x04, 0x08, 0x10
_MMHG_PER_KPA: Final = 1 / 0.133322387415  # The conventional millimetre of mercury.
_DECIMALS: Final = 2
_PRESSURES: Final = ("systolic_pressure", "diastolic_pressure")


RANGES: Final[Ranges] = {
    "systolic_pressure": (50, 300),  # mm[Hg]
    "diastolic_pressure": (20, 200),  # mm[Hg]
    "heart_rate": (20, 300),  # /min
}


def decode(data: bytes) -> Decoded:
    """Pressures in mm[Hg], and the pulse if the device measured it.

    The two pressures are one measurement. A cuff that failed sends "not a number" for them with an innocent status. If
    either pressure cannot be true, or the upper one is not above the lower one, neither is a reading.
    """
    payload = Payload(data)
    flags = payload.unsigned("flags", size_bytes=1)
    to_mmhg = _MMHG_PER_KPA if flags & _KILOPASCAL else 1.0
    systolic = _rounded(payload.sfloat("systolic pressure") * to_mmhg)
    diastolic = _rounded(payload.sfloat("diastolic pressure") * to_mmhg)
    payload.skip("mean arterial pressure", size_bytes=2)
    measured_at = payload.date_time("time") if flags & _TIME else None
    pulse = [Value("heart_rate", payload.sfloat("pulse rate"))] if flags & _PULSE else []
    if flags & _USER:
        payload.skip("user", size_bytes=1)
    if flags & _STATUS:
        payload.skip("status", size_bytes=2)
    pressures = map(Value, _PRESSURES, (systolic, diastolic))
    readings, refused = judged(pressures, RANGES, measured_at=measured_at)
    if not refused and systolic <= diastolic:
        refused = _both_refused("systolic not above diastolic")
    elif len(refused) == 1:
        refused = _both_refused(f"{refused[0].metric} {refused[0].reason}")
    pulses, pulses_refused = judged(pulse, RANGES, measured_at=measured_at)
    return Decoded(
        readings=(() if refused else readings) + pulses,
        refused=refused + pulses_refused,
        date_broken=payload.date_broken,
    )


def _rounded(mmhg: float) -> float:
    return round(mmhg, _DECIMALS) if math.isfinite(mmhg) else mmhg


def _both_refused(reason: str) -> tuple[RefusedReading, ...]:
    return tuple(RefusedReading(metric=metric, reason=reason) for metric in _PRESSURES)


BLOOD_PRESSURE: Final = Profile(
    name="blood pressure",
    service=assigned(0x1810),
    characteristic=assigned(0x2A35),
    cumulative=False,
    remembers=True,
    decode=decode,
    ranges=RANGES,
)
