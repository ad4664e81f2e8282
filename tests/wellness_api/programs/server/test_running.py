"""What an API process holds open is let go when it ends, whenever that is."""

import asyncio
from collections.abc import Sequence
from contextlib import suppress

import pytest

from tests.town import HandSetClock
from wellness_api.http.capabilities import Capability
from wellness_api.http.services import Part, Services
from wellness_api.process.settings import Settings
from wellness_api.programs.server.app import app_of
from wellness_api.programs.server.running import running

ENDED_SECONDS_MAX = 20.0


async def up_and_down(
    settings: Settings, added: Sequence[Capability] = (), *, moments: int = 1
) -> None:
    """Starts what a process holds open, and ends it so many turns of the loop later."""
    lifespan = running(settings, HandSetClock(), added)
    async with asyncio.timeout(ENDED_SECONDS_MAX), lifespan(app_of([], lifespan)):
        for _ in range(moments):
            await asyncio.sleep(0)


async def test_a_part_that_keeps_being_told_to_end_to_itself_is_told_again(
    settings: Settings,
) -> None:
    """As a library may that is just connecting, with a limit on how long that takes."""
    told = 0

    async def make(_services: Services) -> None:
        return None

    async def goes_on(_part: None) -> None:
        nonlocal told
        for _ in range(2):
            with suppress(asyncio.CancelledError):
                await asyncio.sleep(3_600)
            told += 1
        await asyncio.sleep(3_600)

    await up_and_down(settings, [Capability(parts=[Part(make, run=goes_on)])])
    assert told == 2


@pytest.mark.parametrize("moments", range(12))
async def test_a_process_that_is_told_to_end_as_it_begins_ends(
    settings: Settings, moments: int
) -> None:
    await up_and_down(settings, moments=moments)
