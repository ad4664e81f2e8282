"""Folding changes no reader's answer: not the samples, not their revisions, not what counts as late."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from wellness_api.health.samples.folding import SEGMENTS_FOLDED_MIN, StoredSegment, folds_of
from wellness_api.health.samples.local_days import local_date
from wellness_api.health.samples.merging import Layer, merge
from wellness_api.health.samples.segments import TOMBSTONE

TOKYO = "Asia/Tokyo"
FIRST = datetime(2026, 11, 18, 0, 0, tzinfo=UTC)


def stored(
    sequence: int, minutes: list[int], value: int, *, revision: int = 0, hours: float = 0.0
) -> StoredSegment:
    times = np.array(sorted(minutes), np.int32) * 60_000
    layer = Layer(sequence, revision, times, np.full(len(times), value, np.int32))
    return StoredSegment(1, "phone:a", FIRST + timedelta(hours=hours), layer)


def folded(segments: list[StoredSegment]) -> list[StoredSegment]:
    """The segments as they are in the database after folding."""
    by_sequence = {segment.layer.sequence: segment for segment in segments}
    for fold in folds_of(segments, time_zone=TOKYO):
        for sequence in fold.gone:
            del by_sequence[sequence]
        kept = by_sequence[fold.sequence]
        by_sequence[fold.sequence] = kept._replace(
            layer=kept.layer._replace(times=fold.times, values=fold.values)
        )
    return list(by_sequence.values())


@st.composite
def days(draw: st.DrawFn) -> list[StoredSegment]:
    """A day's uploads in order of arrival, some hours apart, with edits and samples taken back."""
    count = draw(st.integers(0, 40))
    segments, hours = [], 0.0
    for sequence in range(1, count + 1):
        hours += draw(st.sampled_from([0.0, 0.1, 9.0, 30.0]))
        segments.append(
            stored(
                sequence,
                draw(st.lists(st.integers(0, 20), min_size=1, max_size=6, unique=True)),
                draw(st.one_of(st.integers(0, 400), st.just(TOMBSTONE))),
                revision=draw(st.sampled_from([0, 0, 0, 0, 1, 2])),
                hours=hours,
            )
        )
    return segments


@settings(max_examples=300)
@given(segments=days(), window_days=st.integers(0, 5))
def test_every_reader_gets_the_same_answer_whatever_counts_as_late(
    segments: list[StoredSegment], window_days: int
) -> None:
    last_day = FIRST.date() + timedelta(days=window_days)

    def answer(of: list[StoredSegment]) -> list[list[int]]:
        in_time = [
            segment.layer for segment in of if local_date(segment.received_at, TOKYO) <= last_day
        ]
        return [column.tolist() for column in merge(in_time)]

    assert answer(folded(segments)) == answer(segments)
    assert answer(folded(folded(segments))) == answer(segments)


@given(segments=days())
def test_no_long_run_of_like_segments_is_left(segments: list[StoredSegment]) -> None:
    left = sorted(folded(segments), key=lambda segment: segment.layer.sequence)
    likeness = [
        (segment.layer.revision, local_date(segment.received_at, TOKYO)) for segment in left
    ]
    run = longest = 1
    for one, other in pairwise(likeness):
        run = run + 1 if one == other else 1
        longest = max(longest, run)
    assert longest < SEGMENTS_FOLDED_MIN


def test_a_day_of_quarter_hours_becomes_one_segment() -> None:
    quarters = [stored(n, [n * 15 + m for m in range(15)], 50, hours=n / 10) for n in range(1, 97)]
    (only,) = folded(quarters)
    assert len(only.layer.times) == 96 * 15
    assert only.layer.sequence == 96


def test_few_segments_are_left_alone() -> None:
    few = [stored(n, [n], 50) for n in range(1, SEGMENTS_FOLDED_MIN)]
    assert list(folds_of(few, time_zone=TOKYO)) == []
