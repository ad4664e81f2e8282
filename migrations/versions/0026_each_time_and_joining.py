"""Each class or checkup of a day counts, and programmes say whether they pay for days before joining."""

from pathlib import Path

from migrations.sql import run_sql

revision = "0026"
down_revision = "0025"


def upgrade() -> None:
    run_sql(Path(__file__).with_suffix(".sql"))
