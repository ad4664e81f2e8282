"""A time in an address that is none is told in the caller's language, whether one of them is wrong or both."""

import pytest

from tests.town import Town

GOOD = "2026-11-18T00:00:00%2B09:00"
BAD = "2026-11-18T00:00:00+09:00"


@pytest.mark.parametrize(("start", "end", "wrong"), [(BAD, GOOD, 1), (GOOD, BAD, 1), (BAD, BAD, 2)])
@pytest.mark.parametrize(("language", "told"), [("ja", "時差の＋が空白"), ("en", "became a space")])
async def test_a_plus_that_became_a_space_is_told_for_each_time(
    town: Town, start: str, end: str, wrong: int, language: str, told: str
) -> None:
    hanako = await town.resident()
    answer = await town.call(
        "GET",
        f"/v1/me/samples?metric=steps&from={start}&to={end}",
        headers=hanako.headers | {"Accept-Language": language},
    )
    assert answer.status == 400
    assert len(answer.json["errors"]) == wrong
    assert all(told in error["detail"] for error in answer.json["errors"])
