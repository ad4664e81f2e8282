"""Corrections of many days are kept, and carried out by the worker."""

from pathlib import Path

from migrations.sql import run_sql

revision = "0025"
down_revision = "0024"


def upgrade() -> None:
    run_sql(Path(__file__).with_suffix(".sql"))
