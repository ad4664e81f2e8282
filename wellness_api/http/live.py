"""News of changes from the worker to the processes that show them. Redis carries it and may lose it; readers also look by themselves."""

import asyncio
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Final

import msgspec
import structlog
from redis.asyncio import Redis
from redis.asyncio.client import PubSub
from redis.exceptions import RedisError
from redis.exceptions import TimeoutError as RedisTimeout

from wellness_api.database.loops import forever
from wellness_api.database.redis_client import ANSWER_SECONDS_MAX

CHANNEL: Final = "wellness:residents_changed"
RESIDENTS_PER_MESSAGE_MAX: Final = 1_000
"""More changed residents are announced in several messages."""

RECONNECT_SECONDS: Final = 1.0
PUBLISH_SECONDS_MAX: Final = 2.0
"""A Redis that does not take a message by then is left; streams look by themselves."""

QUIET_SECONDS_MAX: Final = 5.0
"""After so long without a message, Redis is asked whether it is still there: a Redis that hangs says nothing either."""

log = structlog.get_logger()


async def announce(redis: Redis, resident_ids: Iterable[int]) -> None:
    """Tells every API process whose figures changed. With Redis down nobody is told, and nothing else fails."""
    changed = sorted(resident_ids)
    try:
        for start in range(0, len(changed), RESIDENTS_PER_MESSAGE_MAX):
            part = changed[start : start + RESIDENTS_PER_MESSAGE_MAX]
            async with asyncio.timeout(PUBLISH_SECONDS_MAX):
                await redis.publish(CHANNEL, msgspec.json.encode(part))
    except (RedisError, OSError) as error:
        log.warning("announcement_lost", error=str(error), residents=len(changed))


async def _next_message(channel: PubSub) -> Mapping[str, Any]:
    """Waits for a message for as long as Redis lives. Raises RedisTimeout when Redis does not answer."""
    message: Mapping[str, Any] | None = await channel.get_message(timeout=QUIET_SECONDS_MAX)
    if message is None:
        await channel.ping()
        message = await channel.get_message(timeout=ANSWER_SECONDS_MAX)
    if message is None:
        raise RedisTimeout("Redis hangs: it does not answer")
    return message


class Listener:
    """Wakes the streams of a resident when news of a change comes in. There is one in each API process."""

    def __init__(self, redis: Redis) -> None:
        self._redis = redis
        self._waiting: defaultdict[int, set[asyncio.Event]] = defaultdict(set)
        self.connected = False

    async def run(self) -> None:
        """Listens until cancelled, and connects again by itself when Redis comes back."""
        await forever(self._listen, name="live_updates")

    async def _listen(self) -> None:
        try:
            async with self._redis.pubsub() as channel:
                await channel.subscribe(CHANNEL)
                while True:
                    self._hear(await _next_message(channel))
        except (RedisError, OSError) as error:
            log.warning("live_updates_interrupted", error=str(error))
        finally:
            self.connected = False
            # Streams that relied on news of changes look by themselves from now on.
            self._wake(list(self._waiting))
        await asyncio.sleep(RECONNECT_SECONDS)

    def _hear(self, message: Mapping[str, Any]) -> None:
        if message["type"] == "subscribe":
            # This also happens when a broken connection was made again: messages in between are lost.
            self.connected = True
            self._wake(list(self._waiting))
        elif message["type"] == "message":
            self._wake(msgspec.json.decode(message["data"], type=list[int]))

    def _wake(self, resident_ids: list[int]) -> None:
        for resident_id in resident_ids:
            for event in self._waiting.get(resident_id, ()):
                event.set()

    @contextmanager
    def following(self, resident_id: int) -> Iterator[asyncio.Event]:
        """An event that is set whenever news of a change of the resident comes in.

        Clear it before you read the figures, not after: then a change in between sets it again.
        """
        event = asyncio.Event()
        self._waiting[resident_id].add(event)
        try:
            yield event
        finally:
            self._waiting[resident_id].discard(event)
            if not self._waiting[resident_id]:
                del self._waiting[resident_id]
