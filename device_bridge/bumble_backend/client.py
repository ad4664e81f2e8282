"""bleak's client on bumble."""

import asyncio
import contextlib
from collections.abc import Callable, Coroutine, Iterator
from typing import Final, TypeVar

from bleak.args import SizedBuffer
from bleak.assigned_numbers import CharacteristicPropertyName
from bleak.backends.characteristic import BleakGATTCharacteristic
from bleak.backends.client import BaseBleakClient, NotifyCallback
from bleak.backends.descriptor import BleakGATTDescriptor
from bleak.backends.device import BLEDevice
from bleak.backends.service import BleakGATTService, BleakGATTServiceCollection
from bleak.exc import BleakError
from bleak.uuids import normalize_uuid_str
from bumble.core import UUID, BaseBumbleError
from bumble.device import Connection, Peer
from bumble.gatt import Characteristic
from bumble.gatt_client import CharacteristicProxy
from bumble.hci import Address, HCI_LE_Create_Connection_Cancel_Command
from typing_extensions import override

from device_bridge.bumble_backend.central import Central

DISCONNECT_SECONDS_MAX: Final = 2.0
"""A device that does not answer by then counts as gone."""

LINK_SECONDS_MAX: Final = 10.0
"""A device that was just heard answers at once. A longer attempt would keep others from the only place for connecting."""

REQUEST_SECONDS_MAX: Final = 10.0
"""The longest wait for one answer of a device: a value, a subscription, pairing."""

_ATT_HEADER_BYTES: Final = 3
_PROPERTIES: Final[dict[Characteristic.Properties, CharacteristicPropertyName]] = {
    Characteristic.Properties.BROADCAST: "broadcast",
    Characteristic.Properties.READ: "read",
    Characteristic.Properties.WRITE_WITHOUT_RESPONSE: "write-without-response",
    Characteristic.Properties.WRITE: "write",
    Characteristic.Properties.NOTIFY: "notify",
    Characteristic.Properties.INDICATE: "indicate",
}


T = TypeVar("T")


