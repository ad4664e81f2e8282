"""What a reader sees of several segments: the fast merge against a dictionary that anyone can read."""

from itertools import count

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wellness_api.samples.merging import Layer, Merged, compare, merge
from wellness_api.samples.segments import TOMBSTONE

Seen = dict[int, tuple[int, int]]
"""By time: the value and the revision that won it."""


def layer(sequence: int, samples: dict[int, int], *, revision: int = 0) -> Layer:
    times = sorted(samples)
    return Layer(
        sequence,
        revision,
        np.array(times, np.int32),
        np.array([samples[time] for time in times], np.int32),
    )


def seen(merged: Merged) -> Seen:
    times = merged.times.tolist()
    assert times == sorted(set(times)), "each time once, ascending"
    pairs = zip(merged.values.tolist(), merged.revisions.tolist(), strict=True)
    return dict(zip(times, pairs, strict=True))


def values(*layers: Layer) -> dict[int, int]:
    """The samples that exist after all, by time."""
    return {time: value for time, (value, _) in seen(merge(layers)).items() if value != TOMBSTONE}


def dictionary(layers: list[Layer]) -> Seen:
    """The same as `merge`, by what was said of each time: the greatest revision, then the latest, wins."""
    said: dict[int, list[tuple[int, int, int]]] = {}
    for one in layers:
        for time, value in zip(one.times.tolist(), one.values.tolist(), strict=True):
            said.setdefault(time, []).append((one.revision, one.sequence, value))
    return {
        time: (value, revision)
        for time, statements in said.items()
        for revision, _, value in [max(statements)]
    }


@st.composite
def histories(draw: st.DrawFn) -> list[Layer]:
    """Segments of one day in the order received; few times and revisions, so that they meet."""
    value = st.integers(0, 5) | st.just(TOMBSTONE)
    samples = st.dictionaries(st.integers(-5, 10), value, min_size=1, max_size=8)
    segments = draw(st.lists(st.tuples(samples, st.integers(0, 3)), max_size=6))
    sequences = count(1)
    return [layer(next(sequences), given_, revision=revision) for given_, revision in segments]


def layers_of(merged: Merged) -> list[Layer]:
    """What was merged as if stored again: a segment for each revision, received before all others."""
    return [
        Layer(0, revision, merged.times[mask], merged.values[mask])
        for revision in set(merged.revisions.tolist())
        for mask in [merged.revisions == revision]
    ]


def test_no_segments_hold_no_samples() -> None:
    assert seen(merge([])) == {}


def test_samples_of_different_times_stand_side_by_side() -> None:
    assert values(layer(1, {60: 10, 180: 30}), layer(2, {120: 20})) == {60: 10, 120: 20, 180: 30}


def test_the_sample_received_last_wins() -> None:
    assert values(layer(2, {60: 99}), layer(1, {60: 10})) == {60: 99}


def test_an_older_edit_that_arrives_late_undoes_nothing() -> None:
    edited = layer(1, {60: 99}, revision=5)
    assert values(edited, layer(2, {60: 10}, revision=4)) == {60: 99}


def test_a_taken_back_sample_is_gone() -> None:
    assert values(layer(1, {60: 10, 120: 20}), layer(2, {60: TOMBSTONE})) == {120: 20}


def test_a_sample_sent_again_after_it_was_taken_back_is_there() -> None:
    gone = layer(2, {60: TOMBSTONE})
    assert values(layer(1, {60: 10}), gone, layer(3, {60: 12})) == {60: 12}


def test_a_sample_taken_back_by_a_greater_revision_stays_gone() -> None:
    gone = layer(1, {60: TOMBSTONE}, revision=2)
    assert values(gone, layer(2, {60: 10}, revision=1)) == {}


@settings(deadline=None, max_examples=40)
@given(histories(), st.data())
def test_the_merge_is_the_dictionarys_in_any_order(
    history: list[Layer], data: st.DataObject
) -> None:
    shuffled = data.draw(st.permutations(history))
    assert seen(merge(shuffled)) == dictionary(history)


@settings(deadline=None, max_examples=40)
@given(histories(), st.integers(0, 6))
def test_folding_the_older_segments_first_changes_nothing(history: list[Layer], cut: int) -> None:
    folded = layers_of(merge(history[:cut]))
    assert seen(merge([*folded, *history[cut:]])) == seen(merge(history))


@settings(deadline=None, max_examples=40)
@given(histories())
def test_sending_everything_again_changes_nothing(history: list[Layer]) -> None:
    again = [one._replace(sequence=one.sequence + len(history)) for one in history]
    assert seen(merge([*history, *again])) == seen(merge(history))


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


@pytest.mark.parametrize(("stored", "incoming", "fares"), COMPARED)
def test_an_incoming_sample_is_new_known_or_overtaken(
    stored: tuple[int, int] | None, incoming: tuple[int, int], fares: str
) -> None:
    # Neighbours, since the sample is looked up among the stored ones.
    known = [layer(1, {30: 1, 90: 1})]
    if stored:
        known.append(layer(2, {60: stored[0]}, revision=stored[1]))
    trimmed = compare(merge(known), layer(3, {60: incoming[0]}, revision=incoming[1]))
    assert {name for name, mask in trimmed._asdict().items() if mask.tolist() == [True]} == {fares}


@settings(deadline=None, max_examples=40)
@given(histories(), histories())
def test_storing_only_what_is_new_shows_the_same_samples(
    history: list[Layer], later: list[Layer]
) -> None:
    whole, stored = list(history), merge(history)
    for one in later:
        incoming = one._replace(sequence=len(whole) + 1)
        whole.append(incoming)
        trimmed = compare(stored, incoming)
        assert np.sum(list(trimmed), axis=0).tolist() == [1] * len(incoming.times)
        new = incoming._replace(
            times=incoming.times[trimmed.new], values=incoming.values[trimmed.new]
        )
        stored = merge([*layers_of(stored), new])
    assert seen(stored) == seen(merge(whole))
