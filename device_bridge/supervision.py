"""Keeps work going that is meant to run for ever: a part that ends is started again. If it keeps ending, the process ends."""

import asyncio
from collections import deque
from collections.abc import Callable, Coroutine
from typing import Final

from device_bridge.backoff import Backoff
from device_bridge.errors import BridgeError
from device_bridge.status import Status

AGAIN: Final = Backoff(first_seconds=1.0, max_seconds=60.0)
ENDS_MAX: Final = 10
"""A part that ends as often within ENDS_WITHIN_SECONDS ends the gateway, which says the reason."""

ENDS_WITHIN_SECONDS: Final = 3600.0


class KeepsEnding(BridgeError):
    """A part of the gateway ended again and again. The process ends, so that whatever started it starts it again."""

    def __init__(self, name: str, reason: str) -> None:
        super().__init__(f"{name} ended {ENDS_MAX} times within the hour, last by {reason}")
        self.name = name


async def kept_going(
    name: str,
    work: Callable[[], Coroutine[None, None, None]],
    *,
    status: Status,
    again: Backoff = AGAIN,
) -> None:
    """Runs `work` until this task is cancelled, and starts it again however it ends.

    This holds even when a library cancelled it: a task group would take that for a request and silently go on without it.
    Raises KeepsEnding after ENDS_MAX ends within ENDS_WITHIN_SECONDS.
    """
    loop = asyncio.get_running_loop()
    ends: deque[float] = deque(maxlen=ENDS_MAX)
    while True:
        task = asyncio.create_task(work())
        try:
            await asyncio.wait([task])
        finally:
            task.cancel()
            await asyncio.wait([task])
        error = None if task.cancelled() else task.exception()
        reason = "cancellation that nobody asked for" if task.cancelled() else repr(error)
        status.say(f"{name} ended and is started again", reason=reason, exc_info=error)
        ends.append(loop.time())
        if len(ends) == ENDS_MAX and ends[-1] - ends[0] < ENDS_WITHIN_SECONDS:
            raise KeepsEnding(name, reason)
        await asyncio.sleep(again.seconds(len(ends)))
