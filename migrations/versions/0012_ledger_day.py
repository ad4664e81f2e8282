"""The ledger's day is opened within reach of the database's clock only; what comes to the wallet passes what is owed."""

from pathlib import Path

from migrations.sql import run_sql

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    run_sql(Path(__file__).with_suffix(".sql"))
