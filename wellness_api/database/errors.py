"""Which errors say that the database's server is gone, or cannot serve now, and nothing about what was asked of it.

Whoever meets one leaves everything as it is and tries again later: the API answers 503, the worker waits. Every other
error speaks of the statement or of the item that it was about, which tried again would fail again.
"""

import traceback
from typing import Final

import asyncpg

SERVER_GONE: Final = (
    asyncpg.PostgresConnectionError,  # Class 08: the connection broke, or the server refused it.
    asyncpg.AdminShutdownError,  # The server is being stopped, or somebody ended our session.
    asyncpg.CrashShutdownError,  # One of the server's processes died; it ends all sessions and recovers.
    asyncpg.CannotConnectNowError,  # It is starting, stopping or recovering.
    asyncpg.DatabaseDroppedError,  # The database was replaced under us, as when a backup is restored.
    asyncpg.IdleSessionTimeoutError,  # The server ended a session that nobody used.
    asyncpg.TooManyConnectionsError,  # It takes no more connections until others close theirs.
    asyncpg.DiskFullError,  # Nothing can be written until somebody makes room.
    asyncpg.ReadOnlySQLTransactionError,  # A standby; after a switch the next connection goes to the primary.
    asyncpg.InterfaceError,  # The connection or the pool is closed. Not always: see `server_is_gone`.
    asyncpg.InternalClientError,  # The connection broke in the middle of an exchange and cannot be used on.
    OSError,  # No route, no socket, refused, reset, too late. Not of whatever else: see `server_is_gone`.
)

_NEVER_GONE: Final = (
    asyncpg.ClientConfigurationError,
    asyncpg.UnsupportedClientFeatureError,
    asyncpg.UnsupportedServerFeatureError,
)
"""Interface errors that waiting does not mend."""

_OF_THE_CALL: Final = "argument"
"""What asyncpg's interface errors name when a value of the call was wrong; they have no type of their own."""

_DRIVER: Final = "asyncpg"

PASSING: Final = (
    asyncpg.TransactionRollbackError,  # Serialization failures and deadlocks.
    asyncpg.LockNotAvailableError,  # Somebody else held what was needed for too long.
    asyncpg.QueryCanceledError,  # A time limit; the server may have had too much to do.
    asyncpg.OutOfMemoryError,
    asyncpg.ConfigurationLimitExceededError,
)
"""Errors that may be gone at a later try, of the same item too, while everything else goes on."""


def server_is_gone(error: BaseException) -> bool:
    """Whether the error says that the server is gone or cannot serve now."""
    if not isinstance(error, SERVER_GONE) or isinstance(error, _NEVER_GONE):
        return False
    if isinstance(error, OSError):
        return _comes_from_the_driver(error)
    return not (isinstance(error, asyncpg.InterfaceError) and _OF_THE_CALL in str(error))


def _comes_from_the_driver(error: OSError) -> bool:
    """Whether it was raised on the way to the server: a file that is missing is an error of the item that wants it."""
    return any(
        str(frame.f_globals.get("__name__")).partition(".")[0] == _DRIVER
        for frame, _ in traceback.walk_tb(error.__traceback__)
    )


def may_pass(error: BaseException) -> bool:
    """Whether the same item may well fare better at a later try."""
    return isinstance(error, PASSING)
