"""Whether the database has the tables and functions that this version of the program works with.

With others, what a process reads and writes may mean something else than it believes, so it does not serve.
"""

import asyncio
from contextlib import suppress
from typing import Final

import asyncpg

from wellness_api.database.apply_functions import Applied, read_applied
from wellness_api.database.errors import SERVER_GONE
from wellness_api.database.migrate import wanted
from wellness_api.database.pool import Database
from wellness_api.process.trouble import Trouble

LOOK_SECONDS: Final = 5.0
"""How often a running process checks whether somebody brought the database to another version."""


class SchemaDiffers(Trouble):
    """The database was brought to another version than the program's, or has no version yet."""

    def __init__(self, applied: Applied | None) -> None:
        ours = wanted()
        if applied is None:
            difference = (
                "the database is not set up for this version of the program, which works with the schema"
                f" {ours.revision}; see that WELLNESS_DATABASE_URL names the right one, then run `wellness migrate`"
            )
        elif applied.revision > ours.revision:
            difference = (
                f"the database's schema is {applied.revision}, and this version of the program works with"
                f" {ours.revision}: start the version that brought it there, or a later one"
            )
        elif applied.revision < ours.revision:
            difference = (
                f"the database's schema is {applied.revision}, and this version of the program works with"
                f" {ours.revision}: run `wellness migrate`, then start again"
            )
        else:
            difference = (
                "the database's functions are those of another version of the program: start that version, or run"
                " `wellness migrate` with this one"
            )
        super().__init__(difference)


async def agrees(database: Database) -> bool:
    """Whether the database is at the version that this version of the program works with."""
    return await read_applied(database) == wanted()


async def check_schema(database: Database) -> None:
    """Raises SchemaDiffers if the database is at another version."""
    applied = await read_applied(database)
    if applied != wanted():
        raise SchemaDiffers(applied)


async def difference_to_come(database: Database) -> SchemaDiffers:
    """Returns when somebody brought the database to another version than the program's, as at an update.

    If the database is away, or too busy to answer, this asks again.
    """
    while True:
        await asyncio.sleep(LOOK_SECONDS)
        with suppress(*SERVER_GONE, asyncpg.PostgresError, TimeoutError):
            applied = await read_applied(database)
            if applied != wanted():
                return SchemaDiffers(applied)
