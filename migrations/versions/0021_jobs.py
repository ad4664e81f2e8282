"""The worker's jobs and how they went."""

from pathlib import Path

from migrations.sql import run_sql

revision = "0021"
down_revision = "0020"


def upgrade() -> None:
    run_sql(Path(__file__).with_suffix(".sql"))
