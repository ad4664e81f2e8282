"""Who comes to an address that there is not: a person gets a page with a way back, a program a problem report."""

import pytest

from tests.town import Town

BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8"


@pytest.mark.parametrize("path", ["/nothing-here", "/staff/old", "/nothing-here?fbclid=1", "/v2"])
async def test_a_browser_gets_a_page_with_a_way_back(town: Town, path: str) -> None:
    answer = await town.call("GET", path, headers={"Accept": BROWSER})
    assert answer.status == 404
    assert answer.headers["Content-Type"].startswith("text/html")
    assert answer.headers["Cache-Control"] == "no-store"
    text = answer.body.decode()
    assert 'lang="ja"' in text
    assert "ページが見つかりません" in text
    assert "Page not found" in text
    assert text.count('<a href="/">') == 2
    assert "<script" not in text


@pytest.mark.parametrize("accept", ["*/*", "application/json", "application/json, text/html;q=0.5"])
async def test_a_program_gets_a_problem_report(town: Town, accept: str) -> None:
    answer = await town.call("GET", "/nothing-here", headers={"Accept": accept})
    assert (answer.status, answer.json["type"]) == (404, "urn:wellness:not_found")
    assert answer.headers["Content-Type"] == "application/problem+json"


async def test_the_api_has_problem_reports_for_browsers_too(town: Town) -> None:
    for method, path in (("GET", "/v1/nothing"), ("POST", "/nothing-here")):
        answer = await town.call(method, path, headers={"Accept": BROWSER})
        assert (answer.status, answer.json["type"]) == (404, "urn:wellness:not_found")
