"""How samples came to be, and what of a day a programme leaves out for it."""

from pathlib import Path

from migrations.sql import run_sql

revision = "0030"
down_revision = "0029"


def upgrade() -> None:
    run_sql(Path(__file__).with_suffix(".sql"))
