"""Each stored and each sent sample is looked up once, however many whole states and batches speak of its day."""

from typing import Any
from unittest.mock import patch

import pytest

from device_bridge.wire import WholeState
from tests.wellness_api.health.samples.store import HOUR_MS, MINUTE_MS, MORNING_MS, Store, walk
from wellness_api.health.samples import ended_samples, overtaken
from wellness_api.health.samples.rows import rows_missing

MINUTES = range(240)


def states(count: int) -> list[WholeState]:
    """So many whole states, one after the other, of the four hours before now."""
    from_ms = MORNING_MS - 3 * HOUR_MS
    length_ms = 4 * HOUR_MS // count
    return [
        WholeState(
            metric="steps",
            source="phone:a",
            from_ms=from_ms + length_ms * number,
            until_ms=from_ms + length_ms * (number + 1),
            sequence=MORNING_MS + HOUR_MS,
        )
        for number in range(count)
    ]


class Counted:
    """How many rows were looked up, and among how many."""

    def __init__(self) -> None:
        self.rows = 0
        self.others = 0

    def __call__(self, columns: Any, others: Any) -> Any:
        self.rows += len(columns[0])
        self.others += len(others[0])
        return rows_missing(columns, others)


@pytest.mark.parametrize("count", [1, 8, 60])
def test_what_states_end_is_looked_up_once_for_all_of_them(count: int) -> None:
    store = Store()
    stored = walk(None, [minute - 180 for minute in MINUTES])
    store.send(stored, walk("record", [0]))
    counted = Counted()
    with patch.object(ended_samples, "rows_missing", counted):
        store.send(walk(None, [0, 1, 2, -300]), states=states(count))
    assert (counted.rows, counted.others) == (len(MINUTES), 4)
    assert sum(of.gone for of in store.receipts) == len(MINUTES) - 3 + 1
    assert set(store.steps()) == {0, 1, 2, -300}


@pytest.mark.parametrize("batches", [1, 8, 60])
def test_what_comes_late_is_compared_once_with_what_is_stored_of_its_day(batches: int) -> None:
    store = Store()
    store.send(walk(None, [minute - 180 for minute in MINUTES]), states=states(1))
    before_ms = MORNING_MS - HOUR_MS * 5
    # Each revision makes a batch of its own.
    late = [
        walk(None, [-180, -30 + number], revision=before_ms - MINUTE_MS * number, length_ms=1000)
        for number in range(batches)
    ]
    counted = Counted()
    with patch.object(overtaken, "rows_missing", counted):
        store.send(*late)
    assert (counted.rows, counted.others) == (2 * batches, len(MINUTES))
