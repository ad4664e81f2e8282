"""Removes what erased rows left in the database's files.

A deleted row leaves its bytes behind: VACUUM frees their room and does not overwrite it, index pages keep the values that
they were split by, and the planner's statistics quote values. So this rewrites the files: VACUUM FULL of all that the
erasures touched, then new statistics, then the statistics' own file.
"""

import asyncio
import time
from collections.abc import Sequence
from datetime import datetime
from typing import Final

import asyncpg

from wellness_api.database.pool import Connection
from wellness_api.database.sql import read_sql
from wellness_api.process.trouble import Trouble

RELATIONS_TO_SCRUB: Final = read_sql(__package__, "relations_to_scrub")
NOT_SCRUBBED: Final = "SELECT erasure_id FROM identity.erasure WHERE scrubbed_at IS NULL"
SCRUBBED: Final = "UPDATE identity.erasure SET scrubbed_at = $2 WHERE erasure_id = ANY ($1)"
FILE_OF: Final = "SELECT pg_relation_filenode($1::text::regclass)"
OTHERS: Final = (
    "SELECT virtualtransaction FROM pg_locks"
    " WHERE locktype = 'virtualxid' AND granted AND pid <> pg_backend_pid()"
)
STATISTICS: Final = "pg_catalog.pg_statistic"
PARTITIONED: Final = "health.segment"
"""It has statistics of its own, of all partitions together, once somebody ran ANALYZE by hand."""

HAS_STATISTICS: Final = (
    "SELECT EXISTS (SELECT FROM pg_stats WHERE schemaname || '.' || tablename = $1)"
)

LOCK_WAIT: Final = "10s"
"""Uploads queue behind a scrub that waits for a table. After this time the scrub gives up, and has to be run again."""

OTHERS_WAIT_SECONDS_MAX: Final = 900.0
"""A worker that reads a long file has a transaction open meanwhile. This wait holds nobody up."""

LOOK_SECONDS: Final = 0.1
STATISTICS_FUNCTIONS_SINCE: Final = 18
EMPTY_WITH_STATISTICS: Final = read_sql(__package__, "empty_with_statistics")
CLEAR_STATISTICS: Final = read_sql(__package__, "clear_statistics")
DELETE_STATISTICS: Final = (
    "DELETE FROM pg_catalog.pg_statistic WHERE starelid = ANY ($1::text[]::regclass[])"
)


class CannotScrub(Trouble):
    """The files could not be rewritten; the erasures stay on the list for the next scrub."""


async def scrub(connection: Connection, *, now: datetime) -> list[str]:
    """Rewrites every table and partition that an erasure since the last scrub touched, and returns their names.

    `connection`: of the owner of schema and database, and in no transaction. Raises CannotScrub.
    """
    erasures = [row["erasure_id"] for row in await connection.fetch(NOT_SCRUBBED)]
    if not erasures:
        return []
    await _outlast_older_transactions(connection)
    await connection.execute(f"SET lock_timeout = '{LOCK_WAIT}'")
    relations = [row["relation"] for row in await connection.fetch(RELATIONS_TO_SCRUB, erasures)]
    for relation in relations:
        await _write_anew(connection, relation)
        await connection.execute(f"ANALYZE {relation}")
    if await connection.fetchval(HAS_STATISTICS, PARTITIONED):
        await connection.execute(f"ANALYZE {PARTITIONED}")
    await _forget_statistics_of_empty(connection, [*relations, PARTITIONED])
    await _write_anew(connection, STATISTICS)
    await connection.execute(SCRUBBED, erasures, now)
    return relations


async def _outlast_older_transactions(connection: Connection) -> None:
    """Waits until no transaction is left that could still see the erased rows; VACUUM FULL would copy such rows."""
    older = {row["virtualtransaction"] for row in await connection.fetch(OTHERS)}
    deadline = time.monotonic() + OTHERS_WAIT_SECONDS_MAX
    while older := older & {row["virtualtransaction"] for row in await connection.fetch(OTHERS)}:
        if time.monotonic() > deadline:
            raise CannotScrub(
                f"a transaction that began before the scrub is still open ({', '.join(sorted(older))} in"
                " pg_locks.virtualtransaction); end it, then scrub again"
            )
        await asyncio.sleep(LOOK_SECONDS)


async def _write_anew(connection: Connection, relation: str) -> None:
    before = await connection.fetchval(FILE_OF, relation)
    try:
        await connection.execute(f"VACUUM (FULL) {relation}")
    except asyncpg.LockNotAvailableError as error:
        raise CannotScrub(
            f"{relation} was in use for more than {LOCK_WAIT}; scrub again at a quieter time"
        ) from error
    # If the login may not vacuum a table, PostgreSQL only warns, and leaves the table as it is.
    if await connection.fetchval(FILE_OF, relation) == before:
        raise CannotScrub(
            f"{relation} was not written anew; scrub with the login that owns the schema and the database"
        )


async def _forget_statistics_of_empty(connection: Connection, relations: Sequence[str]) -> None:
    """ANALYZE keeps the old statistics of a table that became empty, so this removes them."""
    empty = [row["relation"] for row in await connection.fetch(EMPTY_WITH_STATISTICS, relations)]
    if not empty:
        return
    if connection.get_server_version().major >= STATISTICS_FUNCTIONS_SINCE:
        await connection.execute(CLEAR_STATISTICS, empty)
        return
    try:
        await connection.execute(DELETE_STATISTICS, empty)
    except asyncpg.InsufficientPrivilegeError as error:
        raise CannotScrub(
            f"{', '.join(empty)} became empty, and before PostgreSQL {STATISTICS_FUNCTIONS_SINCE} only a superuser may"
            " remove the statistics of it: scrub with a superuser's login this time"
        ) from error
