"""The table of operations in docs/api.md holds each call that there is."""

import re

from tests.wellness_api.programs.server.test_problem_table import PAGE
from wellness_api.process.settings import Settings
from wellness_api.programs.server.app import make_app
from wellness_api.programs.server.openapi import describe


def short(path: str) -> str:
    """The path without the names of its parts."""
    return re.sub(r"\{\w+\}", "{}", path)


def told() -> str:
    page = PAGE.read_text(encoding="utf-8")
    table = page.partition("## Operations")[2].partition("## Signing in")[0]
    return short(table)


def test_the_page_tells_every_operation() -> None:
    settings = Settings(database_url="postgresql://nowhere/none", redis_url="redis://nowhere")
    paths = [short(path) for path in describe(make_app(settings))["paths"]]
    lines = told()
    missing = [
        path for path in paths if path not in lines and f"…/{path.rpartition('/')[2]}`" not in lines
    ]
    assert missing == []
