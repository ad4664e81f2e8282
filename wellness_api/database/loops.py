"""Runs work for as long as the process lives: no error of one turn ends it."""

import asyncio
from collections.abc import Awaitable, Callable
from secrets import SystemRandom
from typing import Final

import structlog

from wellness_api.database.errors import server_is_gone
from wellness_api.process.panics import panics_as_errors

WAIT_SECONDS_FIRST: Final = 0.5
WAIT_SECONDS_MAX: Final = 10.0
"""A server that was away is reached again within this time, and a turn that fails over and over costs one try in this time."""

_random: Final = SystemRandom()

log = structlog.get_logger()


async def forever(turn: Callable[[], Awaitable[None]], *, name: str) -> None:
    """Takes one turn after the other until cancelled. After a turn that failed it waits, longer each time.

    A CancelledError that nobody asked for counts as an error of the turn; libraries raise such errors for their own
    tasks. If somebody asked for one and a library swallowed it, as waiting with a time limit may, the loop ends after the
    turn.
    """
    failed = 0
    while True:
        if _is_asked_to_end():
            raise asyncio.CancelledError
        try:
            with panics_as_errors():
                await turn()
        except Exception as error:  # Nothing has changed; a later turn takes it up.
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
    """A random time, different for all loops and processes, so that they do not all come back to the server at once."""
    longest = min(WAIT_SECONDS_FIRST * 2.0 ** min(failed, 10), WAIT_SECONDS_MAX)
    return _random.uniform(longest / 2, longest)