class BumbleClient(BaseBleakClient):
    """Pass it as BleakClient's `backend`, with a device that BumbleScanner found."""

    def __init__(
        self,
        address_or_ble_device: BLEDevice | str,
        *,
        disconnected_callback: Callable[[], None] | None,
        timeout: float,
        **_for_other_platforms: object,
    ) -> None:
        super().__init__(
            address_or_ble_device, disconnected_callback=disconnected_callback, timeout=timeout
        )
        if isinstance(address_or_ble_device, str):
            raise BleakError("this backend connects to devices that its scanner found")
        self._ble_device = address_or_ble_device
        self._connection: Connection | None = None
        self._peer: Peer | None = None
        self._callbacks: dict[int, Callable[[bytes], None]] = {}

    @property
    def name(self) -> str:
        """The advertised name, or else the address with dashes, as bleak has it."""
        return self._ble_device.name or self.address.replace(":", "-")

    @property
    def mtu_size(self) -> int:
        """The ATT MTU of the connection."""
        return self._connected().att_mtu

    @property
    def is_connected(self) -> bool:
        """Whether the link is up."""
        central, _ = self._details()
        return self._connection is not None and not central.is_lost

    @override
    async def connect(self, pair: bool, **kwargs: object) -> None:
        """Connects and discovers all services. The keyword `timeout` is in seconds."""
        central, address = self._details()
        timeout = kwargs.get("timeout", self._timeout)
        assert isinstance(timeout, int | float)
        try:
            with self._bleak_errors("connect to"):
                connection = await self._link(central, address, min(timeout, LINK_SECONDS_MAX))
                self._connection = connection
                connection.on(Connection.EVENT_DISCONNECTION, self._on_disconnection)
                async with asyncio.timeout(timeout):
                    if pair:
                        await connection.pair()
                    self._peer = Peer(connection)
                    self.services = await _discover(self._peer)
        except BaseException:
            await self.disconnect()
            raise

    async def _link(self, central: Central, address: Address, seconds_max: float) -> Connection:
        async with central.connecting:
            try:
                return await central.device.connect(address, timeout=seconds_max)
            except asyncio.CancelledError:
                await self._stop_connecting(central)
                raise

    async def _stop_connecting(self, central: Central) -> None:
        """Ends the controller's attempt. When bumble is cancelled, it leaves the controller connecting, which then
        refuses every later attempt.
        """
        if central.is_lost:
            return
        # The link may have come up meanwhile, or the attempt may have ended: then there is nothing to cancel.
        with contextlib.suppress(BaseBumbleError, TimeoutError):
            async with asyncio.timeout(DISCONNECT_SECONDS_MAX):
                await central.device.send_sync_command(HCI_LE_Create_Connection_Cancel_Command())

    async def disconnect(self) -> None:
        """Takes the link down. It does not wait for a device that does not answer."""
        connection, self._connection = self._connection, None
        central, _ = self._details()
        if connection is None or central.is_lost:
            return
        connection.remove_listener(Connection.EVENT_DISCONNECTION, self._on_disconnection)
        try:
            with self._bleak_errors("disconnect from"):
                async with asyncio.timeout(DISCONNECT_SECONDS_MAX):
                    await connection.disconnect()
        except TimeoutError:
            return

    async def pair(self, *_args: object, **_kwargs: object) -> None:
        """Pairs with the device."""
        await self._answer(self._connected().pair())

    async def unpair(self) -> None:
        """Forgets the device's keys."""
        central, address = self._details()
        if central.device.keystore is not None:
            await central.device.keystore.delete(str(address))

    async def read_gatt_char(
        self,
        characteristic: BleakGATTCharacteristic,
        *,
        use_cached: bool = False,
        **_kwargs: object,
    ) -> bytearray:
        """Reads a characteristic; there is no cache."""
        del use_cached
        return await self._read(characteristic.handle)

    async def read_gatt_descriptor(
        self, descriptor: BleakGATTDescriptor, *, use_cached: bool = False, **_kwargs: object
    ) -> bytearray:
        """Reads a descriptor; there is no cache."""
        del use_cached
        return await self._read(descriptor.handle)

    @override
    async def write_gatt_char(
        self, characteristic: BleakGATTCharacteristic, data: SizedBuffer, response: bool
    ) -> None:
        """Writes a characteristic."""
        await self._write(characteristic.handle, data, response=response)

    async def write_gatt_descriptor(
        self, descriptor: BleakGATTDescriptor, data: SizedBuffer
    ) -> None:
        """Writes a descriptor."""
        await self._write(descriptor.handle, data, response=True)

    async def start_notify(
        self,
        characteristic: BleakGATTCharacteristic,
        callback: NotifyCallback,
        **_kwargs: object,
    ) -> None:
        """Subscribes. An indication is confirmed after `callback` has returned, and not if it raises."""

        def received(value: bytes) -> None:
            callback(bytearray(value))

        self._callbacks[characteristic.handle] = received
        await self._answer(_proxy(characteristic).subscribe(received))

    async def stop_notify(self, characteristic: BleakGATTCharacteristic) -> None:
        """Unsubscribes."""
        received = self._callbacks.pop(characteristic.handle, None)
        await self._answer(_proxy(characteristic).unsubscribe(received))

    async def _read(self, handle: int) -> bytearray:
        return bytearray(await self._answer(self._gatt().gatt_client.read_value(handle)))

    async def _write(self, handle: int, data: SizedBuffer, *, response: bool) -> None:
        await self._answer(self._gatt().gatt_client.write_value(handle, bytes(data), response))

    async def _answer(self, answer: Coroutine[None, None, T]) -> T:
        """The device's answer. Raises TimeoutError, or BleakError for a refusal or a link that dropped."""
        connection = self._connection
        if connection is None:
            answer.close()
            raise BleakError("Not connected")
        with self._bleak_errors("talk to"):
            async with asyncio.timeout(REQUEST_SECONDS_MAX):
                return await connection.cancel_on_disconnection(answer)

    @contextlib.contextmanager
    def _bleak_errors(self, doing: str) -> Iterator[None]:
        """Turns bumble's errors into bleak's.

        When a link drops, bumble cancels everything that waits for an answer. Nobody asked for this task to end, and the
        cancellation must not be taken for such a request. As long as the task itself counts no request to cancel, nobody
        asked.
        """
        try:
            yield
        except BaseBumbleError as error:
            raise BleakError(f"cannot {doing} {self.address}: {error}") from error
        except asyncio.CancelledError as error:
            task = asyncio.current_task()
            assert task is not None, "coroutines run in tasks"
            if task.cancelling():
                raise
            raise BleakError(f"cannot {doing} {self.address}: the link dropped") from error

    def _on_disconnection(self, _reason: int) -> None:
        self._connection = None
        if self._disconnected_callback is not None:
            self._disconnected_callback()

    def _details(self) -> tuple[Central, Address]:
        central, address = self._ble_device.details
        assert isinstance(central, Central), "the device comes from BumbleScanner"
        assert isinstance(address, Address)
        return central, address

    def _connected(self) -> Connection:
        if self._connection is None:
            raise BleakError("Not connected")
        return self._connection

    def _gatt(self) -> Peer:
        self._connected()
        assert self._peer is not None, "services are discovered on connecting"
        return self._peer


def _proxy(characteristic: BleakGATTCharacteristic) -> CharacteristicProxy[bytes]:
    assert isinstance(characteristic.obj, CharacteristicProxy)
    return characteristic.obj


async def _discover(peer: Peer) -> BleakGATTServiceCollection:
    """All services, characteristics and descriptors of the device, as bleak gives them."""
    collection = BleakGATTServiceCollection()
    for proxy in await peer.discover_services():
        service = BleakGATTService(proxy, proxy.handle, _uuid(proxy.uuid))
        collection.add_service(service)
        for characteristic in await proxy.discover_characteristics():
            collection.add_characteristic(_characteristic(peer, service, characteristic))
            for descriptor in await characteristic.discover_descriptors():
                collection.add_descriptor(
                    BleakGATTDescriptor(
                        descriptor,
                        descriptor.handle,
                        _uuid(descriptor.type),
                        collection.characteristics[characteristic.handle],
                    )
                )
    return collection


def _characteristic(
    peer: Peer, service: BleakGATTService, proxy: CharacteristicProxy[bytes]
) -> BleakGATTCharacteristic:
    return BleakGATTCharacteristic(
        proxy,
        proxy.handle,
        _uuid(proxy.uuid),
        [name for bit, name in _PROPERTIES.items() if proxy.properties & bit],
        lambda: peer.connection.att_mtu - _ATT_HEADER_BYTES,
        service,
    )


def _uuid(uuid: UUID) -> str:
    return normalize_uuid_str(uuid.to_hex_str("-"))
