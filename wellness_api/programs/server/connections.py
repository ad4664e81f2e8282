"""Connections: how many there may be, and how long a client may take for each thing that it has to do.

One look a second goes over all of them. That costs a request nothing, and keeps each limit to within a second.
"""

import asyncio
from collections import Counter
from typing import Final, NamedTuple, Protocol

LOOK_SECONDS: Final = 1.0


class ConnectionLimits(NamedTuple):
    """What one client may take of the server before anybody knows who it is.

    A client that sends a body or reads its answer has `slow_seconds`, and must then keep to `bytes_per_second_min`; a
    body must arrive within `body_seconds_max`. `per_address_max`: None where a reverse proxy stands in front, and all
    requests come from its address. `closing_seconds_max`: for input that is still on its way when the answer has been
    given. `idle_seconds_max`: from an answer to the first byte of the next request.
    """

    connections_max: int
    per_address_max: int | None = None
    target_bytes_max: int = 8 * 1024
    head_bytes_max: int = 32 * 1024
    headers_max: int = 100
    pipelined_max: int = 16
    head_seconds_max: float = 10.0
    slow_seconds: float = 20.0
    bytes_per_second_min: int = 4 * 1024
    body_seconds_max: float = 300.0
    closing_seconds_max: float = 2.0
    idle_seconds_max: float = 75.0
    look_seconds: float = LOOK_SECONDS


class Watched(Protocol):
    """A connection as the watch sees it."""

    @property
    def address(self) -> str:
        """The client's address."""
        ...

    @property
    def idle_since(self) -> float | None:
        """Since when the connection can be closed without losing a request; None while one is under way."""
        ...

    def look(self, now: float) -> None:
        """Ends the connection if the client takes too long."""
        ...

    def end(self) -> None:
        """Closes the connection, which is idle."""
        ...


class ConnectionWatch:
    """All connections of one server."""

    def __init__(self, limits: ConnectionLimits) -> None:
        self._limits = limits
        self._connections: set[Watched] = set()
        self._by_address: Counter[str] = Counter()
        self._look_to_come: asyncio.TimerHandle | None = None

    def __len__(self) -> int:
        return len(self._connections)

    def take(self, connection: Watched) -> bool:
        """Whether there is room for one more connection. If not, it closes the connection that has been idle longest."""
        most = self._limits.per_address_max
        if most is not None and self._by_address[connection.address] >= most:
            return False
        if len(self._connections) >= self._limits.connections_max and not self._make_room():
            return False
        self._connections.add(connection)
        self._by_address[connection.address] += 1
        if self._look_to_come is None:
            self._look_later()
        return True

    def leave(self, connection: Watched) -> None:
        """The connection is gone. The call does no harm if the connection was never taken."""
        if connection not in self._connections:
            return
        self._connections.remove(connection)
        self._by_address[connection.address] -= 1
        if not self._by_address[connection.address]:
            del self._by_address[connection.address]

    def _make_room(self) -> bool:
        idle = [connection for connection in self._connections if connection.idle_since is not None]
        if not idle:
            return False
        longest = min(idle, key=lambda connection: connection.idle_since or 0.0)
        self.leave(longest)
        longest.end()
        return True

    def _look_later(self) -> None:
        loop = asyncio.get_running_loop()
        self._look_to_come = loop.call_later(self._limits.look_seconds, self._look)

    def _look(self) -> None:
        self._look_to_come = None
        now = asyncio.get_running_loop().time()
        for connection in list(self._connections):
            connection.look(now)
        if self._connections:
            self._look_later()
