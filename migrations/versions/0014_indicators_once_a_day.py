"""Indicators once a day, with intervals and the true reason why a figure is not shown."""

from pathlib import Path

from migrations.sql import run_sql

revision = "0014"
down_revision = "0013"


def upgrade() -> None:
    run_sql(Path(__file__).with_suffix(".sql"))
