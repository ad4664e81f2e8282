"""What a reader sees of several segments: the fast merge against dictionaries that anyone can read."""

from collections.abc import Sequence

from hypothesis import given, settings
from hypothesis import strategies as st

from device_bridge.wire import LENGTH_MS_MAX
from tests.wellness_api.health.samples.layers import (
    LENGTH_MS,
    Seen,
    Told,
    histories,
    layer,
    layer_of_records,
    layers_of,
    mixed_histories,
    seen,
    unsaid_layer,
)
from wellness_api.health.samples.merging import NO_RECORD, Layer, Merged, changed_at, merge
from wellness_api.health.samples.segments import TOMBSTONE, UNSAID

Row = tuple[int, int, int, int, int, int, int]
"""A sample as `Merged` has it: time, length, record, value, revision, sequence, changed."""


def rows_of(merged: Merged) -> list[Row]:
    return list(
        zip(
            merged.times.tolist(),
            merged.lengths.tolist(),
            merged.records.tolist(),
            merged.values.tolist(),
            merged.revisions.tolist(),
            merged.sequences.tolist(),
            merged.changed.tolist(),
            strict=True,
        )
    )


def values(*layers: Layer) -> dict[int, int]:
    """The samples of the usual length that exist after all, by time."""
    samples = seen(merge(layers))
    assert {length for _, length in samples} <= {LENGTH_MS}
    return {time: value for (time, _), (value, _) in samples.items() if value != TOMBSTONE}


def spans(*layers: Layer) -> list[tuple[int, int, int]]:
    """Time, length and value of the samples that exist after all."""
    return [
        (time, length, value)
        for time, length, _, value, *_ in rows_of(merge(layers))
        if value != TOMBSTONE
    ]


def plainly(layers: Sequence[Layer]) -> list[Row]:
    """The same as `merge`, sample by sample."""
    loose: dict[tuple[int, int], Row] = {}
    of_records: dict[int, tuple[int, list[Row]]] = {}
    for one in layers:
        for place, (time, value) in enumerate(
            zip(one.times.tolist(), one.values.tolist(), strict=True)
        ):
            length = int(one.lengths[place])
            if one.marks is not None:
                record, changed = int(one.marks.records[place]), int(one.marks.changed[place])
                row = (time, length, record, value, one.revision, one.sequence, changed)
                last, _ = of_records.get(record, (-1, []))
                if one.sequence > last:
                    of_records[record] = (one.sequence, [])
                if one.sequence >= last:
                    of_records[record][1].append(row)
            else:
                _say(loose, time, length, (one.revision, one.sequence, value))
    rows = [*loose.values(), *(row for _, told in of_records.values() for row in told)]
    return sorted(rows, key=lambda row: (row[0], known_as(row[1]), row[2]))


def known_as(length: int) -> int:
    """A sample that does not say how long it lasted is another than any that does."""
    return LENGTH_MS_MAX + 1 if length == UNSAID else length


def _say(
    loose: dict[tuple[int, int], Row], time: int, length: int, said: tuple[int, int, int]
) -> None:
    revision, sequence, value = said
    row = (time, length, NO_RECORD, value, revision, sequence, changed_at(revision))
    before = loose.get((time, known_as(length)))
    if before is None or (before[4], before[5]) <= (revision, sequence):
        loose[time, known_as(length)] = row


def test_no_segments_hold_no_samples() -> None:
    assert seen(merge([])) == {}


def test_samples_of_different_times_stand_side_by_side() -> None:
    assert values(layer(1, {60: 10, 180: 30}), layer(2, {120: 20})) == {60: 10, 120: 20, 180: 30}


def test_samples_of_one_time_that_last_differently_stand_side_by_side() -> None:
    quarter, minute = {(60, 900_000): 700}, {(60, 60_000): 50}
    assert spans(layer(1, quarter), layer(2, minute)) == [(60, 60_000, 50), (60, 900_000, 700)]


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


def test_a_revision_that_is_a_time_tells_when_a_sample_was_changed() -> None:
    counted, timed = layer(1, {60: 10}, revision=3), layer(2, {120: 20}, revision=1_795_446_000_000)
    assert merge([counted, timed]).changed.tolist() == [0, 1_795_446_000_000]


def test_of_a_record_what_came_last_says_all_of_it() -> None:
    """Moved by a minute, and one of its samples left out."""
    first = layer_of_records(1, [Told(60, 60, 7, 10), Told(120, 60, 7, 20)])
    later = layer_of_records(2, [Told(180, 60, 7, 30)])
    assert spans(later, first) == [(180, 60, 30)]


def test_what_one_record_does_not_say_any_more_another_still_says() -> None:
    both = layer_of_records(1, [Told(60, 60, 7, 10), Told(60, 60, 8, 10)])
    ended = layer_of_records(2, [Told(0, 0, 7, TOMBSTONE)])
    assert spans(both, ended) == [(60, 60, 10)]


def test_a_record_says_nothing_of_samples_that_no_record_has() -> None:
    loose, told = layer(1, {(60, 60): 10}), layer_of_records(2, [Told(60, 60, 7, 20)])
    ended = layer_of_records(3, [Told(0, 0, 7, TOMBSTONE)])
    assert spans(loose, told) == [(60, 60, 10), (60, 60, 20)]
    assert spans(loose, told, ended) == [(60, 60, 10)]


def test_a_sample_that_says_its_length_is_another_than_one_that_does_not() -> None:
    unsaid, said = unsaid_layer(1, {0: 5}), layer(2, {0: 6})
    assert spans(unsaid, said) == [(0, LENGTH_MS, 6), (0, UNSAID, 5)]
    assert spans(unsaid, said, unsaid_layer(3, {0: TOMBSTONE})) == [(0, LENGTH_MS, 6)]


@settings(deadline=None, max_examples=200)
@given(mixed_histories(), st.data())
def test_the_merge_is_the_plain_loops_in_any_order(
    history: list[Layer], data: st.DataObject
) -> None:
    merged = merge(data.draw(st.permutations(history)))
    assert rows_of(merged) == plainly(history)


def dictionary(layers: list[Layer]) -> Seen:
    """As `seen`, of samples that no record has, by what was said of each span: the greatest revision, then the latest, wins."""
    return {
        (time, known_as(length)): (value, revision)
        for time, length, _, value, revision, *_ in plainly(layers)
    }


@settings(deadline=None, max_examples=40)
@given(histories())
def test_each_span_has_one_sample(history: list[Layer]) -> None:
    assert seen(merge(history)) == dictionary(history)


@settings(deadline=None, max_examples=40)
@given(histories(), st.integers(0, 6))
def test_folding_the_older_segments_first_changes_nothing(history: list[Layer], cut: int) -> None:
    folded = layers_of(merge(history[:cut]))
    assert seen(merge([*folded, *history[cut:]])) == seen(merge(history))


@settings(deadline=None, max_examples=80)
@given(mixed_histories())
def test_sending_everything_again_changes_nothing(history: list[Layer]) -> None:
    newer = [one for one in history if one.lengths is not None]
    again = [one._replace(sequence=one.sequence + len(history)) for one in newer]

    def shown(layers: list[Layer]) -> list[tuple[int, ...]]:
        return [
            (time, length, record, value, revision, changed)
            for time, length, record, value, revision, _, changed in rows_of(merge(layers))
        ]

    assert shown([*newer, *again]) == shown(newer)
