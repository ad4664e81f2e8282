"""Brings a database to this version of the schema, and its functions and views to the program's files."""

import asyncio
import time
from pathlib import Path
from typing import TYPE_CHECKING, Final

import asyncpg
import structlog

import migrations
from wellness_api.database.applied import unwritten_revision
from wellness_api.database.apply_functions import Applied, apply_functions, read_applied
from wellness_api.database.functions import digest_of, functions_of_the_program
from wellness_api.database.locks import MIGRATION_LOCK
from wellness_api.process.trouble import Trouble

if TYPE_CHECKING:
    from sqlalchemy import Connection

MIGRATIONS: Final = Path(migrations.__file__).parent

OTHERS_SECONDS_MAX: Final = 600.0
"""How long a process waits for another one that brings the same schema up to date; then it says so and ends."""

OTHERS_LOOK_SECONDS: Final = 0.1

LOCK_SECONDS_MAX: Final = 1.5
"""How long a step waits for a lock on a table. Others who need the table wait behind it. So this is shorter than the
API's own limit: no client is turned away because of a step that waits.
"""

LOCK_TRIES_MAX: Final = 20
"""A step that gets no lock in as many tries ends the start with one line, and nothing of the step is kept."""

LOCK_PAUSE_SECONDS: Final = 1.5
"""The pause between two tries, in which the city goes on. All tries take a minute."""

log = structlog.get_logger()


class SchemaIsNewer(Trouble):
    """A later version of the program brought the database up to date."""

    def __init__(self, revision: str) -> None:
        super().__init__(
            f"the database's schema is {revision}, and this version of the program knows the schemas up to"
            f" {newest_revision()}: start the version that wrote it, or a later one"
        )


class MigrationFailed(Trouble):
    """The database refused a migration, or went away. Nothing of this migration is kept; earlier ones stay."""

    def __init__(self, reason: str) -> None:
        super().__init__(
            f"the schema could not be brought up to date: {reason}\n"
            "Nothing of this step is kept, and the steps before it are whole: mend the reason and start again."
        )


class TablesAreInUse(Trouble):
    """Somebody held a lock that a step needs, at each of LOCK_TRIES_MAX tries. Nothing of the step is kept."""

    def __init__(self, reason: str) -> None:
        super().__init__(
            f"somebody works with what the schema's next step changes ({reason}), and it was tried {LOCK_TRIES_MAX}"
            " times; stop the worker, or whoever pg_stat_activity names, and start again"
        )


class SchemaBeingMigrated(Trouble):
    """Another process has been migrating for OTHERS_SECONDS_MAX."""

    def __init__(self) -> None:
        super().__init__(
            "another process has been bringing the schema up to date for"
            f" {OTHERS_SECONDS_MAX / 60:g} minutes; start again when it is done"
        )


async def migrate(database_url: str) -> None:
    """Runs every migration that the database lacks, each with its version in one transaction. Then applies all functions
    and views again in one transaction, if any of them has changed. It is safe to call it again.

    The login of `database_url` owns the schema and must be allowed to create roles. Raises SchemaIsNewer,
    MigrationFailed, FunctionRefused, TablesAreInUse and SchemaBeingMigrated.
    """
    revision, applied = await _state_of(database_url)
    if revision is not None and revision > newest_revision():
        raise SchemaIsNewer(revision)
    if (revision, applied) != (newest_revision(), wanted()):
        await _upgrade(database_url)


def wanted() -> Applied:
    """The version that this version of the program works with."""
    return Applied(newest_revision(), digest_of(functions_of_the_program()))


def newest_revision() -> str:
    """The revision that this version of the program works with: the number at the front of the last migration's name."""
    last = max(path.name for path in (MIGRATIONS / "versions").glob("*.py"))
    return last.partition("_")[0]


async def _state_of(database_url: str) -> tuple[str | None, Applied | None]:
    connection = await asyncpg.connect(database_url)
    try:
        revision: str | None = await connection.fetchval("SELECT version_num FROM alembic_version")
    except asyncpg.UndefinedTableError:
        return None, None
    else:
        return revision, await read_applied(connection)
    finally:
        await connection.close()


async def _upgrade(database_url: str) -> None:
    # These imports take most of a second. A start whose schema is current, as nearly every start, does not need them.
    from sqlalchemy.exc import DBAPIError
    from sqlalchemy.ext.asyncio import create_async_engine
    from sqlalchemy.pool import NullPool

    scheme, _, rest = database_url.partition("://")
    assert scheme in {"postgres", "postgresql"}, "settings accept PostgreSQL URLs only"
    engine = create_async_engine(
        f"postgresql+asyncpg://{rest}",
        poolclass=NullPool,
        connect_args={"server_settings": {"lock_timeout": f"{LOCK_SECONDS_MAX * 1000:.0f}"}},
    )
    try:
        for tries in range(1, LOCK_TRIES_MAX + 1):
            try:
                async with engine.connect() as connection:
                    await connection.run_sync(_run_alembic)
            except (asyncpg.PostgresError, asyncpg.InterfaceError, DBAPIError) as error:
                origin = _origin(error)
                if not isinstance(origin, asyncpg.LockNotAvailableError):
                    raise MigrationFailed(str(origin)) from error
                if tries == LOCK_TRIES_MAX:
                    raise TablesAreInUse(str(origin)) from error
                log.warning("migration_waits", reason=str(origin), tries=tries)
            else:
                return
            await asyncio.sleep(LOCK_PAUSE_SECONDS)
    finally:
        await engine.dispose()


def _origin(error: Exception) -> BaseException:
    origin: BaseException = getattr(error, "orig", None) or error
    while origin.__cause__ is not None:  # SQLAlchemy wraps the driver's error twice.
        origin = origin.__cause__
    return origin


def _run_alembic(connection: "Connection") -> None:
    from alembic import command
    from alembic.config import Config
    from sqlalchemy.util import await_only

    _wait_for_others(connection)
    _write_what_was_left_unwritten(connection)
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
    connection.commit()
    driver_connection = connection.connection.driver_connection
    assert driver_connection is not None, (
        "functions are applied on the connection that holds the lock"
    )
    await_only(
        apply_functions(driver_connection, functions_of_the_program(), revision=newest_revision())
    )


def _wait_for_others(connection: "Connection") -> None:
    """Takes the lock that lets one process at a time migrate. It ends with the connection.

    This asks for the lock again and again, and does not wait in the statement: a statement that waits holds a snapshot,
    and a migration may in turn have to wait for that snapshot.
    """
    from sqlalchemy.util import await_only

    deadline = time.monotonic() + OTHERS_SECONDS_MAX
    while not connection.exec_driver_sql(
        f"SELECT pg_try_advisory_lock({MIGRATION_LOCK}, 0)"
    ).scalar():
        connection.commit()
        if time.monotonic() > deadline:
            raise SchemaBeingMigrated
        await_only(asyncio.sleep(OTHERS_LOOK_SECONDS))
    connection.commit()


def _write_what_was_left_unwritten(connection: "Connection") -> None:
    """Writes the version of a migration that an earlier version of the program ran but could not write down."""
    revision = unwritten_revision(connection)
    if revision is not None:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = $1", (revision,))
        log.warning("migration_was_applied", revision=revision)
    connection.commit()
