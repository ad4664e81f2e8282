"""Imports: large files that are sent in parts and read by the worker."""

from pathlib import Path

from migrations.sql import run_sql

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    run_sql(Path(__file__).with_suffix(".sql"))
