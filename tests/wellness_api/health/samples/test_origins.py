"""How a sample came to be is kept beside it, is no part of which sample it is, and does not depend on what came first."""

from collections.abc import Sequence
from itertools import permutations

import msgspec
import pytest

from device_bridge.wire import Batch, SaidOrigin, Upload
from tests.wellness_api.health.samples.store import ARRIVAL, MORNING_MS, Store, fates, walk
from wellness_api.health.metrics.metric import Recorder
from wellness_api.health.samples.columns import read_upload
from wellness_api.health.samples.contents import Columns
from wellness_api.health.samples.large_uploads import decode_large
from wellness_api.health.samples.origins import (
    NUMBERS,
    SAYS_MORE_FIRST,
    number_of,
    origin_of,
    says_more,
)
from wellness_api.health.samples.outcome import outcome_of
from wellness_api.health.samples.records import exported_id

SAID: Sequence[SaidOrigin | None] = ("device", "app", "typed", "file", None)


def batch(origin: SaidOrigin | None = None) -> Batch:
    return Batch(
        metric="steps", source="phone:a", times_ms=[MORNING_MS], values=[50], origin=origin
    )


def test_the_numbers_in_tables_stay_as_they_are() -> None:
    assert NUMBERS == {"device": 1, "app": 2, "typed": 3, "file": 4, "station": 5}
    assert [origin_of(number_of(origin)) for origin in SAYS_MORE_FIRST] == list(SAYS_MORE_FIRST)


@pytest.mark.parametrize("origin", SAID)
def test_a_batch_says_how_its_values_came_to_be(origin: SaidOrigin | None) -> None:
    (segment,) = outcome_of(read_upload(Upload(batches=[batch(origin)]), ARRIVAL), {}).segments
    assert origin_of(segment.origin) == origin


@pytest.mark.parametrize("recorder", ["station", "staff"])
def test_what_was_taken_at_a_station_is_so_whatever_its_box_says(recorder: Recorder) -> None:
    arrival = ARRIVAL._replace(recorder=recorder)
    for origin in SAID:
        (read,) = read_upload(Upload(batches=[batch(origin)]), arrival)
        assert [segment.origin for segment in read.segments] == ["station"]


def test_a_large_upload_says_it_too_and_no_other_word_is_taken() -> None:
    body = msgspec.json.encode(Upload(batches=[batch("typed")]))
    assert decode_large("application/json", body).upload.batches[0].origin == "typed"
    with pytest.raises(msgspec.ValidationError, match="origin"):
        decode_large("application/json", body.replace(b'"typed"', b'"station"'))


def test_a_key_covers_the_origin_and_old_receipts_stand_for_batches_without() -> None:
    contents = [Columns(Upload(batches=[batch(origin)]), ARRIVAL).digest for origin in SAID]
    assert len(set(contents)) == len(SAID)
    assert contents[-1].hex == (
        "25ef451f3d65beb9e25598b7eff4f627"  # pragma: allowlist secret
    )


def test_an_upload_of_several_origins_is_kept_in_segments_of_one_each() -> None:
    store = Store()
    store.send(walk(None, [0], 10, origin="device"), walk(None, [1], 20, origin="typed"))
    assert store.steps_of("device") == {0: [10]}
    assert store.steps_of("typed") == {1: [20]}


@pytest.mark.parametrize("record_id", [None, "a"])
def test_an_edit_has_its_own_origin(record_id: str | None) -> None:
    store = Store()
    store.send(walk(record_id, [0], 90, revision=1, origin="typed"))
    store.send(walk(record_id, [0], 50, revision=2, origin="device"))
    assert (store.steps_of("device"), store.steps_of("typed")) == ({0: [50]}, {})
    store.send(walk(record_id, [0], 80, revision=3, origin="typed"))
    assert (store.steps_of("device"), store.steps_of("typed")) == ({}, {0: [80]})


@pytest.mark.parametrize("record_id", [None, "a"])
@pytest.mark.parametrize("first", SAID)
@pytest.mark.parametrize("second", SAID)
def test_of_copies_the_one_counts_that_says_more(
    record_id: str | None, first: SaidOrigin | None, second: SaidOrigin | None
) -> None:
    store = Store()
    store.send(walk(record_id, [0, 1], origin=first))
    again = store.send(walk(record_id, [0, 1], origin=second))
    assert fates(again) == (0, 2, 0), "for the receipt it is known"
    assert bool(again.segments) == says_more(second, than=first)
    better = min(first, second, key=SAYS_MORE_FIRST.index)
    assert store.steps_of(better) == {0: [50], 1: [50]}
    assert store.send(walk(record_id, [0, 1], origin=better)).segments == [], "nor kept again"


@pytest.mark.parametrize("record_id", [None, "a"])
def test_the_order_of_copies_makes_no_difference(record_id: str | None) -> None:
    told = set()
    for order in permutations(SAID):
        store = Store()
        for origin in order:
            store.send(walk(record_id, [0], origin=origin))
        told.add(tuple(origin for origin in SAYS_MORE_FIRST if store.steps_of(origin)))
    assert told == {("device",)}


def test_a_copy_of_an_older_revision_says_nothing_of_the_newer_one() -> None:
    store = Store()
    store.send(walk(None, [0], revision=5, origin="typed"))
    assert store.send(walk(None, [0], revision=1, origin="device")).segments == []
    assert store.steps_of("typed") == {0: [50]}


def test_a_copy_of_what_was_deleted_by_hand_does_not_bring_it_back() -> None:
    store = Store()
    store.send(walk(None, [0], origin="typed"))
    store.delete(-10, 10)
    assert fates(store.send(walk(None, [0], origin="device"))) == (0, 0, 1)
    assert store.steps() == {}


def test_what_was_left_out_does_not_bring_back_what_it_took_the_place_of() -> None:
    store = Store()
    store.send(walk("a", [0], 50, revision=1, origin="device"))
    store.send(walk("a", [0], 90, revision=2, origin="typed"))
    typed = [sequence for sequence, origin in store.origins.items() if origin == "typed"]
    assert store.steps(not_of=typed) == {}


def test_what_comes_back_from_an_export_says_nothing_new_of_how_it_came_to_be() -> None:
    ours = f"urn:uuid:{exported_id(b'a walk')}"
    for origin in SAID:
        store = Store()
        store.send(walk(None, [0], origin=origin))
        assert store.send(walk(ours, [0], origin="device")).segments == []
    store = Store()
    store.send(walk(ours, [0], origin="device"))
    assert store.steps_of("file") == {0: [50]}
