"""Draws."""

from pathlib import Path

from migrations.sql import run_sql

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    run_sql(Path(__file__).with_suffix(".sql"))
