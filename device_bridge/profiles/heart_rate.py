"""Heart Rate Measurement 0x2A37 of the Heart Rate Service 0x180D (Heart Rate Service 1.0, section 3.1).

Flags, the rate in 8 or 16 bits, then as flagged: energy expended, and RR intervals to the end of the payload. These two
stay unread: the energy is a total since the wearer last reset it, and single intervals are no metric.
"""

from typing import Final

from device_bridge.profiles.payload import Payload
from device_bridge.profiles.plausible import Ranges, Value, judged
from device_bridge.profiles.reading import Decoded, Profile, assigned

_SIXTEEN_BITS, _CONTACT, _CONTACT_SUPPORTED, _ENERGY = 0x01, 0x02, 0x04, 0x08


RANGES: Final[Ranges] = {
    "heart_rate": (20, 300),  # /min
}


def decode(data: bytes) -> Decoded:
    """The heart rate in /min; nothing while the sensor does not touch the skin, or reports 0 for "not yet"."""
    payload = Payload(data)
    flags = payload.unsigned("flags", size_bytes=1)
    rate = payload.unsigned("heart rate", size_bytes=2 if flags & _SIXTEEN_BITS else 1)
    if flags & _ENERGY:
        payload.skip("energy expended", size_bytes=2)
    off_the_skin = flags & _CONTACT_SUPPORTED and not flags & _CONTACT
    if off_the_skin or rate == 0:
        return Decoded()
    readings, refused = judged([Value("heart_rate", float(rate))], RANGES, measured_at=None)
    return Decoded(readings=readings, refused=refused)


HEART_RATE: Final = Profile(
    name="heart rate",
    service=assigned(0x180D),
    characteristic=assigned(0x2A37),
    cumulative=False,
    remembers=False,
    decode=decode,
    ranges=RANGES,
)
