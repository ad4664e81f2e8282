"""Shifts are looked at by whoever stores uploads, who acts for many residents at once."""

from pathlib import Path

from migrations.sql import run_sql

revision = "0032"
down_revision = "0031"


def upgrade() -> None:
    run_sql(Path(__file__).with_suffix(".sql"))
