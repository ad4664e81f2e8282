"""What the benchmarks send: days of heart rate, a sample a minute, as requests to us and to the peer."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Final

import msgspec
import numpy as np
from numpy.typing import NDArray

from device_bridge.wire import JSON, MESSAGEPACK, Batch, Upload
from tests.bench.http_client import post

SAMPLES_PER_DAY: Final = 1_440
METRIC: Final = "heart_rate"
METRIC_NUMBER: Final = 2
SOURCE: Final = "watch:bench"
SOURCE_NUMBER: Final = 1
"""How the rivals' rows name the source: they know no names of sources."""


def bench_day() -> date:
    """A day that is over in every time zone."""
    return datetime.now(UTC).date() - timedelta(days=2)


def noisy_heart_rate(seed: int) -> NDArray[np.float64]:
    """A day's heart rate, one whole number a minute: a slow wander with noise on top."""
    random = np.random.default_rng(seed)
    wander = np.cumsum(random.normal(0, 0.6, SAMPLES_PER_DAY))
    wander -= np.linspace(0, wander[-1], SAMPLES_PER_DAY)
    return np.clip(np.rint(72 + wander + random.normal(0, 3, SAMPLES_PER_DAY)), 40, 200)


def day_times_ms(day: date) -> NDArray[np.int64]:
    """The minutes of the day, Asia/Tokyo, in Unix milliseconds."""
    start = datetime(day.year, day.month, day.day, tzinfo=UTC) - timedelta(hours=9)
    return round(start.timestamp() * 1000) + np.arange(SAMPLES_PER_DAY, dtype=np.int64) * 60_000


def moments(times_ms: NDArray[np.int64]) -> list[datetime]:
    """The same times as rows have them."""
    return [datetime.fromtimestamp(ms / 1000, UTC) for ms in times_ms.tolist()]


def packed(times_ms: NDArray[np.int64], values: NDArray[np.float64], *, revision: int = 0) -> Batch:
    """A batch of heart rate in packed columns."""
    return Batch(
        metric=METRIC,
        source=SOURCE,
        times_ms=times_ms.tobytes(),
        values=values.tobytes(),
        revision=revision,
    )


def our_request(url: str, *, token: str, key: str, batches: list[Batch]) -> bytes:
    """An upload as MessagePack; `key` is its idempotency key."""
    return post(
        f"{url}/v1/uploads",
        {
            "Authorization": f"Bearer {token}",
            "Idempotency-Key": key,
            "Content-Type": MESSAGEPACK,
        },
        msgspec.msgpack.encode(Upload(batches=batches)),
    )


def peer_request(
    url: str, *, resident_id: int, times: Sequence[datetime], values: NDArray[np.float64]
) -> bytes:
    """The same samples as rows of JSON, as tests/bench/peer_fastapi.py takes them."""
    upload = {
        "resident_id": resident_id,
        "metric": METRIC,
        "source_id": SOURCE_NUMBER,
        "samples": [
            {"time": time, "value": value}
            for time, value in zip(times, values.tolist(), strict=True)
        ],
    }
    return post(f"{url}/uploads", {"Content-Type": JSON}, msgspec.json.encode(upload))
