"""Runs a migration's .sql file, many statements in one go, inside alembic's transaction."""

from pathlib import Path

from alembic import op
from sqlalchemy.util import await_only


def run_sql(path: Path) -> None:
    """Executes the whole file in the migration's transaction, which also writes the version: all of it holds, or nothing."""
    connection = op.get_bind()
    # SQLAlchemy tells the driver of its transaction with the first statement that goes through itself, which the file
    # below does not. And the largest table of a city may take longer than what the login allows a request.
    connection.exec_driver_sql("SET LOCAL statement_timeout = 0")
    driver_connection = connection.connection.driver_connection
    assert driver_connection is not None, "a migration runs on an open connection"
    assert driver_connection.is_in_transaction(), "the version is written in the file's transaction"
    await_only(driver_connection.execute(path.read_text(encoding="utf-8")))
