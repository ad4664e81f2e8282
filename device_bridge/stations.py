"""Finds the configured devices, gives each a connection of its own, and notices when the radio has gone deaf."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager

import structlog
from bleak import BleakScanner
from bleak.backends.device import BLEDevice
from bleak.backends.scanner import AdvertisementData
from bleak.exc import BleakError

from device_bridge.errors import BridgeError
from device_bridge.profiles.reading import Profile
from device_bridge.radio import Radio
from device_bridge.radio_limits import RadioLimits
from device_bridge.station_session import Receiver, StationSession
from device_bridge.status import Status

log = structlog.get_logger()


class RadioSilent(BridgeError):
    """Nothing was heard from any device for so long that the radio counts as deaf."""

    def __init__(self, seconds: float) -> None:
        super().__init__(f"the radio has heard nothing from any device for {seconds:.0f} seconds")


class Stations:
    """The connections of one radio: a task for each device, so that no device waits for another.

    `opened` is called with a device's address at each new connection, and returns the function that takes its payloads.
    """

    def __init__(
        self,
        *,
        radio: Radio,
        addresses: Iterable[str],
        opened: Callable[[str], Receiver],
        limits: RadioLimits,
        status: Status,
    ) -> None:
        self._radio = radio
        self._status = status
        self._wanted = frozenset(addresses)
        self._opened = opened
        self._limits = limits
        self._sessions: dict[str, asyncio.Task[None]] = {}
        self._waiting: set[str] = set()
        self._failures: dict[str, int] = {}
        self._again_at: dict[str, float] = {}
        self._heard_at = 0.0
        self._stopping = False

    async def run(self) -> None:
        """Scans, connects and listens until cancelled; then lets all devices go.

        Raises RadioSilent for a radio that has gone deaf, and Bluetooth's errors where there is no radio.
        """
        try:
            await self._scan()
        finally:
            self._stopping = True
            tasks = tuple(self._sessions.values())
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    async def _scan(self) -> None:
        silent_scans = 0
        while silent_scans < self._limits.silent_scans_max:
            started = self._heard_at = _now()
            async with self._scanner():
                await self._until_silent()
            silent_scans = silent_scans + 1 if self._heard_at == started else 1
            self._status.say("nothing heard, scan started anew", silent_scans=silent_scans)
        raise RadioSilent(silent_scans * self._limits.silence_seconds_max)

    @asynccontextmanager
    async def _scanner(self) -> AsyncIterator[None]:
        scanner = BleakScanner(self._detected, **self._radio.scanner)
        async with asyncio.timeout(self._limits.scan_seconds_max):
            await scanner.start()
        try:
            yield
        finally:
            async with asyncio.timeout(self._limits.scan_seconds_max):
                await scanner.stop()

    async def _until_silent(self) -> None:
        silent_at = _now()
        while silent_at < self._heard_at + self._limits.silence_seconds_max:
            silent_at = self._heard_at + self._limits.silence_seconds_max
            await asyncio.sleep(silent_at - _now())

    def _detected(self, device: BLEDevice, _data: AdvertisementData) -> None:
        self._heard_at = _now()
        address = device.address.upper()
        if address not in self._wanted or address in self._sessions:
            return
        if self._again_at.get(address, 0.0) > self._heard_at:
            return
        if len(self._sessions) >= self._limits.links_max:
            self._waiting.add(address)
            return
        self._waiting.discard(address)
        session = StationSession(
            device,
            radio=self._radio,
            limits=self._limits,
            opened=lambda: self._heard(self._opened(address)),
            others_wait=lambda: bool(self._waiting),
        )
        task = asyncio.create_task(session.run())
        self._sessions[address] = task
        task.add_done_callback(lambda ended: self._session_ended(address, ended))

    def _heard(self, receive: Receiver) -> Receiver:
        def received(profile: Profile, payload: bytes) -> None:
            self._heard_at = _now()
            receive(profile, payload)

        return received

    def _session_ended(self, address: str, task: asyncio.Task[None]) -> None:
        """Frees the session's place, however it ended. The device gets another chance after a while."""
        del self._sessions[address]
        # Any device may take the free place: a waiting device is heard again within the second.
        self._waiting.clear()
        if self._stopping and task.cancelled():
            return
        # Bumble also cancels by itself, and that is a failure like any other.
        error = None if task.cancelled() else task.exception()
        if error is None and not task.cancelled():
            log.info("station disconnected", address=address)
            self._failures.pop(address, None)
            self._again_at[address] = _now() + self._limits.rest_seconds
            return
        failures = self._failures[address] = self._failures.get(address, 0) + 1
        wait_seconds = self._limits.leave_alone.seconds(failures)
        self._again_at[address] = _now() + wait_seconds
        expected = isinstance(error, BleakError | BridgeError | TimeoutError)
        self._status.say(
            "station left alone",
            address=address,
            error="the stack cancelled it" if error is None else str(error) or repr(error),
            failures=failures,
            wait_seconds=round(wait_seconds, 1),
            exc_info=None if expected else error,
        )


def _now() -> float:
    return asyncio.get_running_loop().time()
