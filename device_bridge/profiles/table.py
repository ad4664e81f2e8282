"""Every device profile the gateway reads. A new kind of device is one file and one row here."""

from typing import Final

from device_bridge.profiles.blood_pressure import BLOOD_PRESSURE
from device_bridge.profiles.heart_rate import HEART_RATE
from device_bridge.profiles.reading import Profile
from device_bridge.profiles.step_count import STEP_COUNT
from device_bridge.profiles.weight import WEIGHT

PROFILES: Final[dict[str, Profile]] = {
    profile.characteristic: profile for profile in (BLOOD_PRESSURE, WEIGHT, HEART_RATE, STEP_COUNT)
}
