"""Which errors say that the database's server is gone, or cannot serve now, and nothing about the statement.

Code that meets one leaves everything as it is and tries again later: the API answers 503, the worker waits. Every other
error is about the statement or its item, and a second try would fail again.
"""

import traceback
from typing import Final

import asyncpg

SERVER_GONE: Final = (
    asyncpg.PostgresConnectionError,  # Class 08: the connection broke, or the server refused it.
    asyncpg.AdminShutdownError,  # The server is being stopped, or somebody ended our session.
    asyncpg.CrashShutdownError,  # One of the server's processes died; it ends all sessions and recovers.
    asyncpg.CannotConnectNowError,  # It is starting, stopping or recovering.
    asyncpg.DatabaseDroppedError,  # Somebody replaced the database while we were connected, as when a backup is restored.
    asyncpg.IdleSessionTimeoutError,  # The server ended a session that nobody used.
    asyncpg.TooManyConnectionsError,  # It takes no more connections until others close theirs.
    asyncpg.DiskFullError,  # Nothing can be written until somebody makes room.
    asyncpg.ReadOnlySQLTransactionError,  # A standby; after a switch the next connection goes to the primary.
    asyncpg.InterfaceError,  # The connection or the pool is closed. Not always: see `server_is_gone`.
    asyncpg.InternalClientError,  # The connection broke in the middle of an exchange and cannot be used any more.
    OSError,  # No route, no socket, refused, reset, too late. Other OSErrors do not count: see `server_is_gone`.
)

_NEVER_GONE: Final = (
    asyncpg.ClientConfigurationError,
    asyncpg.UnsupportedClientFeatureError,
    asyncpg.UnsupportedServerFeatureError,
)
"""Interface errors that do not pass by waiting."""

_OF_THE_CALL: Final = "argument"
"""asyncpg's interface errors name this when a value of the call was wrong; they have no type of their own."""

_DRIVER: Final = "asyncpg"

PASSING: Final = (
    asyncpg.TransactionRollbackError,  # Serialization failures and deadlocks.
    asyncpg.LockNotAvailableError,  # Somebody else held a needed lock for too long.
    asyncpg.QueryCanceledError,  # A time limit; the server may have had too much to do.
    asyncpg.OutOfMemoryError,
    asyncpg.ConfigurationLimitExceededError,
)
"""Errors that a later try, even of the same item, may not meet again, while everything else goes on."""


def server_is_gone(error: BaseException) -> bool:
    """Whether the error says that the server is gone or cannot serve now."""
    if not isinstance(error, SERVER_GONE) or isinstance(error, _NEVER_GONE):
        return False
    if isinstance(error, OSError):
        return _comes_from_the_driver(error)
    return not (isinstance(error, asyncpg.InterfaceError) and _OF_THE_CALL in str(error))


def _comes_from_the_driver(error: OSError) -> bool:
    """Whether the error was raised on the way to the server. A missing file, for example, is an error of the item that needs it."""
    return any(
        str(frame.f_globals.get("__name__")).partition(".")[0] == _DRIVER
        for frame, _ in traceback.walk_tb(error.__traceback__)
    )


def may_pass(error: BaseException) -> bool:
    """Whether a later try of the same item may well succeed."""
    return isinstance(error, PASSING)
