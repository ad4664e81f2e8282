"""What a record said of each moment, so that a deletion takes back that and no more."""

from pathlib import Path

from migrations.sql import run_sql

revision = "0013"
down_revision = "0012"


def upgrade() -> None:
    run_sql(Path(__file__).with_suffix(".sql"))
