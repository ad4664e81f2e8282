"""Functions and views stand in files beside their capability from here on; migrations make none any more."""

from pathlib import Path

from migrations.sql import run_sql

revision = "0022"
down_revision = "0021"


def upgrade() -> None:
    run_sql(Path(__file__).with_suffix(".sql"))
