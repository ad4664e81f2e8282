"""A virtual Bluetooth controller that another process uses over TCP, as it would use a dongle."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from bumble.controller import Controller
from bumble.hci import HCI_REMOTE_USER_TERMINATED_CONNECTION_ERROR
from bumble.link import LocalLink
from bumble.ll import TerminateInd
from bumble.transport.common import PacketParser

from device_bridge.virtual.device import LOOPBACK


class _Socket(asyncio.Protocol):
    """HCI packets between a controller and the one process that uses it (H4 framing, as bumble's `tcp-client`)."""

    def __init__(self, controller: "RemoteController") -> None:
        self._controller = controller
        self._parser = PacketParser(controller)
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        if self._controller.in_use:
            transport.close()  # A dongle has one owner.
            return
        self._transport = transport
        self._controller.host = self

    def data_received(self, data: bytes) -> None:
        if self._transport is not None:
            self._parser.feed_data(data)

    def connection_lost(self, exc: Exception | None) -> None:
        del exc  # However it ended, the dongle is unplugged.
        if self._transport is not None:
            self._transport = None
            self._controller.unplug()

    def on_packet(self, packet: bytes) -> None:
        if self._transport is not None:
            self._transport.write(packet)


class RemoteController(Controller):
    """A controller on the link of the virtual devices, with or without a process at its other end."""

    @property
    def in_use(self) -> bool:
        """Whether a process uses this controller now."""
        return self.host is not None

    def unplug(self) -> None:
        """Ends all connections, so that the devices advertise again, and waits for another process."""
        self.host = None
        self.le_scan_enable = False
        self.pending_le_connection = None
        for connection in list(self.le_connections.values()):
            connection.send_ll_control_pdu(
                TerminateInd(HCI_REMOTE_USER_TERMINATED_CONNECTION_ERROR)
            )
        self.le_connections.clear()


@asynccontextmanager
async def serve_controller(link: LocalLink, *, port: int) -> AsyncIterator[int]:
    """A controller on `link` behind a TCP port of this machine (0: any free one). Yields the port."""
    controller = RemoteController("for the gateway", link=link)
    server = await asyncio.get_running_loop().create_server(
        lambda: _Socket(controller), LOOPBACK, port
    )
    try:
        yield int(server.sockets[0].getsockname()[1])
    finally:
        server.close()
        controller.unplug()
