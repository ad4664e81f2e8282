"""The tables of problems in docs/api.md hold every kind that the server answers, with its status, and no other."""

import re
from collections import defaultdict
from typing import Final

from tests.wellness_api.programs.server.problem_codes import PACKAGE, reported, server_codes

PAGE: Final = PACKAGE.parent / "docs" / "api.md"
ONLY_OF_THE_FRAMEWORK: Final = frozenset(
    {"internal_server", "no_route_match_found", "service_unavailable", "too_many_requests"}
)
"""The framework has these classes, and nothing raises them here."""

ROW: Final = re.compile(r"^\| (?P<codes>`[^|]*`) \| (?P<statuses>[0-9, ]+) \|", re.MULTILINE)


def told() -> dict[str, set[int]]:
    """The page's codes with their statuses."""
    statuses: dict[str, set[int]] = defaultdict(set)
    for row in ROW.finditer(PAGE.read_text(encoding="utf-8")):
        for code in re.findall(r"`(\w+)`", row["codes"]):
            statuses[code] |= {int(status) for status in row["statuses"].split(",")}
    return statuses


def test_the_list_of_reports_is_that_of_the_source() -> None:
    reports = dict(reported())
    assert (reports["busy"], reports["too_slow"], reports["unknown_parameter"]) == (503, 408, 400)
    assert {"too_many_streams", "head_too_large", "body_too_large", "overloaded"} <= reports.keys()


def test_the_page_tells_every_kind_of_problem() -> None:
    codes = server_codes()
    assert codes - ONLY_OF_THE_FRAMEWORK - told().keys() == set(), f"tell these in {PAGE.name}"


def test_the_page_tells_no_kind_that_there_is_not() -> None:
    assert told().keys() - server_codes() == set(), f"nothing answers these of {PAGE.name}"


def test_the_page_tells_each_problem_s_status() -> None:
    page = told()
    wrong = {(code, status) for code, status in reported() if status not in page[code]}
    assert wrong == set()
