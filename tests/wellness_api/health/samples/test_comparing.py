"""How an upload's samples fare: each batch against what is stored and the batches before it."""

from datetime import date
from typing import Literal

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from tests.wellness_api.health.samples.layers import (
    Seen,
    Told,
    histories,
    layer,
    layer_of_records,
    layers_of,
    seen,
    told_by_records,
)
from wellness_api.health.metrics.catalogue import STEPS
from wellness_api.health.samples.comparing import Trimmed, compare, compare_records
from wellness_api.health.samples.merging import Layer, Merged, merge
from wellness_api.health.samples.segments import TOMBSTONE, Int64Array, Segment

COMPARED = [
    # stored value and revision, incoming value and revision, how it fares
    (None, (10, 0), "new"),
    ((10, 0), (10, 0), "duplicate"),
    ((10, 0), (11, 0), "new"),
    ((10, 0), (TOMBSTONE, 0), "new"),
    ((TOMBSTONE, 0), (TOMBSTONE, 0), "duplicate"),
    ((10, 3), (11, 2), "older"),
    ((10, 3), (10, 2), "duplicate"),
    ((10, 3), (10, 4), "new"),  # Else a revision between the two could win later.
    ((10, 3), (11, 4), "new"),
]


def fate(trimmed: Trimmed) -> list[str]:
    """By sample: which of the first three masks is set; just one must be."""
    masks = {"new": trimmed.new, "duplicate": trimmed.duplicate, "older": trimmed.older}
    assert np.sum(list(masks.values()), axis=0).tolist() == [1] * len(trimmed.new)
    return [
        next(name for name, mask in masks.items() if mask[place])
        for place in range(len(trimmed.new))
    ]


@pytest.mark.parametrize("batches_before", [0, 1])
@pytest.mark.parametrize(("stored", "incoming", "fares"), COMPARED)
def test_an_incoming_sample_is_new_known_or_overtaken(
    stored: tuple[int, int] | None, incoming: tuple[int, int], fares: str, batches_before: int
) -> None:
    # Neighbours, since the sample is looked up among the stored ones.
    known = [layer(1, {30: 1, 90: 1})]
    if stored:
        known.append(layer(2, {60: stored[0]}, revision=stored[1]))
    elsewhere = [layer(0, {45: 1, 75: 1})] * batches_before
    batches = [*elsewhere, layer(3, {60: incoming[0]}, revision=incoming[1])]
    assert fate(compare(merge(known), batches)[-1]) == [fares]


@pytest.mark.parametrize(("stored", "incoming", "fares"), COMPARED)
def test_a_batch_is_compared_with_the_batches_before_it_as_with_what_is_stored(
    stored: tuple[int, int] | None, incoming: tuple[int, int], fares: str
) -> None:
    earlier = [layer(0, {60: stored[0]}, revision=stored[1])] if stored else []
    batches = [
        layer(0, {30: 1, 90: 1}),
        *earlier,
        layer(0, {60: incoming[0]}, revision=incoming[1]),
    ]
    assert fate(compare(merge([]), batches)[-1]) == [fares]


def kept_of(batch: Layer, trimmed: Trimmed) -> Layer:
    """What is stored of the batch."""
    assert batch.lengths is not None
    kept = trimmed.kept
    return batch._replace(
        times=batch.times[kept], lengths=batch.lengths[kept], values=batch.values[kept]
    )


def one_by_one(stored: Seen, batches: list[Layer]) -> tuple[list[list[str]], Seen]:
    """The same by a plain loop: how the samples fare, and what stands at the end."""
    standing = dict(stored)
    fates = []
    for batch in batches:
        fares = []
        for span, (value, _) in seen(merge([batch])).items():
            known = standing.get(span)
            if known is not None and known[0] == value and known[1] >= batch.revision:
                fares.append("duplicate")
            elif known is not None and known[1] > batch.revision:
                fares.append("older")
            else:
                fares.append("new")
                standing[span] = (value, batch.revision)
        fates.append(fares)
    return fates, standing


