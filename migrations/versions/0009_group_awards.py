"""What groups gave, before any cap."""

from pathlib import Path

from migrations.sql import run_sql

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    run_sql(Path(__file__).with_suffix(".sql"))
