"""What a decoder gives, what a device profile is, and the errors of a payload."""

from collections.abc import Callable, Mapping
from datetime import datetime

import msgspec

from device_bridge.errors import BridgeError


class Reading(msgspec.Struct, frozen=True, kw_only=True):
    """One measured value in the metric's UCUM unit.

    `measured_at`: what the device's own clock said, without an offset, as devices send it. None when the device has no
    clock, has not set it, or tells a day that does not exist: then the time of arrival is the best known time.
    """

    metric: str
    value: float
    measured_at: datetime | None


class RefusedReading(msgspec.Struct, frozen=True, kw_only=True):
    """A value that no device can have measured on a living person. The reason never contains the value."""

    metric: str
    reason: str


class Decoded(msgspec.Struct, frozen=True, kw_only=True):
    """What a payload holds: readings, refused values with their reasons, and whether its date is broken."""

    readings: tuple[Reading, ...] = ()
    refused: tuple[RefusedReading, ...] = ()
    date_broken: bool = False


class Profile(msgspec.Struct, frozen=True, kw_only=True):
    """How to read one characteristic.

    `decode` is pure and raises DecodeError. `cumulative`: the readings are totals since the device last restarted its
    counter; their differences become counts per minute. `remembers`: devices of this kind keep what they measured and may
    send it again at each connection. `ranges`: see `plausible`; empty for a metric without a greatest value.
    """

    name: str
    service: str
    characteristic: str
    cumulative: bool
    remembers: bool
    decode: Callable[[bytes], Decoded]
    ranges: Mapping[str, tuple[float, float]] = {}


class DecodeError(BridgeError):
    """The payload does not follow its profile. The message says where, never what was measured."""


class TruncatedPayload(DecodeError):
    """The payload ends before a field that its flags announce."""

    def __init__(self, field: str, *, needed_bytes: int, given_bytes: int) -> None:
        super().__init__(
            f"payload too short for {field}: {needed_bytes} bytes needed, {given_bytes} given"
        )
        self.field = field
        self.needed_bytes = needed_bytes
        self.given_bytes = given_bytes


def assigned(number: int) -> str:
    """The full UUID of a 16-bit number assigned by the Bluetooth SIG, as bleak writes it."""
    return f"0000{number:04x}-0000-1000-8000-00805f9b34fb"
