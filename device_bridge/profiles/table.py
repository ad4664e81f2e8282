"""Every device profile that the gateway reads. A new kind of device is one file here; nothing lists it."""

import pkgutil
from collections.abc import Iterator
from importlib import import_module
from typing import Final

from device_bridge import profiles
from device_bridge.profiles.reading import Profile


def _stated() -> Iterator[Profile]:
    for module in pkgutil.iter_modules(profiles.__path__, f"{profiles.__name__}."):
        if module.name != __name__:
            values = vars(import_module(module.name)).values()
            yield from (value for value in values if isinstance(value, Profile))


PROFILES: Final[dict[str, Profile]] = {profile.characteristic: profile for profile in _stated()}
"""By characteristic."""
