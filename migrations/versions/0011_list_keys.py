"""The keys of lists that staff sent, with what was asked under each."""

from pathlib import Path

from migrations.sql import run_sql

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    run_sql(Path(__file__).with_suffix(".sql"))
