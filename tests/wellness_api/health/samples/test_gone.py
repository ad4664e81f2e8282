"""Deleted samples, as far as what is stored still tells of them."""

from collections.abc import Mapping

from tests.wellness_api.health.samples.store import YESTERDAY, Store, walk
from wellness_api.health.metrics.catalogue import STEPS
from wellness_api.health.samples.corrected import Correction
from wellness_api.health.samples.gone import EVER_MS, Gone, gone_samples
from wellness_api.health.samples.living import Living, PlaceOfSegment, by_place
from wellness_api.health.samples.merging import merge
from wellness_api.health.samples.records import DeletedRecord
from wellness_api.health.samples.segments import Marks

PHONE = (STEPS.number, "phone:a")


def gone(store: Store) -> Gone:
    layers = by_place(
        (number, source, day, layer)
        for (day, number, source), of in store.layers.items()
        for layer in of
    )
    return gone_samples(layers, store.corrections, time_zone=store.arrival.time_zone)


def steps(of: Mapping[PlaceOfSegment, Living]) -> list[int]:
    return (of[PHONE].values // STEPS.parts_per_unit).tolist() if PHONE in of else []


def folded(store: Store) -> None:
    """Each part's layers as one, as a fold leaves them."""
    for layers in store.layers.values():
        merged = merge(layers)
        marks = None if layers[0].marks is None else Marks(merged.records, merged.changed)
        layers[:] = [
            layers[-1]._replace(
                times=merged.times, lengths=merged.lengths, values=merged.values, marks=marks
            )
        ]


def test_where_nothing_was_deleted_nothing_is_gone() -> None:
    store = Store()
    store.send(walk(None, [1, 2, 3]), walk("a", [5], 70))
    store.send(walk("a", [6], 80, revision=1))
    assert gone(store) == Gone({}, {}, {})


def test_what_was_deleted_by_hand_is_known() -> None:
    store = Store()
    store.send(walk(None, [1, 2, 3]), walk("a", [2], 70))
    store.delete(2, 3)
    assert sorted(steps(gone(store).by_hand)) == [50, 70]


def test_of_a_source_that_was_deleted_as_a_whole_nothing_is_told() -> None:
    store = Store()
    store.send(walk("a", [1]), walk("b", [2]))
    store.send(DeletedRecord(record_id="b"))
    first, until = EVER_MS
    store.sequence += 1
    store.corrections.append(
        Correction(
            kind="deletion",
            source="phone:a",
            metric=None,
            from_ms=first,
            until_ms=until,
            by_ms=0,
            asked_ms=first,
            sequence=store.sequence,
        )
    )
    assert gone(store) == Gone({}, {}, {})


def test_what_its_sender_took_back_is_known_by_what_it_said_before() -> None:
    store = Store()
    store.send(walk(None, [1, 2]), walk("a", [5], 70), walk("b", [6], 90))
    store.send(walk(None, [2], None, revision=1), DeletedRecord(record_id="a"))
    gone_from_store = gone(store)
    assert sorted(steps(gone_from_store.by_sender)) == [50, 70]
    assert gone_from_store.untold == {}


def test_a_record_that_is_of_another_day_now_is_gone_from_its_first_one() -> None:
    store = Store()
    store.send(walk("a", [5], 70))
    store.send(walk("a", [5 - 24 * 60], 70, revision=1))
    gone_from_store = gone(store)
    assert steps(gone_from_store.by_sender) == [70]
    assert YESTERDAY in {day for day, _, _ in store.layers}


def test_after_a_fold_only_that_something_was_deleted_is_known() -> None:
    store = Store()
    store.send(walk(None, [1, 2]))
    store.send(walk("a", [5], 70))
    store.send(walk(None, [2], None), DeletedRecord(record_id="a"))
    assert gone(store).untold == {}
    for part, layers in store.layers.items():
        loose = [layer for layer in layers if layer.marks is None]
        of_records = [layer for layer in layers if layer.marks is not None]
        assert loose, part
        assert of_records, part
        halves = []
        for half in (loose, of_records):
            alone = Store()
            alone.layers = {part: half}
            folded(alone)
            halves += alone.layers[part]
        layers[:] = halves
    gone_from_store = gone(store)
    assert (gone_from_store.by_sender, gone_from_store.untold) == ({}, {PHONE: 2})
