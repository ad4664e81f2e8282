"""What a resident has to walk for the next points is kept by the worker, and no longer worked out at each look."""

from pathlib import Path

from migrations.sql import run_sql

revision = "0023"
down_revision = "0022"


def upgrade() -> None:
    run_sql(Path(__file__).with_suffix(".sql"))
