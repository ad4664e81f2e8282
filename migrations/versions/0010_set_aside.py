"""What could not be worked out is set aside, one way for all kinds."""

from pathlib import Path

from migrations.sql import run_sql

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    run_sql(Path(__file__).with_suffix(".sql"))
