"""The virtual devices: a file for each, with the bytes that it sends; nothing lists them."""

import pkgutil
from importlib import import_module
from typing import Final

from device_bridge.virtual.device import VirtualDevice

VIRTUAL_DEVICES: Final[tuple[VirtualDevice, ...]] = tuple(
    import_module(module.name).DEVICE for module in pkgutil.iter_modules(__path__, f"{__name__}.")
)
