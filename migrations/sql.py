"""Runs a migration's .sql file, many statements in one go, inside alembic's transaction."""

from pathlib import Path

from alembic import op
from sqlalchemy.util import await_only


def run_sql(path: Path) -> None:
    """Executes the whole file on the migration's connection."""
    driver_connection = op.get_bind().connection.driver_connection
    assert driver_connection is not None, "a migration runs on an open connection"
    await_only(driver_connection.execute(path.read_text(encoding="utf-8")))
