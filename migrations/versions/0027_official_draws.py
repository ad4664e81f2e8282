"""One official draw a purpose and period, a last day for its public value, void draws; days of zones abroad."""

from pathlib import Path

from migrations.sql import run_sql

revision = "0027"
down_revision = "0026"


def upgrade() -> None:
    run_sql(Path(__file__).with_suffix(".sql"))
