"""Days that lie far back wait behind those that somebody looks at."""

from pathlib import Path

from migrations.sql import run_sql

revision = "0017"
down_revision = "0016"


def upgrade() -> None:
    run_sql(Path(__file__).with_suffix(".sql"))
