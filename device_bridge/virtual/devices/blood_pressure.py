"""A blood pressure monitor."""

from datetime import datetime
from typing import Final

from device_bridge.profiles.blood_pressure import BLOOD_PRESSURE
from device_bridge.virtual.device import Sends, VirtualDevice
from device_bridge.virtual.encoding import date_time_bytes, sfloat_bytes

_TIME_AND_PULSE: Final = 0x02 | 0x04


def blood_pressure_bytes(
    *, systolic: int, diastolic: int, pulse: int, measured_at: datetime
) -> bytes:
    """A Blood Pressure Measurement in whole mm[Hg] with time and pulse."""
    mean_arterial = diastolic + (systolic - diastolic) // 3
    pressures = b"".join(map(sfloat_bytes, (systolic, diastolic, mean_arterial)))
    flags = bytes((_TIME_AND_PULSE,))
    return flags + pressures + date_time_bytes(measured_at) + sfloat_bytes(pulse)


DEVICE: Final = VirtualDevice(
    name="Wellness BP",
    address="F0:F1:F2:00:00:01",
    sends=(
        Sends(
            profile=BLOOD_PRESSURE,
            indicated=True,
            payload=lambda now, measured_at: blood_pressure_bytes(
                systolic=now.systolic,
                diastolic=now.diastolic,
                pulse=now.pulse,
                measured_at=measured_at,
            ),
        ),
    ),
)
