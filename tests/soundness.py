"""What must hold of batches that were read from outside data, whatever it was."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from itertools import pairwise

from device_bridge.wire import LENGTH_MS_MAX
from wellness_api.health.samples.columns import ReadBatch
from wellness_api.health.samples.segments import UNSAID, Segment

DAYS_BACK_MAX = 12_000
DAYS_AHEAD_MAX = 2
"""What begins now may last for 25 hours, and at home the date may be that of tomorrow."""


def assert_sound(batches: Iterable[ReadBatch], *, now: datetime) -> None:
    """What was read is as the store wants it, and every sample is accounted for."""
    for batch in batches:
        kept = sum(len(segment.times) - segment.spilled for segment in batch.segments)
        assert kept + batch.repeated + batch.refused == batch.length
        for first, second in pairwise(batch.segments):
            assert first.day < second.day
        for segment in batch.segments:
            _assert_segment(segment)
            assert (
                now.date() - timedelta(days=DAYS_BACK_MAX)
                < segment.day
                <= now.date() + timedelta(days=DAYS_AHEAD_MAX)
            )


def _assert_segment(segment: Segment) -> None:
    columns = [segment.times.tolist(), segment.lengths.tolist()]
    if segment.marks is not None:
        assert len(segment.marks.changed) == len(segment.times)
        columns.append(segment.marks.records.tolist())
    assert 0 <= segment.spilled <= len(segment.times) == len(segment.values)
    said = segment.lengths[segment.lengths != UNSAID]
    assert 0 <= said.min(initial=0) <= said.max(initial=0) <= LENGTH_MS_MAX
    samples = list(zip(*columns, strict=True))
    assert samples == sorted(set(samples)), "ascending, each once"
