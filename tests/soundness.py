"""What must hold of batches that were read from outside data, whatever it was."""

from collections.abc import Iterable
from datetime import datetime, timedelta

import numpy as np

from wellness_api.health.samples.columns import ReadBatch

DAYS_BACK_MAX = 12_000


def assert_sound(batches: Iterable[ReadBatch], *, now: datetime) -> None:
    """What was read is as the store wants it, and every sample is accounted for."""
    for batch in batches:
        kept = sum(len(segment.times) for segment in batch.segments)
        assert kept + batch.repeated + batch.refused == batch.length
        for segment in batch.segments:
            assert len(segment.times) == len(segment.values)
            assert (np.diff(segment.times) > 0).all()
            assert (
                now.date() - timedelta(days=DAYS_BACK_MAX)
                < segment.day
                <= now.date() + timedelta(days=1)
            )
