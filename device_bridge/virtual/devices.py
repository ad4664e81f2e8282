"""The virtual devices: what each advertises, which services it has, and what it sends of a person's vitals."""

from collections.abc import Callable
from datetime import datetime
from typing import Final

import msgspec

from device_bridge.profiles.blood_pressure import BLOOD_PRESSURE
from device_bridge.profiles.heart_rate import HEART_RATE
from device_bridge.profiles.reading import Profile
from device_bridge.profiles.step_count import STEP_COUNT
from device_bridge.profiles.weight import WEIGHT
from device_bridge.virtual.measuring import Vitals
from device_bridge.virtual.payloads import (
    blood_pressure_bytes,
    heart_rate_bytes,
    step_count_bytes,
    weight_bytes,
)

LOOPBACK: Final = "127.0.0.1"
"""Virtual devices are met on this machine only."""


class Sends(msgspec.Struct, frozen=True, kw_only=True):
    """One characteristic, whether it is indicated (else notified), and its payload at the device's local time."""

    profile: Profile
    indicated: bool
    payload: Callable[[Vitals, datetime], bytes]


class VirtualDevice(msgspec.Struct, frozen=True, kw_only=True):
    """A peripheral; the address is a static random one, as most sensors have."""

    name: str
    address: str
    sends: tuple[Sends, ...]


VIRTUAL_DEVICES: Final = (
    VirtualDevice(
        name="Wellness BP",
        address="F0:F1:F2:00:00:01",
        sends=(
            Sends(
                profile=BLOOD_PRESSURE,
                indicated=True,
                payload=lambda now, at: blood_pressure_bytes(
                    systolic=now.systolic, diastolic=now.diastolic, pulse=now.pulse, at=at
                ),
            ),
        ),
    ),
    VirtualDevice(
        name="Wellness Scale",
        address="F0:F1:F2:00:00:02",
        sends=(
            Sends(
                profile=WEIGHT,
                indicated=True,
                payload=lambda now, at: weight_bytes(weight_kg=now.weight_kg, at=at),
            ),
        ),
    ),
    VirtualDevice(
        name="Wellness Band",
        address="F0:F1:F2:00:00:03",
        sends=(
            Sends(
                profile=STEP_COUNT,
                indicated=False,
                payload=lambda now, _at: step_count_bytes(total=now.steps_total),
            ),
            Sends(
                profile=HEART_RATE,
                indicated=False,
                payload=lambda now, _at: heart_rate_bytes(rate=now.pulse),
            ),
        ),
    ),
)
