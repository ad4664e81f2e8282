"""What a reader sees of several segments: the fast merge against a dictionary that anyone can read."""

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.wellness_api.health.samples.layers import Seen, histories, layer, layers_of, seen
from wellness_api.health.samples.merging import Layer, merge
from wellness_api.health.samples.segments import TOMBSTONE


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
