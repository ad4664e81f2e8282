"""The gateway: stations in, outbox between, uploads out."""

import asyncio
from collections.abc import Callable
from datetime import datetime
from typing import Final

import aiohttp
import structlog
from bleak.exc import BleakError
from bumble.core import BaseBumbleError
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from device_bridge.bumble_backend.central import HciUnavailable
from device_bridge.config import Config
from device_bridge.intake import keep_payload
from device_bridge.keys import key_id
from device_bridge.outbox import Outbox, OutboxFull
from device_bridge.profiles.reading import DecodeError, Profile
from device_bridge.radio import open_radio
from device_bridge.stations import Stations
from device_bridge.uploader import Uploader

RADIO_AGAIN_SECONDS: Final = 3.0

log = structlog.get_logger()


async def run_gateway(
    config: Config, key: Ed25519PrivateKey, *, clock: Callable[[], datetime]
) -> None:
    """Runs until cancelled. Raises OutboxFileError; Bluetooth and network may come and go."""
    with Outbox(config.outbox_file) as outbox:
        log.info(
            "gateway started",
            key_id=key_id(key.public_key()),
            stations=len(config.stations),
            samples_kept=outbox.samples_kept(),
        )
        try:
            await _work(config, key, outbox, clock=clock)
        finally:
            log.info("gateway stopped")


async def _work(
    config: Config,
    key: Ed25519PrivateKey,
    outbox: Outbox,
    *,
    clock: Callable[[], datetime],
) -> None:
    async with aiohttp.ClientSession() as session, asyncio.TaskGroup() as tasks:
        uploader = Uploader(
            outbox=outbox, session=session, base_url=config.base_url, key=key, clock=clock
        )
        intake = _Intake(config, outbox, clock=clock, kept=uploader.wake)
        tasks.create_task(uploader.run())
        tasks.create_task(_listen(config, intake))


class _Intake:
    """What happens with a payload: it is kept or, with a reason in the log, not."""

    def __init__(
        self,
        config: Config,
        outbox: Outbox,
        *,
        clock: Callable[[], datetime],
        kept: Callable[[], None],
    ) -> None:
        self._cards = config.cards()
        self._zone = config.zone()
        self._outbox = outbox
        self._clock = clock
        self._kept = kept

    def receive(self, address: str, profile: Profile, payload: bytes) -> None:
        """Raises OutboxFull, so that the device's measurement stays unconfirmed and the device keeps it."""
        about = {"address": address, "profile": profile.name}
        try:
            samples = keep_payload(
                self._outbox,
                address=address,
                card=self._cards[address],
                profile=profile,
                payload=payload,
                zone=self._zone,
                now=self._clock(),
            )
        except DecodeError as error:
            # Asking again would bring the same bytes, so the device may forget them.
            log.warning("payload not understood", **about, error=str(error))
            return
        except OutboxFull:
            log.exception("measurement not taken", **about)
            raise
        log.info("measurement kept", **about, samples=samples)
        self._kept()


async def _listen(config: Config, intake: _Intake) -> None:
    """Keeps a radio open for as long as there is one, and tries again when there is none."""
    while True:
        try:
            async with open_radio(config.hci) as radio:
                stations = Stations(radio=radio, addresses=config.cards(), receive=intake.receive)
                listening = asyncio.create_task(stations.run())
                lost = asyncio.create_task(radio.wait_lost())
                try:
                    await asyncio.wait([listening, lost], return_when=asyncio.FIRST_COMPLETED)
                    if listening.done():
                        await listening
                    log.warning("bluetooth lost", hci=config.hci)
                finally:
                    for task in (listening, lost):
                        task.cancel()
                    await asyncio.gather(listening, lost, return_exceptions=True)
        except (HciUnavailable, BleakError, BaseBumbleError, OSError) as error:
            log.warning("bluetooth not available", hci=config.hci, error=str(error))
        await asyncio.sleep(RADIO_AGAIN_SECONDS)
