"""Brings a database's functions and views to what the program's files say, in one transaction."""

from collections.abc import Collection, Mapping, Sequence
from datetime import UTC, datetime
from typing import Final, NamedTuple

import asyncpg
import structlog

from wellness_api.database.functions import Function, digest_of
from wellness_api.database.pool import Connection, Database
from wellness_api.process.trouble import Trouble

ROUTINES: Final = """
SELECT format('%s.%s', pronamespace::regnamespace, proname) AS name, array_agg(oid::regprocedure::text) AS routines
FROM pg_proc
WHERE format('%s.%s', pronamespace::regnamespace, proname) = ANY ($1::text[])
GROUP BY 1
"""

# When a function is replaced, its rights stay as they were. Its file gives rights again, starting from the server's
# default.
RESET_RIGHTS: Final = """
SELECT string_agg(
    format('REVOKE ALL ON ROUTINE %1$s FROM PUBLIC%2$s; GRANT EXECUTE ON ROUTINE %1$s TO PUBLIC;', routine, others), '')
FROM (
    SELECT pg_proc.oid::regprocedure AS routine, string_agg(', ' || grantee::regrole::text, '') AS others
    FROM pg_proc
    LEFT JOIN LATERAL aclexplode(proacl) ON grantee NOT IN (0, proowner)
    WHERE format('%s.%s', pronamespace::regnamespace, proname) = ANY ($1::text[])
    GROUP BY pg_proc.oid
) AS routine_rights
"""

NOTE_APPLIED: Final = """
INSERT INTO database.applied AS applied (revision, digest, applied_at) VALUES ($1, $2, $3)
ON CONFLICT (is_the_only_row) DO UPDATE
SET revision = excluded.revision, digest = excluded.digest, applied_at = excluded.applied_at
"""

NOT_THERE_YET: Final = (
    asyncpg.UndefinedFunctionError,
    asyncpg.UndefinedTableError,
    asyncpg.UndefinedObjectError,
)
"""Errors of a file that names another file's function or view before that one is made."""

NO_REPLACEMENT: Final = (
    asyncpg.InvalidFunctionDefinitionError,  # Another result, or other names of arguments.
    asyncpg.AmbiguousFunctionError,  # Other arguments: the earlier function stands beside the new one when rights are given.
)

REFUSED: Final = (asyncpg.SyntaxOrAccessError, asyncpg.DependentObjectsStillExistError)

log = structlog.get_logger()


class FunctionRefused(Trouble):
    """The database refused what a file says, or refused to drop a function or view that no file names any more."""

    def __init__(self, place: str, error: Exception) -> None:
        super().__init__(
            f"the database refused {place}: {' '.join(str(error).split())}; all functions are as they were before"
        )


class Applied(NamedTuple):
    """The version to which a database was last brought."""

    revision: str
    digest: bytes


async def read_applied(database: Database) -> Applied | None:
    """The applied version; None for an empty database, or for one from before functions had files."""
    try:
        row = await database.fetchrow("SELECT revision, digest FROM database.applied")
    except (asyncpg.UndefinedTableError, asyncpg.InvalidSchemaNameError):
        return None
    return None if row is None else Applied(row["revision"], row["digest"])


async def apply_functions(
    connection: Connection, functions: Sequence[Function], *, revision: str
) -> None:
    """Applies all functions again, unless the database has them already with the same `revision` of its tables.

    It also does so when only the revision differs: a migration may drop a view that is in its way. The caller lets one
    process at a time do this. Raises FunctionRefused, and then nothing is changed.
    """
    wanted = Applied(revision, digest_of(functions))
    async with connection.transaction():
        if await read_applied(connection) == wanted:
            return
        await connection.execute("SET LOCAL check_function_bodies = on")
        before = {
            (row["kind"], row["name"]): row["digest"]
            for row in await connection.fetch(
                "SELECT kind, name, digest FROM database.applied_function"
            )
        }
        await _clear(connection, before, functions)
        await _make_in_any_order(connection, functions)
        await connection.execute("DELETE FROM database.applied_function")
        await connection.executemany(
            "INSERT INTO database.applied_function (name, kind, digest) VALUES ($1, $2, $3)",
            [(function.name, function.kind, function.digest) for function in functions],
        )
        await connection.execute(NOTE_APPLIED, *wanted, datetime.now(UTC))
    changed = sum(
        before.get((function.kind, function.name)) != function.digest for function in functions
    )
    gone = sorted(name for kind, name in before if (kind, name) not in _keys(functions))
    log.info("functions_applied", revision=revision, changed=changed, dropped=gone)


def _keys(functions: Sequence[Function]) -> Collection[tuple[str, str]]:
    return {(function.kind, function.name) for function in functions}


async def _clear(
    connection: Connection,
    before: Mapping[tuple[str, str], bytes],
    functions: Sequence[Function],
) -> None:
    """Drops all views, which are made again later, and functions that no file names any more; resets the rights of the others."""
    views = {name for kind, name in [*before, *_keys(functions)] if kind == "view"}
    if views:
        await _execute(connection, f"DROP VIEW IF EXISTS {', '.join(sorted(views))}")
    named = _keys(functions)
    unnamed = [name for kind, name in before if kind == "function" and (kind, name) not in named]
    for routines in (await _routines(connection, unnamed)).values():
        await _drop_routines(connection, routines)
    names = [function.name for function in functions if function.kind == "function"]
    if reset := await connection.fetchval(RESET_RIGHTS, names):
        await connection.execute(reset)


async def _make_in_any_order(connection: Connection, functions: Sequence[Function]) -> None:
    """Makes what can be made and then the rest, as often as that makes progress. So no file needs a place in an order."""
    before = await _routines(connection, [function.name for function in functions])
    waiting = list(functions)
    while waiting:
        postponed: list[tuple[Function, Exception]] = []
        for function in waiting:
            try:
                await _make(connection, function, before.get(function.name, ()))
            except NOT_THERE_YET as error:
                await connection.execute("ROLLBACK TO SAVEPOINT made")
                postponed.append((function, error))
            except REFUSED as error:
                raise FunctionRefused(function.path, error) from error
        if len(postponed) == len(waiting):
            first, lacks = postponed[0]
            raise FunctionRefused(first.path, lacks) from lacks
        waiting = [function for function, _ in postponed]
    for name, after in (await _routines(connection, list(before))).items():
        if set(after) > set(before[name]):
            await _drop_routines(connection, before[name])


async def _make(connection: Connection, function: Function, before: Sequence[str]) -> None:
    """Makes a function in one round trip. `before`: the functions with its name until now. Leaves a savepoint behind if it fails."""
    statements = f"SAVEPOINT made; {function.text}\n; RELEASE SAVEPOINT made"
    try:
        await connection.execute(statements)
    except NO_REPLACEMENT:
        await connection.execute("ROLLBACK TO SAVEPOINT made")
        await _drop_routines(connection, before)
        await connection.execute(statements)


async def _routines(connection: Connection, names: Sequence[str]) -> Mapping[str, Sequence[str]]:
    """The functions of each name, with their arguments."""
    return {row["name"]: row["routines"] for row in await connection.fetch(ROUTINES, names)}


async def _drop_routines(connection: Connection, routines: Sequence[str]) -> None:
    for routine in routines:
        await _execute(connection, f"DROP ROUTINE {routine}")


async def _execute(connection: Connection, statement: str) -> None:
    try:
        await connection.execute(statement)
    except REFUSED as error:
        raise FunctionRefused(statement, error) from error
