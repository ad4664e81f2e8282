"""An upload is taken as a whole or refused as a whole, naming the field and the limit."""

import math
from collections.abc import Callable
from datetime import date

import numpy as np
import pytest

from device_bridge.wire import (
    CLOCK_AHEAD_MS_MAX,
    EARLIEST_MS,
    LENGTH_MS_MAX,
    SAMPLES_PER_UPLOAD_MAX,
    Batch,
    Upload,
)
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
    packed_times,
    packed_values,
    read,
)
from wellness_api.health.samples.columns import Arrival, read_upload
from wellness_api.health.samples.problems import InvalidUpload

REFUSED = {
    "a metric that is not in the catalogue": (
        batch(TIMES, [1, 2, 3], metric="stepz"),
        ("metric", "a code of GET /v1/metrics"),
    ),
    "fewer values than times": (
        batch(TIMES, [1, 2]),
        ("values", "as many values as times, and at least one"),
    ),
    "more values than times": (
        batch(TIMES, [1, 2, 3, 4]),
        ("values", "as many values as times, and at least one"),
    ),
    "no samples": (batch([], []), ("values", "as many values as times, and at least one")),
    "no packed samples": (
        batch(b"", b""),
        ("values", "as many values as times, and at least one"),
    ),
    "NaN": (
        batch(TIMES, [1, 2, math.nan]),
        ("values[2]", "a finite number, or null to take a sample back"),
    ),
    "infinity": (
        batch(TIMES, [1, math.inf, 3]),
        ("values[1]", "a finite number, or null to take a sample back"),
    ),
    "minus infinity": (
        batch(TIMES, [-math.inf, 2, math.nan]),
        ("values[0]", "a finite number, or null to take a sample back"),
    ),
    "NaN after a sample that is taken back": (
        batch(TIMES, [None, math.nan, 3]),
        ("values[1]", "a finite number, or null to take a sample back"),
    ),
    "infinity after a sample that is taken back": (
        batch(TIMES, [None, 2, math.inf]),
        ("values[2]", "a finite number, or null to take a sample back"),
    ),
    "packed NaN, which is no null": (
        batch(TIMES, packed_values(1, math.nan, 3)),
        ("values[1]", "a finite number, or null to take a sample back"),
    ),
    "packed infinity": (
        batch(packed_times(*TIMES), packed_values(1, 2, math.inf)),
        ("values[2]", "a finite number, or null to take a sample back"),
    ),
    "a sample from the future": (
        batch([TIMES[0], NOW_MS + CLOCK_AHEAD_MS_MAX + 1], [1, 2]),
        ("times_ms[1]", "at most 2 minutes after now"),
    ),
    "seconds where milliseconds belong": (
        batch([time // 1000 for time in TIMES], [1, 2, 3]),
        ("times_ms[0]", "not before 2000-01-01"),
    ),
    "a sample from before 2000": (
        batch([TIMES[0], EARLIEST_MS - 1, 0], [1, 2, 3]),
        ("times_ms[1]", "not before 2000-01-01"),
    ),
    "packed times cut short": (
        batch(packed_times(*TIMES)[:-1], [1, 2, 3]),
        ("times_ms", "a whole number of 8-byte little-endian numbers"),
    ),
    "packed values cut short": (
        batch(TIMES, packed_values(1, 2, 3)[:-4]),
        ("values", "a whole number of 8-byte little-endian numbers"),
    ),
    "a time of more than 64 bits": (batch([2**63], [1]), ("times_ms", "64-bit numbers")),
    "the greatest time of 64 bits": (
        batch([2**63 - 1], [1]),
        ("times_ms[0]", "at most 2 minutes after now"),
    ),
    "the least time of 64 bits": (
        batch([-(2**63)], [1]),
        ("times_ms[0]", "not before 2000-01-01"),
    ),
    "fewer lengths than times": (
        batch(TIMES, [1, 2, 3], lengths_ms=[60_000]),
        ("lengths_ms", "as many lengths as times, one number for all, or none"),
    ),
    "no lengths in a column of them": (
        batch(TIMES, [1, 2, 3], lengths_ms=b""),
        ("lengths_ms", "as many lengths as times, one number for all, or none"),
    ),
    "packed lengths cut short": (
        batch(TIMES, [1, 2, 3], lengths_ms=packed_lengths(1, 2, 3)[:-1]),
        ("lengths_ms", "a whole number of 4-byte little-endian numbers"),
    ),
    "a length of more than 25 hours": (
        batch(TIMES, [1, 2, 3], lengths_ms=[0, LENGTH_MS_MAX + 1, 0]),
        ("lengths_ms[1]", "from 0 to 90000000"),
    ),
    "one length of more than 25 hours": (
        batch(TIMES, [1, 2, 3], lengths_ms=LENGTH_MS_MAX + 1),
        ("lengths_ms", "from 0 to 90000000"),
    ),
    "a length below none": (
        batch(TIMES, [1, 2, 3], lengths_ms=packed_lengths(0, 0, -1)),
        ("lengths_ms[2]", "from 0 to 90000000"),
    ),
    "a length of more than 32 bits": (
        batch(TIMES, [1, 2, 3], lengths_ms=[0, 2**31, 0]),
        ("lengths_ms", "32-bit numbers"),
    ),
    "a length of what is measured at a moment": (
        batch(TIMES, [1, 2, 3], metric="heart_rate", lengths_ms=[0, 0, 1]),
        ("lengths_ms[2]", "from 0 to 0"),
    ),
    "a value that no float can hold": (batch([TIMES[0]], [10**400]), ("values", "64-bit numbers")),
}


@pytest.mark.parametrize(("wrong", "expected"), REFUSED.values(), ids=REFUSED.keys())
def test_a_doubtful_upload_is_refused_naming_the_field_and_the_limit(
    wrong: Batch, expected: tuple[str, str]
) -> None:
    field, limit = expected
    sound = batch(TIMES, [1, 2, 3])
    with pytest.raises(InvalidUpload) as refused:
        read(sound, wrong)
    assert (refused.value.field, refused.value.limit) == (f"batches[1].{field}", limit)
    assert refused.value.detail.endswith(".")


def test_an_unknown_metric_is_named() -> None:
    with pytest.raises(InvalidUpload, match="There is no metric 'stepz'"):
        read(batch(TIMES, [1, 2, 3], metric="stepz"))


def test_unequal_columns_are_counted() -> None:
    with pytest.raises(InvalidUpload, match="3 times and 2 values"):
        read(batch(TIMES, [1, 2]))


def test_a_clock_may_run_two_minutes_ahead() -> None:
    (ahead,) = read(batch([NOW_MS + 120_000], [5]))
    assert len(ahead.segments[0].times) == 1


def test_the_first_moment_of_2000_is_old_enough() -> None:
    (old,) = read(batch([EARLIEST_MS], [5]))
    assert len(old.segments[0].times) == 1


@pytest.mark.parametrize("parts", [1, 2])
def test_an_upload_holds_only_so_many_samples(parts: int) -> None:
    def minutes(length: int) -> Batch:
        return batch(np.full(length, NOW_MS, "<i8").tobytes(), np.zeros(length, "<f8").tobytes())

    lengths = [SAMPLES_PER_UPLOAD_MAX // parts] * parts
    assert sum(part.length for part in read(*map(minutes, lengths))) == SAMPLES_PER_UPLOAD_MAX
    lengths[-1] += 1
    with pytest.raises(InvalidUpload, match="send it in parts") as refused:
        read(*map(minutes, lengths))
    assert (refused.value.field, refused.value.limit) == (
        "batches",
        "at most 250000 samples in an upload",
    )


@pytest.mark.parametrize("sent", [over_json, over_messagepack])
@pytest.mark.parametrize("metric", ["steps", "body_weight"])
def test_listed_and_packed_columns_are_read_alike_on_every_wire(
    sent: Callable[[Upload], Upload], metric: str
) -> None:
    values = [62.5, 64.92, 63]
    listed = read(batch(TIMES, values, metric=metric))
    for columns in (
        batch(TIMES, values, metric=metric),
        batch(packed_times(*TIMES), values, metric=metric),
        batch(TIMES, packed_values(*values), metric=metric),
        batch(packed_times(*TIMES), packed_values(*values), metric=metric),
    ):
        (arrived,) = read(*sent(Upload(batches=[columns])).batches)
        assert arrived.digest == listed[0].digest
        assert arrived.segments[0].times.tolist() == listed[0].segments[0].times.tolist()
        assert arrived.segments[0].values.tolist() == listed[0].segments[0].values.tolist()


def test_the_digest_tells_every_change_of_content() -> None:
    contents = [
        batch(TIMES, [1, 2, 3]),
        batch(TIMES, [1, 3, 2]),
        batch(TIMES, [1, 2, None]),
        batch(TIMES[:2], [1, 2]),
        batch([time - 1 for time in TIMES], [1, 2, 3]),
        batch(TIMES, [1, 2, 3], revision=1),
        batch(TIMES, [1, 2, 3], source="watch:w2"),
        batch(TIMES, [1, 2, 3], metric="body_weight"),
        batch(TIMES, [1, 2, 1000]),
    ]
    assert len({part.digest for part in read(*contents)}) == len(contents)


@pytest.mark.parametrize("ahead_ms", [CLOCK_AHEAD_MS_MAX + 1, 5 * MINUTE_MS, 86_400_000 * 30_000])
def test_a_stations_sample_from_the_future_is_brought_to_now_and_its_neighbours_stay(
    ahead_ms: int,
) -> None:
    station = Arrival(NOW, "Asia/Tokyo", date.min, "station")
    good = batch(TIMES, [1, 2, 3])
    fast = batch([NOW_MS + ahead_ms, TIMES[0], NOW_MS + ahead_ms + 1], [120, 121, 122])
    first, second = read_upload(Upload(batches=[good, fast]), station)
    assert (moments_of(first), first.from_clock_ahead) == (TIMES, 0)
    assert moments_of(second) == [TIMES[0], NOW_MS - 1, NOW_MS]
    assert np.concatenate([segment.values for segment in second.segments]).tolist() == [
        121_000,
        120_000,
        122_000,
    ]
    assert (second.from_clock_ahead, second.refused, second.repeated) == (2, 0, 0)


def test_a_station_within_the_tolerance_keeps_its_time() -> None:
    station = Arrival(NOW, "Asia/Tokyo", date.min, "station")
    (kept,) = read_upload(Upload(batches=[batch([NOW_MS + CLOCK_AHEAD_MS_MAX], [120])]), station)
    assert (moments_of(kept), kept.from_clock_ahead) == ([NOW_MS + CLOCK_AHEAD_MS_MAX], 0)


def test_the_greatest_time_of_64_bits_of_a_station_is_brought_to_now() -> None:
    station = Arrival(NOW, "Asia/Tokyo", date.min, "station")
    (kept,) = read_upload(Upload(batches=[batch([2**63 - 1], [120])]), station)
    assert moments_of(kept) == [NOW_MS]
