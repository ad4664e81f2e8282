"""A wristband: steps and heart rate."""

from typing import Final

from device_bridge.profiles.heart_rate import HEART_RATE
from device_bridge.profiles.step_count import STEP_COUNT
from device_bridge.virtual.device import Sends, VirtualDevice

_CONTACT_DETECTED: Final = 0x02 | 0x04


def heart_rate_bytes(*, rate: int) -> bytes:
    """A Heart Rate Measurement in 8 bits, the sensor on the skin."""
    return bytes((_CONTACT_DETECTED, rate))


def step_count_bytes(*, total: int) -> bytes:
    """InfiniTime's step count."""
    return total.to_bytes(4, "little")


DEVICE: Final = VirtualDevice(
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
)
