"""Batches as apps send them, and what is read of them."""

from collections.abc import Sequence
from datetime import UTC, date, datetime

import msgspec
import numpy as np

from device_bridge.wire import Batch, Upload
from wellness_api.health.samples.columns import Arrival, ReadBatch, read_upload
from wellness_api.health.samples.local_days import utc_midnight_ms

NOW = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
NOW_MS = round(NOW.timestamp() * 1000)
MINUTE_MS = 60_000
TIMES = [NOW_MS - 3 * MINUTE_MS, NOW_MS - 2 * MINUTE_MS, NOW_MS - MINUTE_MS]


def batch(
    times_ms: list[int] | bytes,
    values: Sequence[float | None] | bytes,
    *,
    metric: str = "steps",
    source: str = "watch:w1",
    revision: int = 0,
    lengths_ms: int | list[int] | bytes | None = None,
) -> Batch:
    return Batch(
        metric=metric,
        source=source,
        times_ms=times_ms,
        values=values if isinstance(values, bytes) else list(values),
        revision=revision,
        lengths_ms=lengths_ms,
    )


def read(*batches: Batch) -> list[ReadBatch]:
    return read_upload(Upload(batches=list(batches)), Arrival(NOW, "Asia/Tokyo", date.min))


def packed_times(*times_ms: int) -> bytes:
    return np.array(times_ms, "<i8").tobytes()


def packed_lengths(*lengths_ms: int) -> bytes:
    return np.array(lengths_ms, "<i4").tobytes()


def packed_values(*values: float) -> bytes:
    return np.array(values, "<f8").tobytes()


def over_json(upload: Upload) -> Upload:
    return msgspec.json.decode(msgspec.json.encode(upload), type=Upload)


def over_messagepack(upload: Upload) -> Upload:
    return msgspec.msgpack.decode(msgspec.msgpack.encode(upload), type=Upload)


def moments_of(read: ReadBatch) -> list[int]:
    """Unix milliseconds of all samples that were read."""
    return [
        int(time) + utc_midnight_ms(segment.day)
        for segment in read.segments
        for time in segment.times
    ]
