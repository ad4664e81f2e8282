"""Step count 00030001-78fc-48fe-8e23-433b3a1942d0 of InfiniTime's Motion Service (doc/MotionService.md there).

An open wristband (PineTime) notifies the steps since midnight as one uint32, next to the standard Heart Rate Service. We
do not read the SIG's Step Counter Activity Summary Data 0x2B40 (Physical Activity Monitor Service 1.0): the public
implementations that we found disagree on its fields, and we would rather refuse than misread.
"""

from typing import Final

from device_bridge.profiles.payload import Payload
from device_bridge.profiles.reading import Decoded, Profile, Reading


def decode(data: bytes) -> Decoded:
    """The steps since the device's counter last restarted, in {steps}.

    Any total can be true. device_bridge/step_minutes.py judges how far it can have come since the last one.
    """
    total = Payload(data).unsigned("step count", size_bytes=4)
    return Decoded(readings=(Reading(metric="steps", value=float(total), measured_at=None),))


STEP_COUNT: Final = Profile(
    name="step count",
    service="00030000-78fc-48fe-8e23-433b3a1942d0",
    characteristic="00030001-78fc-48fe-8e23-433b3a1942d0",
    cumulative=True,
    remembers=False,
    decode=decode,
)
