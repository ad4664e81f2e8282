"""Codes that hold until they are replaced, sessions that slide, hand-outs that may be repeated, fewer rights of the API."""

from pathlib import Path

from migrations.sql import run_sql

revision = "0015"
down_revision = "0014"


def upgrade() -> None:
    run_sql(Path(__file__).with_suffix(".sql"))
