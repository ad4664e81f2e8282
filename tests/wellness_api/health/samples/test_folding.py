"""Folding changes no reader's answer: not the samples, not their revisions, not what counts as late or is corrected."""

from bisect import bisect_left
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from typing import Any

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.wellness_api.health.samples.corrections import corrections_of, deletion
from tests.wellness_api.health.samples.layers import (
    RECORDS,
    SPANS,
    VALUES,
    Told,
    layer,
    layer_of_records,
    told_by_records,
    unsaid_layer,
)
from wellness_api.health.metrics.catalogue import STEPS
from wellness_api.health.samples.corrected import Correction
from wellness_api.health.samples.folding import (
    SEGMENTS_FOLDED_MIN,
    Fold,
    StoredSegment,
    folds_of,
)
from wellness_api.health.samples.living import by_place, living_samples
from wellness_api.health.samples.local_days import local_date, utc_midnight_ms
from wellness_api.health.samples.merging import Layer, merge, stored_layer
from wellness_api.health.samples.segments import (
    TOMBSTONE,
    UNSAID,
    encode_lengths,
    encode_mark,
    encode_times,
    encode_values,
)

TOKYO = "Asia/Tokyo"
DAY = date(2026, 11, 18)
FIRST = datetime(2026, 11, 18, 0, 0, tzinfo=UTC)
MINUTE_MS = 60_000


def stored(layer: Layer, *, hours: float = 0.0) -> StoredSegment:
    return StoredSegment(STEPS.number, "phone:a", DAY, FIRST + timedelta(hours=hours), layer)


def minutes(sequence: int, of_day: list[int], value: int, *, hours: float = 0.0) -> StoredSegment:
    samples = {minute * MINUTE_MS: value for minute in of_day}
    return stored(layer(sequence, samples), hours=hours)


def written(fold: Fold) -> Layer:
    """The layer as it is read again."""
    of = fold.layer
    row: Any = {
        "sequence": of.sequence,
        "metric": fold.metric,
        "revision": of.revision,
        "time_first": int(of.times[0]),
        "time_last": int(of.times[-1]),
        "times": encode_times(of.times),
        "lengths": encode_lengths(of.lengths, STEPS),
        "values": encode_values(of.values, STEPS),
        "records": None if of.marks is None else encode_mark(of.marks.records),
        "changed": None if of.marks is None else encode_mark(of.marks.changed),
    }
    return stored_layer(row)


def folded(segments: list[StoredSegment], cuts: Sequence[int] = ()) -> list[StoredSegment]:
    """The segments as they are in the database after folding."""
    by_sequence = {segment.layer.sequence: segment for segment in segments}
    for fold in folds_of(segments, time_zone=TOKYO, cuts=cuts):
        for sequence in fold.gone:
            del by_sequence[sequence]
        kept = by_sequence[fold.sequence]
        by_sequence[fold.sequence] = kept._replace(layer=written(fold))
    return list(by_sequence.values())


def cuts_of(corrections: list[Correction]) -> list[int]:
    return sorted(correction.sequence for correction in corrections)


MOMENTS = st.integers(-4, 8).map(lambda place: place * 20_000)
KINDS = {
    "unsaid": st.builds(
        lambda samples: unsaid_layer(0, samples),
        st.dictionaries(MOMENTS, st.integers(0, 400_000), min_size=1, max_size=5),
    ),
    "spans": st.builds(
        lambda samples: layer(0, samples), st.dictionaries(SPANS, VALUES, min_size=1, max_size=5)
    ),
    "records": st.builds(lambda told: layer_of_records(0, told), told_by_records()),
}


@st.composite
def days(draw: st.DrawFn) -> list[StoredSegment]:
    """A day's uploads in order of arrival, some hours apart, of all kinds, with edits and samples taken back."""
    segments: list[StoredSegment] = []
    hours = 0.0
    for _ in range(draw(st.integers(0, 3))):
        kind = draw(st.sampled_from(sorted(KINDS)))
        revision = 0 if kind == "records" else draw(st.sampled_from([0, 0, 0, 1]))
        for one in draw(st.lists(KINDS[kind], max_size=12)):
            hours += draw(st.sampled_from([0.0, 0.0, 0.0, 0.1, 9.0, 30.0]))
            sequence = 2 * len(segments) + 2
            segments.append(stored(one._replace(sequence=sequence, revision=revision), hours=hours))
    return segments


def shown(segments: list[StoredSegment]) -> list[list[int]]:
    """All that merging comes to; the sequences are what folding may change."""
    merged = merge([segment.layer for segment in segments])
    columns = merged.times, merged.lengths, merged.values, merged.revisions
    return [column.tolist() for column in (*columns, merged.records, merged.changed)]


def corrected(segments: list[StoredSegment], corrections: list[Correction]) -> list[list[int]]:
    """What is living of them in the end."""
    places = by_place((of.metric, of.source, of.day, of.layer) for of in segments)
    return [
        column.tolist()
        for living in living_samples(places, corrections, time_zone=TOKYO).values()
        for column in living
    ]


