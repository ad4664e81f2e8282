"""Which whole state holds at a moment: the greatest sequence that was said of it, in whatever order they came."""

from collections.abc import Sequence
from itertools import pairwise
from unittest.mock import patch

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.tables import number, read_rows
from wellness_api.health.samples import whole_states
from wellness_api.health.samples.whole_states import (
    SPANS_KEPT_MAX,
    Stated,
    after,
    parts_beyond,
    sequences_at,
    state_row,
    stated_in,
)

HOURS = range(-1, 25)

stated = st.builds(
    lambda start, length, sequence: Stated(start, start + length, sequence),
    st.integers(0, 20),
    st.integers(1, 12),
    st.integers(1, 6),
)


def all_said(said: Sequence[Stated]) -> list[Stated]:
    kept: list[Stated] = []
    for one in said:
        kept = after(kept, one)
    return kept


def at_each_hour(kept: Sequence[Stated]) -> list[int]:
    return sequences_at(kept, np.array(HOURS, np.int64)).tolist()


def spans(cell: str) -> list[Stated]:
    """As 0-12:3 8-20:5, hours of the day and a sequence."""
    stated = []
    for word in cell.split():
        hours, sequence = word.split(":")
        start, end = hours.split("-")
        stated.append(Stated(number(start), number(end), number(sequence)))
    return stated


@pytest.mark.parametrize(
    ("said", "holds"),
    read_rows("""
        said               | holds
        0-24:3             | 0-24:3
        0-24:3 8-12:5      | 0-8:3 8-12:5 12-24:3
        8-12:5 0-24:3      | 0-8:3 8-12:5 12-24:3
        0-24:5 8-12:3      | 0-24:5
        0-12:3 12-24:5     | 0-12:3 12-24:5
        0-12:3 6-24:5      | 0-6:3 6-24:5
        0-24:5 0-24:5      | 0-24:5
        0-24:5 0-24:6      | 0-24:6
        """),
)
def test_what_holds_once_all_was_said(said: str, holds: str) -> None:
    assert all_said(spans(said)) == spans(holds)


@given(st.lists(stated, max_size=8))
def test_at_each_moment_the_greatest_sequence_holds_whatever_the_order(
    said: list[Stated],
) -> None:
    kept = all_said(said)
    assert at_each_hour(kept) == [
        max((of.sequence for of in said if of.from_ms <= hour < of.until_ms), default=0)
        for hour in HOURS
    ]
    assert kept == sorted(kept)
    assert all(one.until_ms <= other.from_ms for one, other in pairwise(kept))


@given(st.lists(stated, max_size=6), stated)
def test_a_whole_state_holds_where_no_other_of_its_sequence_or_a_greater_one_does(
    said: list[Stated], one: Stated
) -> None:
    parts = parts_beyond(all_said(said), one)
    for hour in HOURS:
        before = max((of.sequence for of in said if of.from_ms <= hour < of.until_ms), default=0)
        speaks = one.from_ms <= hour < one.until_ms
        holding = sum(part.from_ms <= hour < part.until_ms for part in parts)
        assert holding == (speaks and before < one.sequence)


@given(st.lists(stated, min_size=1, max_size=8))
def test_a_row_says_what_it_was_made_of(said: list[Stated]) -> None:
    kept = all_said(said)
    assert stated_in(state_row((1, "phone:a"), kept).spans) == kept


def test_of_too_many_spans_those_of_the_least_sequences_are_forgotten() -> None:
    hourly = [Stated(hour, hour + 1, 1_000 + hour) for hour in range(SPANS_KEPT_MAX + 5)]
    assert all_said(hourly) == hourly[5:]
    with patch.object(whole_states, "SPANS_KEPT_MAX", 2):
        assert all_said(spans("0-24:3 8-12:5")) == spans("8-12:5 12-24:3")
