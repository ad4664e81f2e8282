"""Which Bluetooth the gateway uses: the machine's own, or an HCI that bumble opens."""

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from typing import Any

import msgspec

from device_bridge.bumble_backend.central import open_central
from device_bridge.bumble_backend.client import BumbleClient
from device_bridge.bumble_backend.scanner import BumbleScanner


class Radio(msgspec.Struct, frozen=True, kw_only=True):
    """Keyword arguments for BleakScanner and BleakClient, and a function that waits until the controller is gone."""

    scanner: dict[str, Any]
    client: dict[str, Any]
    wait_lost: Callable[[], Coroutine[None, None, None]]


@asynccontextmanager
async def open_radio(hci: str | None) -> AsyncIterator[Radio]:
    """The machine's own Bluetooth when `hci` is None. Raises HciUnavailable."""
    if hci is None:
        yield Radio(scanner={}, client={}, wait_lost=_never)
        return
    async with open_central(hci) as central:
        yield Radio(
            scanner={"backend": BumbleScanner, "bumble": central},
            client={"backend": BumbleClient},
            wait_lost=central.wait_lost,
        )


async def _never() -> None:
    # bleak itself notices restarts of BlueZ and replugged dongles at the next scan.
    await asyncio.Event().wait()
