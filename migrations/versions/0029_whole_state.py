"""Whole states: of which spans an app has said that it has sent all."""

from pathlib import Path

from migrations.sql import run_sql

revision = "0029"
down_revision = "0028"


def upgrade() -> None:
    run_sql(Path(__file__).with_suffix(".sql"))
