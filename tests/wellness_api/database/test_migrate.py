"""The schema's history."""

import asyncpg
from alembic.config import Config
from alembic.script import ScriptDirectory

from wellness_api.database.migrate import MIGRATIONS, migrate, newest_revision


def test_a_migrations_name_begins_with_its_revision_and_there_is_one_newest() -> None:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    scripts = ScriptDirectory.from_config(config)
    assert scripts.get_heads() == [newest_revision()]
    for script in scripts.walk_revisions():
        assert script.module.__name__.startswith(script.revision)


async def test_migrating_again_changes_nothing(database_url: str) -> None:
    connection = await asyncpg.connect(database_url)
    before = await connection.fetch("SELECT oid FROM pg_class ORDER BY oid")
    await migrate(database_url)
    assert await connection.fetch("SELECT oid FROM pg_class ORDER BY oid") == before
    await connection.close()
