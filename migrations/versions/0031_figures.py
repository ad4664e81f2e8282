"""Figures: what a day comes to, a row for each respect, in the place of a row for each metric."""

from pathlib import Path

from migrations.sql import run_sql

revision = "0031"
down_revision = "0030"


def upgrade() -> None:
    run_sql(Path(__file__).with_suffix(".sql"))
