"""How much of the process one person or gateway may take up, so that others go on whatever becomes of these requests."""

import asyncio
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager

from wellness_api.http.come_back import Busy


class TooManyAtOnce(Busy):
    """Too many requests of one person, of one gateway, or of all who are not signed in."""

    code = "too_many_at_once"
    status = 429
    detail = "Too many of your requests are under way; send this one again when they are answered."


class TooManyStreamsOfOne(Busy):
    """Too many live updates of one person."""

    code = "too_many_streams"
    status = 429
    limit = "{streams_max} streams of one person"
    detail = "Too many of your pages follow live updates; close one."

    def __init__(self, streams_max: int) -> None:
        super().__init__(streams_max=streams_max)


class TooManyStreams(Busy):
    """Too many live updates of all persons."""

    code = "too_many_streams"
    status = 503
    limit = "{streams_max} streams in all"
    detail = "Too many pages follow live updates. Ask for /v1/me/today now and then instead."

    def __init__(self, streams_max: int) -> None:
        super().__init__(streams_max=streams_max)


class _Share:
    def __init__(self, at_once_max: int) -> None:
        self.free = asyncio.Semaphore(at_once_max)
        self.requests = 0


class Shares:
    """Requests under way, by who asks. A request takes at most one of the database's connections at a time.

    Requests beyond `at_once_max` wait, at most `waiting_max` of them and for at most `wait_seconds_max`.
    """

    def __init__(self, *, at_once_max: int, waiting_max: int, wait_seconds_max: float) -> None:
        self.at_once_max = at_once_max
        self._waiting_max = waiting_max
        self._wait_seconds_max = wait_seconds_max
        self._shares: dict[int, _Share] = {}

    @property
    def busy(self) -> bool:
        """Whether any request is under way or waits."""
        return bool(self._shares)

    def of(self, who: int) -> "_Place":
        """Around a request of `who`. Raises Busy when too many requests of theirs are under way."""
        return _Place(self, who)

    async def enter(self, who: int) -> None:
        """Takes a place; the caller must `leave` it. Raises Busy, and then there is no place to leave."""
        share = self._shares.get(who)
        if share is None:
            share = self._shares[who] = _Share(self.at_once_max)
        if share.requests >= self.at_once_max + self._waiting_max:
            raise self._too_many()
        share.requests += 1
        try:
            if share.free.locked():
                await self._wait(share)
            else:
                await share.free.acquire()  # It does not wait.
        except BaseException:
            self._one_less(who, share)
            raise

    def leave(self, who: int) -> None:
        """Gives the place to another request of theirs that waits, if there is one."""
        share = self._shares[who]
        share.free.release()
        self._one_less(who, share)

    def _one_less(self, who: int, share: _Share) -> None:
        share.requests -= 1
        if not share.requests:
            del self._shares[who]

    async def _wait(self, share: _Share) -> None:
        try:
            async with asyncio.timeout(self._wait_seconds_max):
                await share.free.acquire()
        except TimeoutError as error:
            raise self._too_many() from error

    def _too_many(self) -> Busy:
        return TooManyAtOnce(
            limit=f"{self.at_once_max} at once and {self._waiting_max} that wait up to {self._wait_seconds_max:g} s"
        )


class _Place:
    """A place, for a `with` block."""

    __slots__ = ("_shares", "_who")

    def __init__(self, shares: Shares, who: int) -> None:
        self._shares = shares
        self._who = who

    async def __aenter__(self) -> None:
        await self._shares.enter(self._who)

    async def __aexit__(self, *_: object) -> None:
        self._shares.leave(self._who)


class Streams:
    """Open streams of live updates, by who follows them. A stream takes a connection of the client, and little else."""

    def __init__(self, *, per_person_max: int, total_max: int) -> None:
        self._per_person_max = per_person_max
        self._total_max = total_max
        self._open: defaultdict[int, int] = defaultdict(int)
        self._total = 0

    @contextmanager
    def of(self, who: int) -> Iterator[None]:
        """Around a stream of `who`. Raises Busy when there are too many."""
        if self._open[who] >= self._per_person_max:
            raise TooManyStreamsOfOne(self._per_person_max)
        if self._total >= self._total_max:
            raise TooManyStreams(self._total_max)
        self._open[who] += 1
        self._total += 1
        try:
            yield
        finally:
            self._total -= 1
            self._open[who] -= 1
            if not self._open[who]:
                del self._open[who]
