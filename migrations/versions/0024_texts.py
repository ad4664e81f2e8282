"""Names in tables are texts by language, of any number of languages."""

from pathlib import Path

from migrations.sql import run_sql

revision = "0024"
down_revision = "0023"


def upgrade() -> None:
    run_sql(Path(__file__).with_suffix(".sql"))