@settings(deadline=None, max_examples=200)
@given(segments=days(), window_days=st.integers(0, 5), corrections=corrections_of(MOMENTS, 60))
def test_every_reader_gets_the_same_answer_whatever_counts_as_late_or_is_corrected(
    segments: list[StoredSegment], window_days: int, corrections: list[Correction]
) -> None:
    last_day = FIRST.date() + timedelta(days=window_days)
    midnight_ms = utc_midnight_ms(DAY)
    corrections = [
        msgspec.structs.replace(
            of, from_ms=of.from_ms + midnight_ms, until_ms=of.until_ms + midnight_ms
        )
        for of in corrections
    ]
    cuts = cuts_of(corrections)

    def answer(of: list[StoredSegment]) -> tuple[list[list[int]], list[list[int]]]:
        in_time = [segment for segment in of if local_date(segment.received_at, TOKYO) <= last_day]
        return shown(in_time), corrected(in_time, corrections)

    once = folded(segments, cuts)
    assert answer(once) == answer(segments)
    assert answer(folded(once, cuts)) == answer(segments)


@settings(deadline=None, max_examples=60)
@given(segments=days(), corrections=corrections_of(MOMENTS, 60))
def test_a_correction_that_is_made_after_a_fold_is_the_same_as_one_made_before_it(
    segments: list[StoredSegment], corrections: list[Correction]
) -> None:
    """Whatever was folded by then was known when it was made."""
    last = max((segment.layer.sequence for segment in segments), default=0)
    later = [msgspec.structs.replace(of, sequence=of.sequence + last) for of in corrections]
    assert corrected(folded(segments), later) == corrected(segments, later)


@given(segments=days(), corrections=corrections_of(MOMENTS, 60))
def test_no_long_run_of_like_segments_is_left(
    segments: list[StoredSegment], corrections: list[Correction]
) -> None:
    cuts = cuts_of(corrections)
    left = sorted(folded(segments, cuts), key=lambda segment: segment.layer.sequence)
    likeness = [
        (
            segment.layer.marks is None,
            segment.layer.revision,
            local_date(segment.received_at, TOKYO),
            bisect_left(cuts, segment.layer.sequence),
        )
        for segment in left
    ]
    run = longest = 1
    for one, other in pairwise(likeness):
        run = run + 1 if one == other else 1
        longest = max(longest, run)
    assert longest < SEGMENTS_FOLDED_MIN


def test_a_day_of_quarter_hours_becomes_one_segment() -> None:
    quarters = [minutes(n, [n * 15 + m for m in range(15)], 50, hours=n / 10) for n in range(1, 97)]
    (only,) = folded(quarters)
    assert len(only.layer.times) == 96 * 15
    assert only.layer.sequence == 96


def test_few_segments_are_left_alone() -> None:
    few = [minutes(n, [n], 50) for n in range(1, SEGMENTS_FOLDED_MIN)]
    assert list(folds_of(few, time_zone=TOKYO)) == []


def test_what_came_before_a_correction_and_after_it_is_folded_apart() -> None:
    samples = [minutes(2 * n, [n], 50) for n in range(1, 21)]
    left = folded(samples, [deletion(21, 0, 1).sequence])
    assert sorted(segment.layer.sequence for segment in left) == [20, 40]


def test_few_segments_on_each_side_of_a_correction_are_left_alone() -> None:
    samples = [minutes(2 * n, [n], 50) for n in range(1, 2 * SEGMENTS_FOLDED_MIN - 1)]
    assert list(folds_of(samples, time_zone=TOKYO, cuts=[2 * SEGMENTS_FOLDED_MIN - 1])) == []


def test_segments_of_records_are_folded_and_stay_those_of_their_records() -> None:
    walks = [
        stored(layer_of_records(n, [Told(n * MINUTE_MS, MINUTE_MS, RECORDS[n % 4], n, n)]))
        for n in range(1, 21)
    ]
    (only,) = folded(walks)
    assert only.layer.marks is not None
    assert only.layer.values.tolist() == [17, 18, 19, 20], "of each record what it said last"
    assert only.layer.marks.changed.tolist() == [17, 18, 19, 20]


def test_that_a_record_ended_is_kept_for_what_came_before_the_fold() -> None:
    first = stored(layer_of_records(1, [Told(0, MINUTE_MS, 7, 10)]))
    between = stored(layer(2, {0: 5}))
    ended = [stored(layer_of_records(n, [Told(0, 0, 7, TOMBSTONE)])) for n in range(3, 12)]
    left = folded([first, between, *ended])
    assert len(left) == 3
    assert corrected(left, []) == corrected([between], [])


def test_a_fold_still_tells_which_lengths_were_said() -> None:
    segments = [(unsaid_layer if n % 2 else layer)(n, {n * 20_000: 7}) for n in range(1, 10)]
    (only,) = folded([stored(of) for of in segments])
    assert only.layer.times.tolist() == [n * 20_000 for n in range(1, 10)]
    assert only.layer.lengths.tolist() == [UNSAID if n % 2 else MINUTE_MS for n in range(1, 10)]


def test_segments_of_two_sources_are_never_folded_together() -> None:
    few = [minutes(n, [n], 50) for n in range(1, SEGMENTS_FOLDED_MIN)]
    others = [minutes(n + 20, [n], 50)._replace(source="watch:w") for n in range(1, 5)]
    assert list(folds_of([*few, *others], time_zone=TOKYO)) == []
