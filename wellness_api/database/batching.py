"""Look-ups that come in at the same time share one statement."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Generic, NamedTuple, TypeVar

from wellness_api.database.isolating import isolated

Key = TypeVar("Key")
Value = TypeVar("Value")


class _Outcome(NamedTuple, Generic[Key, Value]):
    """What a batch came to: the values by key, and the errors of the keys at fault."""

    values: Mapping[Key, Value]
    failed: Mapping[Key, Exception]


class Batched(Generic[Key, Value]):
    """Takes one key at a time, and answers many at once.

    A look-up goes out immediately when none is under way. Those that come in meanwhile go out together when it is back.
    So nobody waits for a batch to fill, and the busier it is, the less a look-up costs. A batch is never larger than the
    number of requests that wait, each of which holds a connection of its own.

    An error of one key reaches those who asked for this key and nobody else: a batch that fails is asked for in halves,
    down to the key at fault, unless the server is gone.
    """

    def __init__(self, fetch: Callable[[Sequence[Key]], Awaitable[Mapping[Key, Value]]]) -> None:
        self._fetch = fetch
        self._keys: dict[Key, None] = {}
        self._next: asyncio.Task[_Outcome[Key, Value]] | None = None
        self._under_way: asyncio.Task[_Outcome[Key, Value]] | None = None

    async def get(self, key: Key) -> Value | None:
        """The value that `fetch` has for the key, or None. Raises what `fetch` raises for the key."""
        if self._next is None:
            self._keys = {}
            self._next = asyncio.create_task(self._fetch_after(self._under_way, self._keys))
        self._keys[key] = None
        # A caller that gives up does not take the answer from the others.
        outcome = await asyncio.shield(self._next)
        if key in outcome.failed:
            raise outcome.failed[key]
        return outcome.values.get(key)

    async def _fetch_after(
        self, before: "asyncio.Task[_Outcome[Key, Value]] | None", keys: dict[Key, None]
    ) -> _Outcome[Key, Value]:
        if before is not None:
            await asyncio.wait([before])  # Its errors go to those who wait for it.
        self._under_way, self._next = self._next, None
        outcome = await isolated(list(keys), self._fetch)
        by_key = {key: value for part in outcome.results for key, value in part.items()}
        return _Outcome(by_key, dict(outcome.failed))
