"""How long a sample lasts is said beside its time, or is as usual; and a span belongs to all that it speaks of."""

from collections.abc import Callable
from datetime import date

import numpy as np
import pytest

from device_bridge.wire import Upload
from tests.wellness_api.health.samples.batches import (
    MINUTE_MS,
    NOW,
    NOW_MS,
    TIMES,
    batch,
    moments_of,
    over_json,
    over_messagepack,
    packed_lengths,
    read,
)
from wellness_api.health.samples.columns import Arrival, read_of_records
from wellness_api.health.samples.segments import UNSAID, Marks


def test_lengths_belong_to_the_content_as_they_were_sent() -> None:
    said = [None, 60_000, 0, [0, 60_000, 0], [0, 0, 60_000]]
    digests = {read(batch(TIMES, [1, 2, 3], lengths_ms=of))[0].digest for of in said}
    assert len(digests) == len(said)


def test_an_upload_of_an_app_that_says_no_lengths_is_known_after_an_upgrade() -> None:
    """As a released version told it."""
    (before,) = read(batch(TIMES, [1, 2, None], revision=3))
    assert before.digest.hex() == "7c0d592654af3693f3f1acb94b7afb57"  # pragma: allowlist secret


@pytest.mark.parametrize("sent", [over_json, over_messagepack])
def test_lengths_are_read_alike_however_they_are_sent(sent: Callable[[Upload], Upload]) -> None:
    lengths = [0, 900_000, 61_000]
    for said in (lengths, packed_lengths(*lengths)):
        (arrived,) = read(*sent(Upload(batches=[batch(TIMES, [1, 2, 3], lengths_ms=said)])).batches)
        assert arrived.segments[0].lengths.tolist() == lengths
    (alike,) = read(*sent(Upload(batches=[batch(TIMES, [1, 2, 3], lengths_ms=900_000)])).batches)
    assert alike.segments[0].lengths.tolist() == [900_000] * 3


@pytest.mark.parametrize(("metric", "length"), [("steps", UNSAID), ("heart_rate", 0)])
def test_a_count_that_does_not_say_how_long_it_lasted_is_kept_so(metric: str, length: int) -> None:
    (kept,) = read(batch(TIMES, [1, 2, 3], metric=metric))
    assert kept.segments[0].lengths.tolist() == [length] * 3


def test_two_spans_of_one_time_are_two_samples_and_one_span_twice_is_the_later() -> None:
    twice = batch([TIMES[0], TIMES[0], TIMES[0]], [1, 2, 3], lengths_ms=[60_000, 120_000, 60_000])
    (kept,) = read(twice)
    (segment,) = kept.segments
    assert (segment.lengths.tolist(), kept.repeated) == ([60_000, 120_000], 1)
    assert segment.values.tolist() == [3_000, 2_000]


def test_a_span_over_midnight_stands_in_both_days_and_is_flagged_once() -> None:
    """Now is noon in Japan; of the hour and a half one half is the evening's."""
    evening = NOW_MS - 12 * 60 * MINUTE_MS - 45 * MINUTE_MS
    (kept,) = read(batch([evening], [90 * 400 + 1], lengths_ms=90 * MINUTE_MS))
    assert [segment.spilled for segment in kept.segments] == [0, 1]
    assert moments_of(kept) == [evening, evening]
    assert (kept.flagged, kept.flags[0].time_ms) == (1, evening)
    (plausible,) = read(batch([evening], [90 * 400], lengths_ms=90 * MINUTE_MS))
    assert plausible.flagged == 0


def test_samples_of_records_stand_with_them_and_one_moment_may_be_of_two() -> None:
    moments = [TIMES[1], TIMES[0], TIMES[0]]
    marks = Marks(np.array([9, 8, 7]), np.array([0, NOW_MS, NOW_MS]))
    kept = read_of_records(batch(moments, [1, 2, 3]), marks, Arrival(NOW, "Asia/Tokyo", date.min))
    (segment,) = kept.segments
    assert segment.marks is not None
    assert segment.marks.records.tolist() == [7, 8, 9]
    assert segment.marks.changed.tolist() == [NOW_MS, NOW_MS, 0]
    assert (segment.values.tolist(), kept.repeated) == ([3_000, 2_000, 1_000], 0)
