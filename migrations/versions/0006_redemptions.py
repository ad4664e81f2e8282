"""Reward items and redemptions."""

from pathlib import Path

from migrations.sql import run_sql

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    run_sql(Path(__file__).with_suffix(".sql"))
