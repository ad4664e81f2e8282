"""Retention and erasure: samples go after the months that they are kept, a resident's rows when they ask."""

from pathlib import Path

from migrations.sql import run_sql

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    run_sql(Path(__file__).with_suffix(".sql"))
