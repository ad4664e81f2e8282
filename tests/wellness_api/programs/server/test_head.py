"""HEAD is answered wherever GET is: the same status and headers, and no content."""

import pytest

from tests.town import Town

OF_ONE_TIME = {"Date"}
PATHS = (
    "/healthz",
    "/readyz",
    "/openapi.json",
    "/openapi",
    "/v1/metrics",
    "/v1/me",
    "/v1/nothing-here",
)


@pytest.mark.parametrize("path", PATHS)
async def test_head_says_what_get_says_without_content(town: Town, path: str) -> None:
    hanako = await town.resident()
    got = await town.get(path, hanako)
    head = await town.call("HEAD", path, headers=hanako.headers)
    assert head.body == b""
    assert head.status == got.status
    assert {name: value for name, value in head.headers.items() if name not in OF_ONE_TIME} == {
        name: value for name, value in got.headers.items() if name not in OF_ONE_TIME
    }


async def test_a_page_answers_head_as_it_answers_get(town: Town) -> None:
    for path in ("/", "/staff", "/draws"):
        head, got = await town.call("HEAD", path), await town.get(path)
        assert (head.status, head.body) == (got.status, b"")


async def test_head_needs_to_be_signed_in_where_get_does(town: Town) -> None:
    assert (await town.call("HEAD", "/v1/me")).status == 401


async def test_head_of_what_has_no_get_is_not_allowed(town: Town) -> None:
    answer = await town.call("HEAD", "/v1/uploads")
    assert answer.status == 405
    assert set(answer.headers["Allow"].split(", ")) == {"OPTIONS", "POST"}


async def test_head_of_a_stream_ends_and_leaves_none_open(town: Town) -> None:
    hanako = await town.resident()
    for _ in range(8):  # More than one person may have open.
        head = await town.call("HEAD", "/v1/me/events", headers=hanako.headers)
        assert (head.status, head.body) == (200, b"")
