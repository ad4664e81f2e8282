"""All virtual devices in one process, and the controller through which a gateway meets them."""

import asyncio
from collections.abc import Callable
from datetime import datetime

from bumble.link import LocalLink

from device_bridge.virtual.controller import serve_controller
from device_bridge.virtual.device import LOOPBACK
from device_bridge.virtual.devices import VIRTUAL_DEVICES
from device_bridge.virtual.measuring import vitals
from device_bridge.virtual.peripheral import run_peripheral

# Bumble leaves this constructor untyped.
_new_link: Callable[[], LocalLink] = LocalLink


async def run_virtual_devices(
    *,
    port: int,
    interval_seconds: float,
    seed: int,
    local_clock: Callable[[], datetime],
    started: Callable[[str], None],
) -> None:
    """Runs until cancelled. `started` is called with the HCI transport name for a gateway's `hci` setting."""
    link = _new_link()
    async with serve_controller(link, port=port) as served_port, asyncio.TaskGroup() as devices:
        for virtual in VIRTUAL_DEVICES:
            devices.create_task(
                run_peripheral(
                    virtual,
                    link,
                    # All devices of a seed measure the same person.
                    person=vitals(seed=seed, interval_seconds=interval_seconds),
                    interval_seconds=interval_seconds,
                    local_clock=local_clock,
                )
            )
        started(f"tcp-client:{LOOPBACK}:{served_port}")
