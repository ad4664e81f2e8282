"""Handles a payload: decodes it, recognises it, and keeps it on disk, or in memory while the disk is full."""

import asyncio
from collections import deque
from collections.abc import Callable, Mapping
from typing import Final

import structlog

from device_bridge.clock import BoxClock
from device_bridge.errors import BridgeError
from device_bridge.keeping import DATE_BROKEN, Heard, Keeper
from device_bridge.memories import Connection
from device_bridge.outbox import OutboxFull
from device_bridge.outbox_file import OutboxBroken, OutboxUnwritable
from device_bridge.profiles.reading import Decoded, DecodeError, Profile
from device_bridge.station_session import Receiver
from device_bridge.status import Status

IN_MEMORY_MAX: Final = 10_000
"""Payloads kept while the disk takes none: hours of a busy station. Measurements beyond this number are not taken."""

TRY_DISK_SECONDS: Final = 5.0

log = structlog.get_logger()


class NotOnDisk(BridgeError):
    """The measurement is in memory only, so the device must not hear that it was received."""


def station_source(address: str) -> str:
    """The source for measurements of the device with this Bluetooth address."""
    return f"station:{address.upper().replace(':', '-')}"


class Intake:
    """Takes the payloads of all stations. `cards`: by address. `kept` is called when something new is on disk."""

    def __init__(
        self,
        *,
        cards: Mapping[str, str],
        keeper: Keeper,
        clock: BoxClock,
        status: Status,
        kept: Callable[[], None],
    ) -> None:
        self._cards = cards
        self._keeper = keeper
        self._clock = clock
        self._status = status
        self._kept = kept
        self._in_memory: deque[Heard] = deque()

    @property
    def in_memory(self) -> int:
        """Payloads that wait for the disk."""
        return len(self._in_memory)

    def opened(self, address: str) -> Receiver:
        """Begins a connection to this device, and returns a function that takes its payloads.

        That function raises if a measurement is not on disk, so that the measurement stays unconfirmed and the device
        keeps it.
        """
        connection = Connection(station_source(address), opened=self._clock.now())

        def receive(profile: Profile, payload: bytes) -> None:
            self._receive(address, connection, profile, payload)

        return receive

    async def run(self) -> None:
        """Writes what is in memory once the disk takes it, until cancelled."""
        while True:
            await asyncio.sleep(TRY_DISK_SECONDS)
            if self._in_memory:
                self._try_disk()

    def _receive(
        self, address: str, connection: Connection, profile: Profile, payload: bytes
    ) -> None:
        self._status.heard(address)
        about = {"address": address, "profile": profile.name}
        try:
            decoded = profile.decode(payload)
        except DecodeError as error:
            # The device would send the same bytes again, so it may forget them.
            self._status.say("payload not understood", **about, error=str(error))
            return
        self._say_doubts(decoded, about)
        if not decoded.readings:
            return
        now = self._clock.now()
        dated = any(reading.measured_at is not None for reading in decoded.readings)
        record = (
            connection.record(profile.name, payload, dated=dated, heard=now)
            if profile.remembers
            else None
        )
        heard = Heard(
            source=station_source(address),
            card=self._cards[address],
            cumulative=profile.cumulative,
            readings=decoded.readings,
            heard=now,
            record=record,
        )
        try:
            self._take(heard, about)
        except OutboxFull as error:
            if record is not None:
                connection.forget(record)
            self._status.say("measurement not taken", **about, reason=str(error))
            raise

    def _take(self, heard: Heard, about: dict[str, str]) -> None:
        """Keeps the payload on disk, or in memory behind what waits there. Raises OutboxFull, and NotOnDisk for what a
        device can keep.
        """
        if self._in_memory:
            self._try_disk()
        if not self._in_memory:
            try:
                self._keep(heard, about)
            except (OutboxUnwritable, OutboxBroken) as error:
                self._status.say("disk takes nothing, kept in memory", **about, reason=str(error))
            else:
                return
        if len(self._in_memory) >= IN_MEMORY_MAX:
            raise OutboxFull(IN_MEMORY_MAX)
        self._in_memory.append(heard)
        if heard.record is not None:
            raise NotOnDisk("the disk takes nothing; the device is to keep its measurement")

    def _try_disk(self) -> None:
        while self._in_memory:
            try:
                self._keep(self._in_memory[0], {})
            except (OutboxUnwritable, OutboxBroken, OutboxFull) as error:
                self._status.say(
                    "disk still takes nothing", in_memory=len(self._in_memory), reason=str(error)
                )
                return
            self._in_memory.popleft()

    def _keep(self, heard: Heard, about: dict[str, str]) -> None:
        kept = self._keeper.keep(heard)
        if kept.known:
            log.info("measurement known already", source=heard.source, **about)
            return
        log.info("measurement kept", source=heard.source, **about, samples=kept.samples)
        self._kept()

    def _say_doubts(self, decoded: Decoded, about: dict[str, str]) -> None:
        for refused in decoded.refused:
            self._status.say(
                "reading refused", **about, metric=refused.metric, reason=refused.reason
            )
        if decoded.date_broken:
            self._status.say(DATE_BROKEN, **about)
