"""Work that goes on for as long as the process: nothing that one turn of it raises ends it."""

import asyncio
from collections.abc import Awaitable, Callable
from secrets import SystemRandom
from typing import Final

import structlog

from wellness_api.database.errors import server_is_gone
from wellness_api.process.panics import panics_as_errors

WAIT_SECONDS_FIRST: Final = 0.5
WAIT_SECONDS_MAX: Final = 10.0
"""A server that was away is found again so soon; what fails over and over costs no more than a try in that time."""

_random: Final = SystemRandom()

log = structlog.get_logger()


async def forever(turn: Callable[[], Awaitable[None]], *, name: str) -> None:
    """Takes one turn after the other until cancelled; after one that failed it waits, longer each time.

    A CancelledError that nobody asked for, as libraries raise of their own tasks, is an error of the turn. One that somebody
    asked for and a library kept to itself, as waiting with a time limit may, ends the loop after the turn.
    """
    failed = 0
    while True:
        if _is_asked_to_end():
            raise asyncio.CancelledError
        try:
            with panics_as_errors():
                await turn()
        except Exception as error:  # What it was about is as it was before; a later turn takes it.
            if server_is_gone(error):
                log.warning("turn_failed", turn=name, error=str(error))
            else:
                log.exception("turn_failed", turn=name)
            failed += 1
        except asyncio.CancelledError:
            if _is_asked_to_end():
                raise
            log.exception("turn_failed", turn=name)
            failed += 1
        else:
            failed = 0
        if failed and not _is_asked_to_end():
            await asyncio.sleep(_wait_seconds(failed - 1))


def _is_asked_to_end() -> bool:
    task = asyncio.current_task()
    return task is not None and task.cancelling() > 0


def _wait_seconds(failed: int) -> float:
    """Not the same for all loops and processes, which would come back to the server all at once."""
    longest = min(WAIT_SECONDS_FIRST * 2.0 ** min(failed, 10), WAIT_SECONDS_MAX)
    return _random.uniform(longest / 2, longest)
