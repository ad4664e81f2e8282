"""Names in tables are texts by language, of any number of languages."""

from pathlib import Path

from migrations.sql import run_sql

revision = "0023"
down_revision = "0022"


def upgrade() -> None:
    run_sql(Path(__file__).with_suffix(".sql"))
