"""What somebody who starts a command reads when the command's database cannot be reached, or is not ours."""

import traceback
from typing import Final

import asyncpg

from wellness_api.database.errors import server_is_gone
from wellness_api.process.trouble import Trouble

_CONNECTING: Final = "asyncpg.connect_utils"
"""The driver's module through which every error on the way to a connection comes: of the URL, the network, the login."""


class DatabaseUnreachable(Trouble):
    """There is no connection to the database, or it broke."""

    def __init__(self, reason: str) -> None:
        super().__init__(
            f"the database cannot be reached ({reason}); see that it runs, and that WELLNESS_DATABASE_URL names its"
            " host, port, login, password and database"
        )


class SchemaMissing(Trouble):
    """The database is there and has nothing of ours."""

    def __init__(self, reason: str) -> None:
        super().__init__(
            f"the database is not set up ({reason}); see that WELLNESS_DATABASE_URL names the right one, then run"
            " `wellness migrate`"
        )


def unreachable(error: BaseException) -> Trouble | None:
    """The error in plain words if it says that nobody can work with the database; None for every other error."""
    if isinstance(error, asyncpg.InvalidSchemaNameError):
        return SchemaMissing(str(error))
    if not _is_of_connecting(error) and not server_is_gone(error):
        return None
    if isinstance(error, ValueError):
        # What the error quotes may be a part of the password.
        return DatabaseUnreachable(
            "the URL cannot be read; special characters in it are written as %XX"
        )
    first, *_ = str(error).splitlines() or [""]
    return DatabaseUnreachable(first or type(error).__name__)


def _is_of_connecting(error: BaseException) -> bool:
    return any(
        frame.f_globals.get("__name__") == _CONNECTING
        for frame, _ in traceback.walk_tb(error.__traceback__)
    )