@settings(deadline=None, max_examples=200)
@given(histories(), histories())
@example([], [layer(1, {60: 5}), layer(2, {60: 5}), layer(3, {60: 6}), layer(4, {60: 5})])
def test_many_batches_fare_as_one_after_the_other(
    history: list[Layer], batches: list[Layer]
) -> None:
    stored = merge(history)
    fates, standing = one_by_one(seen(stored), batches)
    compared = compare(stored, batches)
    assert [fate(trimmed) for trimmed in compared] == fates
    # In whatever order the kept samples of an upload are stored: no two of them are of one span.
    kept = [
        kept_of(batch, of)._replace(sequence=1) for batch, of in zip(batches, compared, strict=True)
    ]
    spans = [span for batch in kept for span in seen(merge([batch]))]
    assert len(spans) == len(set(spans))
    assert seen(merge([*layers_of(stored), *reversed(kept)])) == standing


@settings(deadline=None, max_examples=60)
@given(histories(), histories())
def test_storing_only_what_is_new_shows_the_same_samples(
    history: list[Layer], later: list[Layer]
) -> None:
    whole, stored = list(history), merge(history)
    for one in later:
        incoming = one._replace(sequence=len(whole) + 1)
        whole.append(incoming)
        (trimmed,) = compare(stored, [incoming])
        stored = merge([*layers_of(stored), kept_of(incoming, trimmed)])
    assert seen(stored) == seen(merge(whole))


def test_a_sample_that_lasts_longer_is_another_one() -> None:
    stored = merge([layer(1, {(60, 60_000): 10})])
    batch = layer(0, {(60, 0): 10, (60, 60_000): 10, (60, 900_000): 10})
    assert fate(compare(stored, [batch])[0]) == ["new", "duplicate", "new"]


@pytest.mark.parametrize("batches_before", [0, 1])
def test_a_copy_without_an_id_of_what_a_record_says_is_a_sample_of_its_own(
    batches_before: int,
) -> None:
    """As a phone's export sent beside its health store."""
    stored = merge([layer_of_records(1, [Told(60, 60, 7, 10), Told(120, 60, 7, TOMBSTONE)])])
    elsewhere = [layer(0, {(30, 60): 1})] * batches_before
    batch = layer(0, {(60, 60): 10, (60, 61): 10, (120, 60): TOMBSTONE, (180, 60): 10})
    trimmed = compare(stored, [*elsewhere, batch])[-1]
    assert fate(trimmed) == ["new", "new", "new", "new"]
    assert trimmed.kept.all()


def test_what_a_record_says_otherwise_does_not_overtake_a_sample_without_an_id() -> None:
    stored = merge([layer_of_records(1, [Told(60, 60, 7, 10)])])
    assert fate(compare(stored, [layer(0, {(60, 60): 11})])[0]) == ["new"]


def segment_of(told: list[Told]) -> Segment:
    one = layer_of_records(0, told)
    assert one.lengths is not None
    return Segment(
        metric=STEPS,
        source="watch:w",
        day=date(2026, 11, 24),
        revision=0,
        times=one.times,
        lengths=one.lengths,
        values=one.values,
        marks=one.marks,
    )


WALK = [Told(60, 60, 7, 10, changed=5), Told(120, 60, 7, 20, changed=5)]

RESTATED = {
    # what is stored of record 7, what comes in of it, which samples are new, which are kept
    "what is not known is new": ([], WALK, [True, True], [True, True]),
    "what is known is not kept": (WALK, WALK, [False, False], [False, False]),
    "of a record that says one thing anew all is kept": (
        WALK,
        [WALK[0], WALK[1]._replace(value=21)],
        [False, True],
        [True, True],
    ),
    "and of one that says less": (WALK, WALK[:1], [False], [True]),
    "and of one that says more": (WALK[:1], WALK, [False, True], [True, True]),
    "and of one that was changed later and says the same": (
        WALK,
        [told._replace(changed=6) for told in WALK],
        [False, False],
        [True, True],
    ),
    "a sample that lasts longer is new": (
        WALK,
        [WALK[0]._replace(length=61), WALK[1]],
        [True, False],
        [True, True],
    ),
    "one that had ended is new": (
        [Told(0, 0, 7, TOMBSTONE)],
        WALK,
        [True, True],
        [True, True],
    ),
    "what another record says is not its own": (
        [told._replace(record=8) for told in WALK],
        WALK,
        [True, True],
        [True, True],
    ),
}


