"""Work that goes on for as long as the process."""

import asyncio
from contextlib import suppress

import pytest

from tests.poison import PanicException
from wellness_api.database.loops import forever


@pytest.mark.parametrize(
    "error", [ValueError, OSError, PanicException, asyncio.CancelledError, TimeoutError]
)
async def test_whatever_a_turn_raises_the_next_one_comes(error: type[BaseException]) -> None:
    came = asyncio.Event()
    turns = 0

    async def turn() -> None:
        nonlocal turns
        turns += 1
        if turns == 1:
            raise error
        came.set()
        await asyncio.sleep(3600)

    loop = asyncio.create_task(forever(turn, name="test"))
    async with asyncio.timeout(10):
        await came.wait()
    loop.cancel()
    with pytest.raises(asyncio.CancelledError):
        await loop


async def test_a_loop_that_is_cancelled_ends() -> None:
    loop = asyncio.create_task(forever(lambda: asyncio.sleep(0.001), name="test"))
    await asyncio.sleep(0.05)
    loop.cancel()
    async with asyncio.timeout(1):
        await asyncio.gather(loop, return_exceptions=True)
    assert loop.cancelled()


async def test_a_library_that_keeps_being_cancelled_to_itself_does_not_keep_a_loop_from_ending() -> (
    None
):
    async def deaf() -> None:
        with suppress(asyncio.CancelledError):
            await asyncio.sleep(60)

    loop = asyncio.create_task(forever(deaf, name="test"))
    await asyncio.sleep(0.01)
    loop.cancel()
    async with asyncio.timeout(5):
        with pytest.raises(asyncio.CancelledError):
            await loop
