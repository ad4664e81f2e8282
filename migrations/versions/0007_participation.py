"""Check-ins, consents and teams."""

from pathlib import Path

from migrations.sql import run_sql

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    run_sql(Path(__file__).with_suffix(".sql"))
