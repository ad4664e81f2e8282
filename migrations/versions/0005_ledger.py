"""The ledger's accounts and chain."""

from pathlib import Path

from migrations.sql import run_sql

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    run_sql(Path(__file__).with_suffix(".sql"))
