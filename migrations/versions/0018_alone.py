"""What could still hold up others is taken alone: lapsed holds, files that are begun again and again."""

from pathlib import Path

from migrations.sql import run_sql

revision = "0018"
down_revision = "0017"


def upgrade() -> None:
    run_sql(Path(__file__).with_suffix(".sql"))
