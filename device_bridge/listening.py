"""Keeps a radio open while there is one, tries again when there is none, and resets one that has gone deaf."""

import asyncio
from collections.abc import Callable
from typing import Final

import msgspec
from bleak.exc import BleakError
from bumble.core import BaseBumbleError

from device_bridge.backoff import Backoff
from device_bridge.bumble_backend.central import HciUnavailable
from device_bridge.config import Config
from device_bridge.radio import Radio, open_radio
from device_bridge.radio_limits import RadioLimits
from device_bridge.station_session import Receiver
from device_bridge.stations import RadioSilent, Stations
from device_bridge.status import Status

RADIO_AGAIN: Final = Backoff(first_seconds=3.0, max_seconds=60.0)
SILENCE_FACTOR_MAX: Final = 32
"""A hall where nothing advertises at night is silent too. So each reset in a row waits twice as long, up to this factor."""


class Listener:
    """Listens for the gateway. `opened`: see Stations."""

    def __init__(
        self,
        config: Config,
        *,
        opened: Callable[[str], Receiver],
        limits: RadioLimits,
        status: Status,
    ) -> None:
        self._config = config
        self._opened = opened
        self._limits = limits
        self._status = status
        self._silences = 0

    async def run(self) -> None:
        """Listens until cancelled."""
        failures = 0
        while True:
            try:
                async with open_radio(self._config.hci) as radio:
                    failures = 0
                    await self._listen(radio)
            except RadioSilent as error:
                self._silences += 1
                self._status.say("radio reset", hci=self._config.hci, reason=str(error))
            except (HciUnavailable, BleakError, BaseBumbleError, TimeoutError, OSError) as error:
                failures += 1
                self._status.say(
                    "bluetooth not available",
                    hci=self._config.hci,
                    error=str(error) or type(error).__name__,
                )
            await asyncio.sleep(RADIO_AGAIN.seconds(failures + 1))

    async def _listen(self, radio: Radio) -> None:
        """Listens until the radio is lost. Raises what the stations raise."""
        stations = Stations(
            radio=radio,
            addresses=self._config.cards(),
            opened=self._opened_and_heard,
            limits=msgspec.structs.replace(
                self._limits,
                silence_seconds_max=self._limits.silence_seconds_max
                * min(2**self._silences, SILENCE_FACTOR_MAX),
            ),
            status=self._status,
        )
        listening = asyncio.create_task(stations.run())
        lost = asyncio.create_task(radio.wait_lost())
        try:
            await asyncio.wait([listening, lost], return_when=asyncio.FIRST_COMPLETED)
        finally:
            ended_by_itself = listening.done()
            for task in (listening, lost):
                task.cancel()
            await asyncio.gather(listening, lost, return_exceptions=True)
        if not ended_by_itself:
            self._status.say("bluetooth lost", hci=self._config.hci)
        elif listening.cancelled():
            # When a controller is reset, bumble cancels whatever waits for it.
            raise BleakError("the stack cancelled the scan")
        else:
            listening.result()

    def _opened_and_heard(self, address: str) -> Receiver:
        self._silences = 0
        return self._opened(address)
