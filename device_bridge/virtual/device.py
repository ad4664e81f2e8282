"""What a virtual device is: what it advertises, which services it has, and what it sends of a person's vitals."""

from collections.abc import Callable
from datetime import datetime
from typing import Final

import msgspec

from device_bridge.profiles.reading import Profile
from device_bridge.virtual.measuring import Vitals

LOOPBACK: Final = "127.0.0.1"
"""Virtual devices can be reached from this machine only."""


class Sends(msgspec.Struct, frozen=True, kw_only=True):
    """One characteristic, whether it is indicated (or else notified), and its payload at the device's local time."""

    profile: Profile
    indicated: bool
    payload: Callable[[Vitals, datetime], bytes]


class VirtualDevice(msgspec.Struct, frozen=True, kw_only=True):
    """A peripheral. Its address is a static random one, as for most sensors."""

    name: str
    address: str
    sends: tuple[Sends, ...]
