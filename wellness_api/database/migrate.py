"""Brings a database to this version of the schema."""

from pathlib import Path
from typing import TYPE_CHECKING, Final

import asyncpg

import migrations

if TYPE_CHECKING:
    from sqlalchemy import Connection

MIGRATIONS: Final = Path(migrations.__file__).parent


async def migrate(database_url: str) -> None:
    """Runs every migration that the database lacks, each in its own transaction; safe to call again.

    The login of `database_url` owns the schema and must be allowed to create roles.
    """
    if await _revision_of(database_url) != newest_revision():
        await _upgrade(database_url)


def newest_revision() -> str:
    """The revision that this version of the code works with: the number at the front of the last migration's name."""
    last = max(path.name for path in (MIGRATIONS / "versions").glob("*.py"))
    return last.partition("_")[0]


async def _revision_of(database_url: str) -> str | None:
    connection = await asyncpg.connect(database_url)
    try:
        revision: str | None = await connection.fetchval("SELECT version_num FROM alembic_version")
    except asyncpg.UndefinedTableError:
        return None
    else:
        return revision
    finally:
        await connection.close()


async def _upgrade(database_url: str) -> None:
    # A start whose schema is current, which is nearly every one, does without these: they take most of a second.
    from sqlalchemy.ext.asyncio import create_async_engine
    from sqlalchemy.pool import NullPool

    scheme, _, rest = database_url.partition("://")
    assert scheme in {"postgres", "postgresql"}, "settings accept PostgreSQL URLs only"
    engine = create_async_engine(f"postgresql+asyncpg://{rest}", poolclass=NullPool)
    try:
        async with engine.connect() as connection:
            await connection.run_sync(_run_alembic)
    finally:
        await engine.dispose()


def _run_alembic(connection: "Connection") -> None:
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
    connection.commit()
