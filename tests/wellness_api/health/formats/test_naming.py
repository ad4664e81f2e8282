"""Sources are named in letters that a source may have, the same for the same device."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from device_bridge.wire import SOURCE_PATTERN
from wellness_api.health.formats.naming import source_name


@pytest.mark.parametrize(
    ("parts", "expected"),
    [
        (("com.google.android.apps.fitness",), "watch:com.google.android.apps.fitness"),
        (("acme", "x1"), "watch:acme-x1"),
        (("acme", None, ""), "watch:acme"),
        ((" acme ",), "watch:acme"),
    ],
)
def test_a_plain_name_stays_as_it_is(parts: tuple[str | None, ...], expected: str) -> None:
    assert source_name("watch", *parts) == expected


def test_what_is_left_out_is_made_up_for_so_that_two_sources_stay_two() -> None:
    names = ["太郎のWatch", "花子のWatch", "Watch", "Wa tch", "W" * 65, "W" * 66, "", "!"]
    sources = {source_name("watch", name) for name in names}
    assert len(sources) == len(names)


@given(st.lists(st.none() | st.text(max_size=90), max_size=4))
def test_every_name_is_a_source(parts: list[str | None]) -> None:
    assert re.fullmatch(SOURCE_PATTERN, source_name("phone", *parts))
