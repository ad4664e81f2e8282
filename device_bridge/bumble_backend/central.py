"""The one controller that scanners and clients of this backend share."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final

from bumble.device import Device
from bumble.hci import Address
from bumble.transport import open_transport
from bumble.transport.common import TransportInitError, TransportSpecError

from device_bridge.errors import BridgeError

OPEN_SECONDS_MAX: Final = 15.0
"""The longest wait for the transport to open, and for the controller behind it to reset."""

CLOSE_SECONDS_MAX: Final = 5.0
"""A controller that does not close by then is left."""

_NAME = "Wellness gateway"


class HciUnavailable(BridgeError):
    """The HCI transport cannot be opened."""

    def __init__(self, hci: str, problem: str) -> None:
        super().__init__(f"HCI {hci}: {problem}")
        self.hci = hci


class Central:
    """A controller that is powered on. `connecting`: HCI allows one connection attempt at a time."""

    def __init__(self, device: Device, lost: asyncio.Future[None]) -> None:
        self.device = device
        self.connecting = asyncio.Lock()
        self._lost = lost

    @property
    def is_lost(self) -> bool:
        """Whether the transport to the controller is gone."""
        return self._lost.done()

    async def wait_lost(self) -> None:
        """Returns when the transport to the controller is gone (dongle pulled, process ended)."""
        await asyncio.wait([self._lost])


@asynccontextmanager
async def open_central(hci: str) -> AsyncIterator[Central]:
    """Opens and powers on the controller behind a bumble transport name, e.g. `tcp-client:127.0.0.1:9001`."""
    try:
        async with asyncio.timeout(OPEN_SECONDS_MAX):
            transport = await open_transport(hci)
    except (OSError, ValueError, TransportInitError, TransportSpecError) as error:
        raise HciUnavailable(hci, str(error) or type(error).__name__) from error
    try:
        source, sink = transport
        device = Device.with_hci(_NAME, Address.generate_static_address(), source, sink)
        try:
            async with asyncio.timeout(OPEN_SECONDS_MAX):
                await device.power_on()
        except TimeoutError as error:
            raise HciUnavailable(hci, "the controller does not answer") from error
        yield Central(device, source.terminated)
    finally:
        async with asyncio.timeout(CLOSE_SECONDS_MAX):
            await transport.close()
