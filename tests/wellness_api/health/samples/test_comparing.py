"""How an upload's samples fare: each batch against what is stored and the batches before it."""

from typing import Literal

import numpy as np
import pytest
from hypothesis import example, given, settings
from numpy.typing import NDArray

from tests.wellness_api.health.samples.layers import Seen, histories, layer, layers_of, seen
from wellness_api.health.samples.comparing import Trimmed, compare
from wellness_api.health.samples.merging import Layer, merge
from wellness_api.health.samples.segments import TOMBSTONE, Int32Array

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


def one_by_one(stored: Seen, batches: list[Layer]) -> tuple[list[list[str]], Seen]:
    """The same by a plain loop: how the samples fare, and what stands at the end."""
    standing = dict(stored)
    fates = []
    for batch in batches:
        fares = []
        for time_, value in zip(batch.times.tolist(), batch.values.tolist(), strict=True):
            known = standing.get(time_)
            if known is not None and known[0] == value and known[1] >= batch.revision:
                fares.append("duplicate")
            elif known is not None and known[1] > batch.revision:
                fares.append("older")
            else:
                fares.append("new")
                standing[time_] = (value, batch.revision)
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
    # In whatever order the kept samples of an upload are stored: no two of them are of one time.
    kept = [
        batch._replace(sequence=1, times=batch.times[of.kept], values=batch.values[of.kept])
        for batch, of in zip(batches, compared, strict=True)
    ]
    times = [time_ for batch in kept for time_ in batch.times.tolist()]
    assert len(times) == len(set(times))
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
        new = incoming._replace(
            times=incoming.times[trimmed.kept], values=incoming.values[trimmed.kept]
        )
        stored = merge([*layers_of(stored), new])
    assert seen(stored) == seen(merge(whole))


@pytest.mark.parametrize("batches_count", [2, 500])
def test_the_batches_of_a_day_are_brought_together_once_however_many_they_are(
    monkeypatch: pytest.MonkeyPatch, batches_count: int
) -> None:
    sorted_sizes: list[int] = []
    argsort = np.argsort

    def counting(column: Int32Array, kind: Literal["stable"]) -> NDArray[np.intp]:
        sorted_sizes.append(len(column))
        return argsort(column, kind=kind)

    monkeypatch.setattr(np, "argsort", counting)
    times = np.arange(500, dtype=np.int32) * 1000
    compare(merge([]), [Layer(0, n, times, times + n) for n in range(batches_count)])
    assert sorted_sizes == [500 * batches_count]
