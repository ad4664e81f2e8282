"""The spine: identity, samples, day summaries, ledger, indicators."""

from pathlib import Path

from migrations.sql import run_sql

revision = "0001"
down_revision = None


def upgrade() -> None:
    run_sql(Path(__file__).with_suffix(".sql"))
