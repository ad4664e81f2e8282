"""How busy the process is, and which requests it refuses when it is too busy."""

import asyncio
from collections import deque
from collections.abc import Mapping
from typing import Final, Literal, NamedTuple, Self

from wellness_api.http.come_back import Busy

Importance = Literal["first_to_go", "ordinary", "last_to_go"]


class Overloaded(Busy):
    """There is no room for the request."""

    code = "overloaded"
    status = 503
    detail = (
        "There is more to do than can be done now. Uploads and balances go first; try again later."
    )


class Room(NamedTuple):
    """Up to which load requests of an importance are taken on.

    `share`: of all requests that may be under way, those of every importance counted. `lag_seconds`: how late the loop
    may be with everything.
    """

    share: float
    lag_seconds: float


ROOM: Final[Mapping[Importance, Room]] = {
    "first_to_go": Room(0.4, 0.5),
    "ordinary": Room(0.7, 1.0),
    "last_to_go": Room(1.0, 4.0),
}

BODY_BYTES_AT_ONCE_MAX: Final = 256 * 1024 * 1024
"""The bytes of all bodies of requests under way, as they came. Decompressed and decoded they take several times as much."""

LARGE_BODY_BYTES: Final = 64 * 1024
"""A larger body is received as part of the request, and decompressed and decoded in a thread. A smaller body is awaited
before the request counts as under way, so that slow clients take nobody's place.
"""

LOOK_SECONDS: Final = 0.1
LOOKS: Final = 5
"""The loop counts as late if it was late at each of the last looks: a single long step is over by the time it is seen."""


class Load:
    """What one process has under way."""

    def __init__(self, *, requests_max: int, body_bytes_max: int = BODY_BYTES_AT_ONCE_MAX) -> None:
        self._requests_max = requests_max
        self._body_bytes_max = body_bytes_max
        self._lags: deque[float] = deque([0.0] * LOOKS, maxlen=LOOKS)
        self.requests = 0
        self.body_bytes = 0

    @property
    def lag_seconds(self) -> float:
        """How late the loop has been, at least, for some time now."""
        return min(self._lags)

    def request(self, importance: Importance) -> "Held":
        """Around a request. Raises Busy when it must not be taken on now."""
        self.check(importance)
        return Held(self)

    def hold(self, body_bytes: int) -> None:
        """Counts bytes that have come in. Raises Busy when there is no room for them."""
        if self.body_bytes + body_bytes > self._body_bytes_max:
            raise Overloaded(limit=f"{self._body_bytes_max} bytes of bodies at once")
        self.body_bytes += body_bytes

    def check(self, importance: Importance) -> None:
        """Raises Busy when a request of the importance must not be taken on now."""
        room = ROOM[importance]
        if self.requests >= self._requests_max * room.share:
            raise Overloaded(limit=f"{self._requests_max * room.share:g} requests under way")
        if self.lag_seconds > room.lag_seconds:
            raise Overloaded(limit=f"answers that are at most {room.lag_seconds:g} s late")

    async def watch(self) -> None:
        """Measures how late the loop is, until cancelled."""
        loop = asyncio.get_running_loop()
        while True:
            before = loop.time()
            await asyncio.sleep(LOOK_SECONDS)
            self.note_lag(loop.time() - before - LOOK_SECONDS)

    def note_lag(self, seconds: float) -> None:
        """Notes how late the loop was this time."""
        self._lags.append(seconds)


class Held:
    """What one request holds of the room for requests and bodies, for as long as it is under way."""

    __slots__ = ("_load", "body_bytes")

    def __init__(self, load: Load) -> None:
        self._load = load
        self.body_bytes = 0

    def __enter__(self) -> Self:
        self._load.requests += 1
        return self

    def __exit__(self, *_: object) -> None:
        self._load.requests -= 1
        self._load.body_bytes -= self.body_bytes

    def add(self, body_bytes: int) -> None:
        """Counts a piece of the body that has come in. Raises Busy."""
        self._load.hold(body_bytes)
        self.body_bytes += body_bytes
