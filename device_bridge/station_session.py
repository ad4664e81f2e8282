"""One connection to one device: connects, subscribes, takes what the device sends, and lets it go. Every wait has a bound."""

import asyncio
from collections import deque
from collections.abc import Callable
from typing import Final

import structlog
from bleak import BleakClient
from bleak.backends.characteristic import BleakGATTCharacteristic
from bleak.backends.device import BLEDevice
from bleak.exc import BleakError
from bleak_retry_connector import establish_connection

from device_bridge.errors import BridgeError
from device_bridge.profiles.reading import Profile
from device_bridge.profiles.table import PROFILES
from device_bridge.radio import Radio
from device_bridge.radio_limits import RadioLimits

CONNECT_ATTEMPTS_MAX: Final = 2
"""Attempts in a row; after them the station's task waits and begins again."""

SHORT_SECONDS: Final = 5.0
"""A connection that ends sooner without a measurement counts as failed."""

_MINUTE_SECONDS: Final = 60.0

# Profile and payload of something received; called before an indication is confirmed.
Receiver = Callable[[Profile, bytes], None]

log = structlog.get_logger()


class SessionFailed(BridgeError):
    """The device was connected and gave nothing; it is left alone for a while."""


class StationSession:
    """A connection to one device.

    `opened` is called once the device is connected, and returns the function that takes its payloads. `others_wait`:
    whether another device waits for this place on the radio.
    """

    def __init__(
        self,
        device: BLEDevice,
        *,
        radio: Radio,
        limits: RadioLimits,
        opened: Callable[[], Receiver],
        others_wait: Callable[[], bool],
    ) -> None:
        self._device = device
        self._address = device.address.upper()
        self._radio = radio
        self._limits = limits
        self._opened = opened
        self._others_wait = others_wait
        self._ended = asyncio.Event()
        self._problem: str | None = None
        self._payloads: deque[float] = deque(maxlen=limits.payloads_per_minute_max)

    async def run(self) -> None:
        """Returns when a connection that gave something has ended. For any other connection, raises what went wrong."""
        started = asyncio.get_running_loop().time()
        async with asyncio.timeout(self._limits.connect_seconds_max):
            client = await establish_connection(
                BleakClient,
                self._device,
                self._address,
                disconnected_callback=lambda _client: self._ended.set(),
                max_attempts=CONNECT_ATTEMPTS_MAX,
                **self._radio.client,
            )
        try:
            profiles = await self._subscribe(client, self._opened())
            log.info("station connected", address=self._address, profiles=profiles)
            await self._until_its_end()
        finally:
            await self._let_go(client)
        lasted = asyncio.get_running_loop().time() - started
        if self._problem is None and not self._payloads and lasted < SHORT_SECONDS:
            self._problem = "the device hung up before it sent anything"
        if self._problem is not None:
            raise SessionFailed(self._problem)

    async def _subscribe(self, client: BleakClient, receive: Receiver) -> list[str]:
        subscribed = []
        for characteristic in client.services.characteristics.values():
            profile = PROFILES.get(characteristic.uuid)
            if profile is not None:
                async with asyncio.timeout(self._limits.subscribe_seconds_max):
                    await client.start_notify(characteristic, self._receiver_of(profile, receive))
                subscribed.append(profile.name)
        if not subscribed:
            raise SessionFailed("the device measures nothing that the gateway reads")
        return subscribed

    def _receiver_of(
        self, profile: Profile, receive: Receiver
    ) -> Callable[[BleakGATTCharacteristic, bytearray], None]:
        def received(_sender: BleakGATTCharacteristic, payload: bytearray) -> None:
            if not self._flooded():
                receive(profile, bytes(payload))

        return received

    def _flooded(self) -> bool:
        """Whether the device has sent more than any device has to say; then its payloads are not taken."""
        now = asyncio.get_running_loop().time()
        full = len(self._payloads) == self._payloads.maxlen
        if full and now - self._payloads[0] < _MINUTE_SECONDS:
            self._problem = "the device sends more than it can measure"
            self._ended.set()
            return True
        self._payloads.append(now)
        return False

    async def _until_its_end(self) -> None:
        while not self._ended.is_set():
            await asyncio.wait(
                [waiting := asyncio.ensure_future(self._ended.wait())],
                timeout=self._limits.turn_seconds_min,
            )
            waiting.cancel()
            if self._others_wait():
                return

    async def _let_go(self, client: BleakClient) -> None:
        try:
            async with asyncio.timeout(self._limits.disconnect_seconds_max):
                await client.disconnect()
        except (BleakError, TimeoutError) as error:
            log.warning(
                "station not disconnected cleanly",
                address=self._address,
                error=str(error) or type(error).__name__,
            )
