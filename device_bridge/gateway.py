"""The gateway: stations in, the outbox between, uploads out."""

import asyncio
from collections.abc import Callable, Coroutine
from functools import partial
from pathlib import Path
from typing import Final

import aiohttp
import structlog
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from device_bridge.clock import AGREE_MS_MAX, BoxClock
from device_bridge.config import Config
from device_bridge.intake import Intake
from device_bridge.keeping import Keeper
from device_bridge.keys import key_id
from device_bridge.listening import Listener
from device_bridge.outbox import Outbox
from device_bridge.outbox_file import OutboxUnwritable
from device_bridge.radio_limits import RadioLimits
from device_bridge.requests import send_signed
from device_bridge.status import Status, status_path
from device_bridge.supervision import kept_going
from device_bridge.untimed import known_offset_ms, note_offset
from device_bridge.uploader import Pace, Uploader

STATUS_SECONDS: Final = 10.0

log = structlog.get_logger()


async def run_gateway(
    config: Config,
    key: Ed25519PrivateKey,
    *,
    clock: BoxClock,
    limits: RadioLimits,
    pace: Pace,
) -> None:
    """Runs until cancelled. Bluetooth, network and room on the disk may come and go.

    Raises OutboxInUse or OutboxFileError at the start, and KeepsEnding when a part of it ends again and again.
    """
    status = Status(clock)
    with Outbox(config.outbox_file, status=status) as outbox:
        log.info(
            "gateway started",
            key_id=key_id(key.public_key()),
            stations=len(config.stations),
            samples_kept=_first_look(outbox, clock, status),
        )
        try:
            async with aiohttp.ClientSession() as session:
                keeper = Keeper(outbox, clock=clock, zone=config.zone(), status=status)
                uploader = Uploader(
                    outbox=outbox,
                    send=partial(send_signed, session, base_url=config.base_url, key=key),
                    clock=clock,
                    status=status,
                    settle_times=keeper.settle_times,
                    pace=pace,
                )
                intake = Intake(
                    cards=config.cards(),
                    keeper=keeper,
                    clock=clock,
                    status=status,
                    kept=uploader.wake,
                )
                listener = Listener(config, opened=intake.opened, limits=limits, status=status)
                account = _Account(config.outbox_file, outbox, intake, clock, status)
                await _all_going(
                    status,
                    sending=uploader.run,
                    listening=listener.run,
                    keeping=intake.run,
                    accounting=account.run,
                )
        finally:
            log.info("gateway stopped")


async def _all_going(status: Status, **works: Callable[[], Coroutine[None, None, None]]) -> None:
    """Runs all works until cancelled, or until one of them cannot be kept going. Then it raises KeepsEnding."""
    tasks = [
        asyncio.create_task(kept_going(name, work, status=status)) for name, work in works.items()
    ]
    try:
        done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        for task in done:
            task.result()
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


def _first_look(outbox: Outbox, clock: BoxClock, status: Status) -> int | None:
    """The number of samples that wait. Also restores what was known about the time since the box started."""
    try:
        offset_ms = outbox.read(lambda db: known_offset_ms(db, clock.boot_id))
        if offset_ms is not None:
            clock.remember(offset_ms)
        return outbox.samples_kept()
    except OutboxUnwritable as error:
        status.say("disk takes nothing", reason=str(error))
        return None


class _Account:
    """Regularly writes the status file, and what is known about the time."""

    def __init__(
        self, outbox_file: Path, outbox: Outbox, intake: Intake, clock: BoxClock, status: Status
    ) -> None:
        self._file = status_path(outbox_file)
        self._outbox = outbox
        self._intake = intake
        self._clock = clock
        self._status = status
        self._noted_ms: int | None = None

    async def run(self) -> None:
        """Runs until cancelled."""
        while True:
            samples_kept = self._look()
            try:
                self._status.write(
                    self._file,
                    samples_kept=samples_kept,
                    samples_in_memory=self._intake.in_memory,
                )
            except OSError as error:
                self._status.say("status not written", reason=error.strerror or str(error))
            await asyncio.sleep(STATUS_SECONDS)

    def _look(self) -> int | None:
        offset_ms = self._clock.offset_ms()
        try:
            if offset_ms is not None and (
                self._noted_ms is None or abs(offset_ms - self._noted_ms) > AGREE_MS_MAX
            ):
                with self._outbox.writing() as db:
                    note_offset(db, boot_id=self._clock.boot_id, offset_ms=offset_ms)
                self._noted_ms = offset_ms
            return self._outbox.samples_kept()
        except OutboxUnwritable as error:
            self._status.say("disk takes nothing", reason=str(error))
            return None
