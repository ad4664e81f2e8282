"""What postings changed of the programmes' totals."""

from pathlib import Path

from migrations.sql import run_sql

revision = "0016"
down_revision = "0015"


def upgrade() -> None:
    run_sql(Path(__file__).with_suffix(".sql"))
