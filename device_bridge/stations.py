"""Finds the configured devices, stays connected to them, and hands on what they send."""

import asyncio
from collections.abc import Callable, Iterable
from typing import Final

import structlog
from bleak import BleakClient, BleakScanner
from bleak.backends.characteristic import BleakGATTCharacteristic
from bleak.backends.device import BLEDevice
from bleak.backends.scanner import AdvertisementData
from bleak.exc import BleakError
from bleak_retry_connector import establish_connection

from device_bridge.profiles.reading import Profile
from device_bridge.profiles.table import PROFILES
from device_bridge.radio import Radio

CONNECT_ATTEMPTS_MAX: Final = 2
# A device that could not be read is left alone for a while, so that it does not keep the others waiting.
LEAVE_ALONE_SECONDS: Final = 10.0
DISCONNECT_SECONDS_MAX: Final = 2.0

# Address, profile and payload of something received; called before an indication is confirmed.
Receiver = Callable[[str, Profile, bytes], None]

log = structlog.get_logger()


class Stations:
    """The connections of one radio. Devices are connected one after the other, as HCI wants it."""

    def __init__(self, *, radio: Radio, addresses: Iterable[str], receive: Receiver) -> None:
        self._radio = radio
        self._wanted = frozenset(addresses)
        self._receive = receive
        self._clients: dict[str, BleakClient] = {}
        self._left_alone: set[str] = set()
        self._missing_again = asyncio.Event()

    async def run(self) -> None:
        """Scans, connects and listens until cancelled; then disconnects. Raises BleakError without Bluetooth."""
        try:
            while True:
                self._missing_again.clear()
                if self._missing():
                    await self._connect(await self._find())
                else:
                    await self._missing_again.wait()
        finally:
            await asyncio.gather(*map(self._drop, tuple(self._clients)))

    def _missing(self) -> frozenset[str]:
        return self._wanted - self._clients.keys() - self._left_alone

    async def _find(self) -> BLEDevice:
        found: asyncio.Future[BLEDevice] = asyncio.get_running_loop().create_future()

        def detected(device: BLEDevice, _data: AdvertisementData) -> None:
            # Asked anew each time: while the scan goes on, another device may be lost.
            if device.address.upper() in self._missing() and not found.done():
                found.set_result(device)

        async with BleakScanner(detected, **self._radio.scanner):
            return await found

    async def _connect(self, device: BLEDevice) -> None:
        address = device.address.upper()
        try:
            client = await establish_connection(
                BleakClient,
                device,
                address,
                disconnected_callback=lambda _client: self._lost(address),
                max_attempts=CONNECT_ATTEMPTS_MAX,
                **self._radio.client,
            )
            self._clients[address] = client
            profiles = await self._subscribe(address, client)
        except (BleakError, TimeoutError) as error:
            log.warning("station not connected", address=address, error=str(error))
            await self._leave_alone(address)
            return
        if profiles:
            log.info("station connected", address=address, profiles=profiles)
        else:
            log.warning("station measures nothing that the gateway reads", address=address)
            await self._leave_alone(address)

    async def _subscribe(self, address: str, client: BleakClient) -> list[str]:
        subscribed = []
        for characteristic in client.services.characteristics.values():
            profile = PROFILES.get(characteristic.uuid)
            if profile is not None:
                await client.start_notify(characteristic, self._receiver_of(address, profile))
                subscribed.append(profile.name)
        return subscribed

    def _receiver_of(
        self, address: str, profile: Profile
    ) -> Callable[[BleakGATTCharacteristic, bytearray], None]:
        def received(_sender: BleakGATTCharacteristic, payload: bytearray) -> None:
            self._receive(address, profile, bytes(payload))

        return received

    def _lost(self, address: str) -> None:
        if self._clients.pop(address, None) is not None:
            log.info("station disconnected", address=address)
            self._missing_again.set()

    async def _leave_alone(self, address: str) -> None:
        self._left_alone.add(address)
        asyncio.get_running_loop().call_later(LEAVE_ALONE_SECONDS, self._try_again, address)
        await self._drop(address)

    def _try_again(self, address: str) -> None:
        self._left_alone.discard(address)
        self._missing_again.set()

    async def _drop(self, address: str) -> None:
        client = self._clients.pop(address, None)
        if client is None:
            return
        try:
            async with asyncio.timeout(DISCONNECT_SECONDS_MAX):
                await client.disconnect()
        except (BleakError, TimeoutError) as error:
            log.warning("station not disconnected cleanly", address=address, error=str(error))
