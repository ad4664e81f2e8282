"""A scale."""

from datetime import datetime
from typing import Final

from device_bridge.profiles.weight import WEIGHT
from device_bridge.virtual.device import Sends, VirtualDevice
from device_bridge.virtual.encoding import date_time_bytes

_TIME: Final = 0x02
_STEPS_PER_KG: Final = 200


def weight_bytes(*, weight_kg: float, measured_at: datetime) -> bytes:
    """A Weight Measurement in kg, to the nearest 0.005."""
    steps = round(weight_kg * _STEPS_PER_KG)
    return bytes((_TIME,)) + steps.to_bytes(2, "little") + date_time_bytes(measured_at)


DEVICE: Final = VirtualDevice(
    name="Wellness Scale",
    address="F0:F1:F2:00:00:02",
    sends=(
        Sends(
            profile=WEIGHT,
            indicated=True,
            payload=lambda now, measured_at: weight_bytes(
                weight_kg=now.weight_kg, measured_at=measured_at
            ),
        ),
    ),
)
