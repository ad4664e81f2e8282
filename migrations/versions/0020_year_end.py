"""What comes after its last day lapses at once, and what lapsed is taken back out of what lapsed."""

from pathlib import Path

from migrations.sql import run_sql

revision = "0020"
down_revision = "0019"


def upgrade() -> None:
    run_sql(Path(__file__).with_suffix(".sql"))
