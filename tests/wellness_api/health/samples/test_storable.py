"""What is kept of records: their last versions, where these stand, and what is said where they do not stand any more."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.wellness_api.health.samples.store import (
    ARRIVAL,
    HOUR_MS,
    MIDNIGHT,
    MINUTE_MS,
    MORNING_MS,
    TODAY,
    YESTERDAY,
    Item,
    Store,
    fates,
    known_of,
    walk,
)
from wellness_api.health.metrics.catalogue import METRIC_BY_CODE, METRICS, STEPS
from wellness_api.health.metrics.metric import Metric
from wellness_api.health.samples.contents import Read, Records
from wellness_api.health.samples.merging import stored_layer
from wellness_api.health.samples.plausibility import in_parts, in_whole_parts
from wellness_api.health.samples.record_parts import ended_parts, parts_of
from wellness_api.health.samples.record_rows import KnownRecord
from wellness_api.health.samples.records import (
    DELETED,
    Column,
    DeletedRecord,
    Record,
    exported_id,
    mark_of,
    record_key,
)
from wellness_api.health.samples.segments import TOMBSTONE
from wellness_api.health.samples.storable import storable_of


def weighing(minute: int, *, revision: int = 0) -> Record:
    time_ms = MORNING_MS + MINUTE_MS * minute
    return Record(
        source="phone:a",
        columns={"body_weight": Column([time_ms], [62.0])},
        record_id="store:1",
        revision=revision,
    )


def ended(record_id: str) -> DeletedRecord:
    return DeletedRecord(record_id=record_id)


def read(items: Sequence[Item], known: Mapping[UUID, KnownRecord] | None = None) -> Read:
    return Records(items, ARRIVAL).read(known or {})


def test_an_upload_that_ends_with_what_is_known_of_a_record_leaves_its_row_alone() -> None:
    items = [weighing(0), weighing(1)]
    (first,) = read(items).records
    assert first.is_new
    (again,) = read(items, {first.row.record: known_of(first)}).records
    assert not again.is_new


def test_where_a_record_stands_is_kept_by_metric_and_day() -> None:
    night = Record(
        source="watch:a",
        columns={
            "steps": Column([MORNING_MS - 30 * HOUR_MS, MORNING_MS], [5, 6]),
            "sleep_minutes": Column([MORNING_MS - 12 * HOUR_MS], [60], [10 * HOUR_MS]),
        },
        record_id="store:night",
        revision=3,
    )
    (record,) = read([night]).records
    known = known_of(record)
    assert (known.revision, known.source) == (3, "watch:a")
    assert known.places == {
        STEPS.number: [YESTERDAY, TODAY],
        METRIC_BY_CODE["sleep_minutes"].number: [YESTERDAY, TODAY],
    }
    assert record.mark == mark_of(record_key("store:night"))
    assert parts_of([known]) == {
        (day, number, "watch:a") for number, days in known.places.items() for day in days
    }


def test_a_newer_version_says_all_of_the_record() -> None:
    store = Store()
    store.send(walk("a", [0, 1, 2]))
    assert fates(store.send(walk("a", [1, 2, 3], revision=1))) == (1, 2, 0)
    assert store.steps() == {1: [50], 2: [50], 3: [50]}


def test_a_version_that_moves_to_another_day_ends_the_record_where_it_was() -> None:
    store = Store()
    store.send(walk("a", [-24 * 60]), walk("b", [-24 * 60]))
    store.send(walk("a", [0], revision=1))
    assert store.steps() == {-24 * 60: [50], 0: [50]}, "and of the other record all is there"


def test_a_version_under_another_source_ends_what_was_said_under_the_first() -> None:
    store = Store()
    store.send(walk("a", [0], source="phone:a"))
    store.send(walk("a", [0], 60, revision=1, source="watch:w"))
    assert store.steps() == {0: [60]}


def test_a_version_that_takes_back_all_its_values_is_of_no_samples() -> None:
    store = Store()
    store.send(walk("a", [0, 1]))
    store.send(walk("a", [0, 1], None, revision=1))
    assert store.steps() == {}
    (key,) = store.known
    assert store.known[key].places == {}


def test_an_older_version_is_refused_alone() -> None:
    store = Store()
    store.send(walk("a", [0], 60, revision=5))
    outcome = store.send(walk("a", [0, 1], revision=4), walk("b", [2]))
    assert fates(outcome) == (1, 0, 2)
    (refusal, _) = outcome.batches[0].refusals
    assert (refusal.field, refusal.reason) == ("record", "older_revision")
    assert store.steps() == {0: [60], 2: [50]}


def test_of_several_versions_in_one_upload_the_last_that_holds_is_stored() -> None:
    store = Store()
    items = [walk("a", [0], 1, revision=1), walk("a", [1], 2, revision=2), walk("a", [2], 3)]
    assert fates(store.send(*items)) == (1, 1, 1)
    assert store.steps() == {1: [2]}


def test_a_deletion_holds_whatever_comes_after_it() -> None:
    store = Store()
    store.send(walk("a", [0]))
    store.send(ended("a"))
    outcome = store.send(walk("a", [0], revision=9), ended("b"))
    assert fates(outcome) == (0, 0, 1)
    assert outcome.batches[0].refusals[0].reason == "deleted"
    store.send(walk("b", [1]))
    assert store.steps() == {}


def test_deleting_what_is_deleted_writes_nothing() -> None:
    known = {record_key("a"): KnownRecord(DELETED, "phone:app", {})}
    again = read([ended("a")], known)
    assert ([*again.batches], [*again.ended]) == ([], [])
    assert not any(record.is_new for record in again.records)


def test_records_that_say_the_same_are_two_and_one_of_them_may_go() -> None:
    store = Store()
    store.send(walk("a", [0]), walk("b", [0]))
    assert store.steps() == {0: [50, 50]}
    store.send(ended("a"))
    assert store.steps() == {0: [50]}


def test_what_we_exported_comes_back_as_if_it_had_no_id() -> None:
    store = Store()
    own = str(exported_id(b"a walk"))
    store.send(walk(own, [0]))
    assert store.known == {}
    assert fates(store.send(walk(own, [0]), walk(None, [0]))) == (0, 2, 0)
    assert fates(store.send(ended(own))) == (0, 0, 0)
    assert store.steps() == {0: [50]}


def test_a_copy_under_no_id_of_what_a_record_says_is_kept_and_counts_once() -> None:
    store = Store()
    store.send(walk("a", [0]))
    assert fates(store.send(walk(None, [0, 1]))) == (2, 0, 0)
    assert fates(store.send(walk(None, [0, 1]))) == (0, 2, 0)
    assert fates(store.send(walk("a", [0], 70, revision=1))) == (1, 0, 0)


def test_a_copy_of_what_was_deleted_by_hand_does_not_come_back_under_no_id() -> None:
    store = Store()
    store.send(walk("a", [0, 1]))
    store.delete(0, 1)
    assert fates(store.send(walk(None, [0, 1]))) == (1, 0, 1)
    assert store.steps() == {1: [50, 50]}, "of the record and of none: in a day it counts once"


def test_what_we_exported_of_a_record_is_known_and_ends_with_the_record() -> None:
    store = Store()
    store.send(walk("a", [0]))
    own = str(exported_id(b"a walk"))
    assert fates(store.send(walk(own, [0, 1]))) == (1, 1, 0)
    store.send(ended("a"))
    assert store.steps() == {1: [50]}


def test_a_record_that_is_sent_again_is_known_and_nothing_is_stored() -> None:
    store = Store()
    items = [walk("a", [0, 1], revision=3), walk("b", [0, 5], length_ms=0), weighing(7)]
    store.send(*items)
    again = store.send(*items)
    assert fates(again) == (0, 5, 0)
    assert (again.segments, again.restated) == ([], set())


def test_what_was_deleted_by_hand_is_refused_when_it_is_sent_again_and_stays_away() -> None:
    store = Store()
    items = [walk("a", [0, 1]), walk(None, [2, 3])]
    store.send(*items)
    store.delete(1, 3)
    assert store.steps() == {0: [50], 3: [50]}
    again = store.send(*items)
    assert (fates(again), again.segments) == ((0, 2, 2), [])
    refusals = [refusal for batch in again.batches for refusal in batch.refusals]
    minutes = [(refusal.time_ms - MORNING_MS) // MINUTE_MS for refusal in refusals]
    assert (sorted(minutes), {refusal.reason for refusal in refusals}) == ([1, 2], {"deleted"})
    assert store.steps() == {0: [50], 3: [50]}


def test_what_is_said_anew_after_a_deletion_by_hand_counts() -> None:
    store = Store()
    store.send(walk("a", [0, 1]), walk(None, [2, 3]))
    store.delete(0, 9)
    assert fates(store.send(walk("a", [0, 1], 60, revision=1), walk(None, [2], 70))) == (3, 0, 0)
    assert store.steps() == {0: [60], 1: [60], 2: [70]}


def test_samples_over_midnight_are_counted_once_in_the_receipt() -> None:
    store = Store()
    over = [MIDNIGHT - 30]
    outcome = store.send(walk("a", over, length_ms=20 * HOUR_MS))
    assert fates(outcome) == (1, 0, 0)
    assert {segment.day for segment in outcome.segments} == {YESTERDAY, TODAY}
    assert fates(store.send(walk("a", over, length_ms=20 * HOUR_MS))) == (0, 1, 0)
    assert fates(store.send(walk(None, over, length_ms=20 * HOUR_MS))) == (1, 0, 0)


def test_moments_of_a_record_of_before_are_taken_back_as_if_no_record_had_them() -> None:
    key = record_key("a")
    moments = [MORNING_MS - 24 * HOUR_MS, MORNING_MS, MORNING_MS + MINUTE_MS]
    before = KnownRecord(1, "phone:a", {}, {STEPS.number: moments})
    now = KnownRecord(2, "phone:a", {STEPS.number: [TODAY]})
    segments = ended_parts({key: now}, {key: before}, "Asia/Tokyo")
    assert [(of.day, of.source, of.lengths, of.records) for of in segments] == [
        (YESTERDAY, "phone:a", None, None),
        (TODAY, "phone:a", None, None),
    ]
    rows: list[Any] = [of._asdict() | {"sequence": 1} for of in segments]
    layers = [stored_layer(row) for row in rows]
    assert [of.values.tolist() for of in layers] == [[TOMBSTONE], [TOMBSTONE, TOMBSTONE]]


def test_records_that_end_in_one_part_are_ended_in_one_segment() -> None:
    keys = [record_key(name) for name in "abc"]
    known = {key: KnownRecord(1, "phone:a", {STEPS.number: [YESTERDAY, TODAY]}) for key in keys}
    now = {key: KnownRecord(DELETED, "phone:a", {}) for key in keys}
    segments = ended_parts(now, known, "Asia/Tokyo")
    assert {of.day for of in segments} == {YESTERDAY, TODAY}
    assert len(segments) == 2
    row: Any = segments[0]._asdict() | {"sequence": 1}
    marks = stored_layer(row).marks
    assert marks is not None
    assert marks.records.tolist() == sorted(map(mark_of, keys))


def test_a_record_whose_days_are_kept_no_more_has_no_row() -> None:
    arrival = ARRIVAL._replace(first_day=TODAY)
    old = walk("a", [-24 * 60])
    assert Records([old], arrival).read({}).batches[0].refused == 1
    (kept,) = Records([old], arrival).read({}).records
    assert kept.row.last_day == TODAY, (
        "it has no samples, and is of use from the day on which it came"
    )


def test_a_samples_record_and_its_change_stand_beside_it() -> None:
    changed = MORNING_MS + 5
    storable = storable_of(
        [walk("a", [0, 1], revision=changed), walk("b", [2], revision=7), walk(None, [3])], [], {}
    )
    of_records, loose = storable.batches
    a, b = (mark_of(record_key(name)) for name in "ab")
    assert list(of_records.records) == [a, a, b]
    assert list(of_records.changed) == [changed, changed, 0], "a number that counts is no time"
    assert of_records.batch.lengths_ms is None, "nobody said it"
    assert (list(loose.records), loose.batch.times_ms) == ([], [MORNING_MS + 3 * MINUTE_MS])


@pytest.mark.parametrize("value", [13, None])
def test_of_rows_of_one_span_the_later_stands_however_each_came_to_be(value: float | None) -> None:
    rows = [
        walk(None, [0], 5, origin="device"),
        walk(None, [1], 12, origin="typed"),
        walk(None, [1], value, origin="device"),
    ]
    store = Store()
    outcome = store.send(*rows)
    expected = {0: [5.0]} | ({} if value is None else {1: [13.0]})
    assert store.steps() == expected
    assert sum(batch.accepted + batch.duplicate for batch in outcome.batches) == len(rows)
    one_by_one = Store()
    for row in rows:
        one_by_one.send(row)
    assert one_by_one.steps() == expected


def in_the_end(items: Sequence[Item]) -> dict[int, list[float]]:
    """By minute, what is left of records when all has come, whatever the order: of each the greatest revision, or nothing."""
    last: dict[str, Record] = {}
    gone = {item.record_id for item in items if isinstance(item, DeletedRecord)}
    for item in items:
        if isinstance(item, Record) and item.record_id is not None and item.record_id not in gone:
            before = last.get(item.record_id)
            if before is None or before.revision < item.revision:
                last[item.record_id] = item
    values: dict[int, list[float]] = {}
    for record in last.values():
        column = record.columns["steps"]
        for time_ms, value in zip(column.times_ms, column.values, strict=True):
            assert value is not None
            values.setdefault((time_ms - MORNING_MS) // MINUTE_MS, []).append(value)
    return {minute: sorted(of) for minute, of in values.items()}


@st.composite
def stories(draw: st.DrawFn) -> list[Item]:
    """Versions and deletions of records, which may speak of the same minutes, of two days; a version is always the same."""
    items: list[Item] = []
    for name in "abc":
        for revision in draw(st.sets(st.integers(0, 3), max_size=3)):
            minutes = draw(
                st.sets(st.integers(0, 3) | st.integers(MIDNIGHT - 4, MIDNIGHT + 2), min_size=1)
            )
            value = draw(st.integers(1, 5))
            length_ms = draw(st.sampled_from([None, 3 * MINUTE_MS]))
            items.append(walk(name, sorted(minutes), value, revision=revision, length_ms=length_ms))
        if draw(st.integers(0, 3)) == 0:
            items.append(ended(name))
    return items


@given(stories(), st.data())
def test_the_order_of_versions_and_deletions_does_not_matter(
    items: list[Item], data: st.DataObject
) -> None:
    again = data.draw(st.lists(st.sampled_from(items), max_size=3)) if items else []
    sending = data.draw(st.permutations([*items, *again]))
    store = Store()
    while sending:
        count = data.draw(st.integers(1, 4))
        store.send(*sending[:count])
        sending = sending[count:]
    assert store.steps() == in_the_end(items)


@given(st.floats() | st.none(), st.sampled_from(METRICS))
def test_a_value_alone_is_kept_as_it_is_in_a_column(value: float | None, metric: Metric) -> None:
    (in_column,) = in_parts(np.array([value], np.float64), metric).tolist()
    assert in_whole_parts(value, metric) == in_column
