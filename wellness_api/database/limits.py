"""How long the database may take: for a statement, for a lock, for a transaction that waits for us, and for a connection
of the pool.

The server ends what takes longer, so that nothing is held for somebody who got an answer long ago.
`wellness_api.programs.server.problems` says what a client is told.
"""

from collections.abc import Awaitable, Callable, Mapping
from typing import TYPE_CHECKING, Final, Literal, NamedTuple

import asyncpg

Role = Literal["wellness_api", "wellness_worker"]


class TimeLimits(NamedTuple):
    """Limits in seconds. `command` is on our own clock, for a server that no longer answers at all; it is above `statement`."""

    statement: float
    lock: float
    idle_in_transaction: float
    command: float
    connection_wait: float
    connect: float


TIME_LIMITS: Final[Mapping[Role, TimeLimits]] = {
    # Somebody waits for the answer, and others for the connection.
    "wellness_api": TimeLimits(
        statement=10.0,
        lock=2.0,
        idle_in_transaction=10.0,
        command=12.0,
        connection_wait=5.0,
        connect=5.0,
    ),
    # Nobody waits. The longest statements that must be possible are an erasure, a dropped month, a step of the proof of
    # the ledger and the indicators' figures of a whole city. Between two statements the longest time is a step's
    # computation.
    "wellness_worker": TimeLimits(
        statement=600.0,
        lock=30.0,
        idle_in_transaction=300.0,
        command=630.0,
        connection_wait=600.0,
        connect=10.0,
    ),
}

TOO_LONG: Final = (
    asyncpg.QueryCanceledError,
    asyncpg.LockNotAvailableError,
    asyncpg.IdleInTransactionSessionTimeoutError,
    TimeoutError,
)
"""The errors when a limit is reached. The transaction is undone, and may be tried again."""

QUERIES_PER_CONNECTION: Final = 50_000
IDLE_CONNECTION_SECONDS: Final = 300.0
"""After either limit the pool lets a connection go, and opens another one when it is needed."""

HOLDS_A_LOCK_HOURS_MAX: Final = 12
"""If a connection holds an import's lock for longer, the database ends it, and another worker takes the file up."""

HOLDS_A_LOCK: Final = f"SET LOCAL idle_in_transaction_session_timeout = '{HOLDS_A_LOCK_HOURS_MAX}h'"
"""For a transaction that only holds the lock of a long job; the job's work is done on other connections."""


def _limits_kept_by_the_server(role: Role) -> dict[str, str]:
    """The limits that the server keeps, in milliseconds, which is its unit."""
    limits = TIME_LIMITS[role]
    return {
        "statement_timeout": _milliseconds(limits.statement),
        "lock_timeout": _milliseconds(limits.lock),
        "idle_in_transaction_session_timeout": _milliseconds(limits.idle_in_transaction),
    }


def _milliseconds(seconds: float) -> str:
    return str(round(seconds * 1000))


if TYPE_CHECKING:
    _AnyPool = asyncpg.Pool[asyncpg.Record]
else:
    _AnyPool = asyncpg.Pool  # It is generic for type checkers only.


class BoundedPool(_AnyPool):
    """A pool whose queue nobody waits in for longer than its limit; after that, acquiring raises TimeoutError."""

    def __init__(
        self,
        database_url: str,
        *,
        role: Role,
        connections_max: int,
        server_settings: Mapping[str, str],
        reset: Callable[[object], Awaitable[None]],
    ) -> None:
        """Takes what `asyncpg.create_pool` takes."""
        self._wait_seconds = TIME_LIMITS[role].connection_wait
        super().__init__(
            database_url,
            min_size=1,
            max_size=connections_max,
            max_queries=QUERIES_PER_CONNECTION,
            max_inactive_connection_lifetime=IDLE_CONNECTION_SECONDS,
            loop=None,
            connection_class=asyncpg.Connection,
            record_class=asyncpg.Record,
            timeout=TIME_LIMITS[role].connect,
            command_timeout=TIME_LIMITS[role].command,
            server_settings={**server_settings, **_limits_kept_by_the_server(role)},
            reset=reset,
        )

    def acquire(
        self, *, timeout: float | None = None
    ) -> "asyncpg.pool.PoolAcquireContext[asyncpg.Record]":
        """Acquires as in any pool, but does not wait for ever."""
        if timeout is None and not self.get_idle_size():
            # Only a caller that has to wait pays for a timer.
            timeout = self._wait_seconds
        return super().acquire(timeout=timeout)
