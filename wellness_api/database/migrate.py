"""Brings a database to this version of the schema."""

from pathlib import Path
from typing import Final

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

import migrations

MIGRATIONS: Final = Path(migrations.__file__).parent


async def migrate(database_url: str) -> None:
    """Runs every migration that the database lacks, each in its own transaction; safe to call again.

    The login of `database_url` owns the schema and must be allowed to create roles.
    """
    scheme, _, rest = database_url.partition("://")
    assert scheme in {"postgres", "postgresql"}, "settings accept PostgreSQL URLs only"
    engine = create_async_engine(f"postgresql+asyncpg://{rest}", poolclass=NullPool)
    try:
        async with engine.connect() as connection:
            await connection.run_sync(_upgrade)
    finally:
        await engine.dispose()


def _upgrade(connection: Connection) -> None:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
    connection.commit()
