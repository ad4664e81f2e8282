"""Samples with a length and a record: columns of segments, and where a record's samples stand."""

from pathlib import Path

from migrations.sql import run_sql

revision = "0028"
down_revision = "0027"


def upgrade() -> None:
    run_sql(Path(__file__).with_suffix(".sql"))
