"""Records: which samples came under an id of their sender."""

from pathlib import Path

from migrations.sql import run_sql

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    run_sql(Path(__file__).with_suffix(".sql"))