@pytest.mark.parametrize(("stored", "told", "new", "kept"), RESTATED.values(), ids=RESTATED)
def test_a_record_is_stored_anew_when_anything_of_it_differs(
    stored: list[Told], told: list[Told], new: list[bool], kept: list[bool]
) -> None:
    known = merge([layer_of_records(1, stored)] if stored else [])
    fares = compare_records(known, segment_of(told))
    assert fares.new.tolist() == new
    assert fares.duplicate.tolist() == [not is_new for is_new in new]
    assert fares.kept.tolist() == kept


def test_a_record_beside_one_that_changed_is_left_alone() -> None:
    other = Told(90, 60, 8, 30)
    known = merge([layer_of_records(1, [*WALK, other])])
    fares = compare_records(known, segment_of([WALK[0], other, WALK[1]._replace(value=21)]))
    assert fares.kept.tolist() == [True, False, True]


def test_samples_that_no_record_has_are_not_what_a_record_said() -> None:
    known = merge([layer(1, {(told.time, told.length): told.value for told in WALK})])
    assert compare_records(known, segment_of(WALK)).kept.tolist() == [True, True]


def rows_of(merged: Merged) -> list[tuple[int, ...]]:
    """What is told, as `Told`."""
    columns = merged.times, merged.lengths, merged.records, merged.values, merged.changed
    return list(zip(*(column.tolist() for column in columns), strict=True))


@settings(deadline=None, max_examples=200)
@given(st.lists(told_by_records(), max_size=4), told_by_records())
def test_storing_only_the_records_that_differ_shows_the_same(
    history: list[list[Told]], told: list[Told]
) -> None:
    told = [one for one in told if one.value != TOMBSTONE]
    if not told:
        return
    layers = [layer_of_records(sequence, one) for sequence, one in enumerate(history, 1)]
    stored = merge(layers)
    fares = compare_records(stored, segment_of(told))
    by_span = {
        (one.record, one.time, one.length, one.value)
        for one in (Told(*row) for row in rows_of(stored))
        if one.value != TOMBSTONE
    }
    ordered = sorted(told)
    assert fares.duplicate.tolist() == [
        (one.record, one.time, one.length, one.value) in by_span for one in ordered
    ]
    assert (fares.new ^ fares.duplicate).all()
    last = len(layers) + 1
    kept = [one for one, is_kept in zip(ordered, fares.kept.tolist(), strict=True) if is_kept]
    shown = merge([*layers, layer_of_records(last, kept)] if kept else layers)
    assert rows_of(shown) == rows_of(merge([*layers, layer_of_records(last, told)]))
    left = {one.record for one in told} - {one.record for one in kept}
    assert all(
        [row for row in rows_of(stored) if row[2] == record]
        == sorted(one for one in told if one.record == record)
        for record in left
    ), "left out is only what is known as it is"


@pytest.mark.parametrize("batches_count", [2, 500])
def test_the_batches_of_a_day_are_brought_together_once_however_many_they_are(
    monkeypatch: pytest.MonkeyPatch, batches_count: int
) -> None:
    sorted_sizes: list[int] = []
    argsort = np.argsort

    def counting(column: Int64Array, kind: Literal["stable"]) -> NDArray[np.intp]:
        sorted_sizes.append(len(column))
        return argsort(column, kind=kind)

    monkeypatch.setattr(np, "argsort", counting)
    times = np.arange(500, dtype=np.int32) * 1000
    lengths = np.full(500, 60_000, np.int32)
    batches = [
        Layer(0, n, times, lengths, times.astype(np.int64) + n) for n in range(batches_count)
    ]
    compare(merge([]), batches)
    assert sorted_sizes == [500 * batches_count]
