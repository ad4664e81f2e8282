"""Imports are read in turns: a file is marked when its first turn was not enough for it."""

from pathlib import Path

from migrations.sql import run_sql

revision = "0019"
down_revision = "0018"


def upgrade() -> None:
    run_sql(Path(__file__).with_suffix(".sql"))
