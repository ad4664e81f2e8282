"""Turns an upload's columns into segments, and checks everything that can be checked without the database."""

import hashlib
from collections.abc import Sequence
from datetime import date, datetime
from typing import Final, NamedTuple

import msgspec
import numpy as np
from numpy.typing import NDArray

from device_bridge.wire import (
    CLOCK_AHEAD_MS_MAX,
    EARLIEST_MS,
    FLAGS_LISTED_PER_BATCH_MAX,
    LENGTH_MS_MAX,
    REFUSALS_LISTED_PER_BATCH_MAX,
    SAMPLES_PER_UPLOAD_MAX,
    SEGMENTS_PER_UPLOAD_MAX,
    Batch,
    Flag,
    Refusal,
    Upload,
)
from points.said import Language, said
from wellness_api.health.metrics.catalogue import METRIC_BY_CODE
from wellness_api.health.metrics.metric import Metric, Recorder
from wellness_api.health.samples.cutting import Samples, by_local_day, in_order
from wellness_api.health.samples.lasting import lasting
from wellness_api.health.samples.local_days import utc_midnight_ms
from wellness_api.health.samples.origins import Origin
from wellness_api.health.samples.plausibility import all_count, flaws_of, in_parts, limit_of
from wellness_api.health.samples.problems import InvalidUpload
from wellness_api.health.samples.segments import UNSAID, Marks, Segment, all_of_one_length
from wellness_api.health.samples.times_in_words import impossible_ms

TIME_BYTES: Final = 8
"""The size of a time in a packed column."""

HOUR_MS: Final = 3_600_000
NOT_AHEAD: Final = f"at most {CLOCK_AHEAD_MS_MAX // 60_000} minutes after now"


class ReadBatch(msgspec.Struct):
    """A batch as segments, with what was refused of it, what it held twice, and what of it is implausible.

    `digest` stands for the content as sent. It is the same in JSON, in MessagePack and in packed columns.
    """

    digest: bytes
    metric: Metric
    source: str
    segments: list[Segment]
    length: int
    repeated: int
    refused: int
    refusals: list[Refusal]
    flagged: int
    flags: list[Flag]
    from_clock_ahead: int = 0


class Arrival(NamedTuple):
    """What reading an upload depends on besides the upload.

    `now`: when it came. `time_zone`: the zone of its resident's days. `first_day`: the first day of which samples are
    still kept. `recorder`: who says that it was so. `language`: in which the sender is told what cannot be taken.
    """

    now: datetime
    time_zone: str
    first_day: date
    recorder: Recorder = "anyone"
    language: Language | None = None


class _Columns(NamedTuple):
    """A batch's columns. `lengths_ms`: None where the batch says none."""

    times_ms: NDArray[np.int64]
    lengths_ms: NDArray[np.int32] | None
    values: NDArray[np.float64]


def read_upload(
    upload: Upload,
    arrival: Arrival,
    *,
    bounded: bool = True,
) -> list[ReadBatch]:
    """The upload's batches as segments by local day.

    Raises InvalidUpload for whatever makes the upload as a whole doubtful: an unknown metric, columns of unequal length,
    NaN or infinity, an impossible time, or a metric that the sender may not record. A value outside of the metric's
    plausible range is kept and flagged. A sample of a day whose samples are no longer kept is refused alone. A station's
    sample from the future is moved to now, because a gateway cannot set its cuff's clock and send again. `bounded`:
    whether an upload that holds too much is refused. Only our own uploads are not bounded, and in these NaN in a packed
    column takes a sample back, as null does in a list.
    """
    if bounded:
        check_samples(upload)
    batches = []
    segments = 0
    for index, batch in enumerate(upload.batches):
        batches.append(read_batch(batch, index, arrival, bounded=bounded))
        segments += len(batches[-1].segments)
        if bounded:
            check_segments(segments)
    return batches


def check_samples(upload: Upload) -> None:
    """Raises InvalidUpload for an upload with more samples than one upload may hold."""
    if sum(map(times_in, upload.batches)) > SAMPLES_PER_UPLOAD_MAX:
        raise InvalidUpload(
            field="batches",
            limit=f"at most {SAMPLES_PER_UPLOAD_MAX} samples in an upload",
            detail=said("refusal.too_many_samples", most=SAMPLES_PER_UPLOAD_MAX),
        )


def times_in(batch: Batch) -> int:
    """The number of times in the batch, whether or not they can be read."""
    times = batch.times_ms
    return len(times) // TIME_BYTES if isinstance(times, bytes) else len(times)


def read_batch(batch: Batch, index: int, arrival: Arrival, *, bounded: bool = True) -> ReadBatch:
    """The batch in this place of an upload, see `read_upload`. Raises InvalidUpload."""
    metric = METRIC_BY_CODE.get(batch.metric)
    if metric is None:
        raise InvalidUpload(
            field=f"batches[{index}].metric",
            limit="a code of GET /v1/metrics",
            detail=said("refusal.no_metric", code=repr(batch.metric)),
        )
    columns = _columns(batch, metric, index, may_take_back=not bounded)
    _check_recorder(metric, columns, index, arrival.recorder)
    now_ms = round(arrival.now.timestamp() * 1000)
    _check_times(columns.times_ms, index, now_ms, arrival.recorder)
    return _read_batch(batch, metric, columns, arrival)


def read_of_records(batch: Batch, marks: Marks, arrival: Arrival) -> ReadBatch:
    """Samples of records that have ids, as segments that name each sample's record."""
    metric = METRIC_BY_CODE[batch.metric]
    columns = _columns(batch, metric, 0, may_take_back=False)
    _check_recorder(metric, columns, 0, arrival.recorder)
    _check_times(columns.times_ms, 0, round(arrival.now.timestamp() * 1000), arrival.recorder)
    return _read_batch(batch, metric, columns, arrival, marks)


def check_segments(count: int) -> None:
    """Raises InvalidUpload when an upload is cut into more segments than one statement should store."""
    if count > SEGMENTS_PER_UPLOAD_MAX:
        raise InvalidUpload(
            field="batches",
            limit=f"at most {SEGMENTS_PER_UPLOAD_MAX} days in an upload, those of each batch counted",
            detail=said("refusal.too_many_days", most=SEGMENTS_PER_UPLOAD_MAX),
        )


def _columns(batch: Batch, metric: Metric, index: int, *, may_take_back: bool) -> _Columns:
    times_ms = _packed_or_listed(batch.times_ms, np.dtype("<i8"), f"batches[{index}].times_ms")
    values = _packed_or_listed(batch.values, np.dtype("<f8"), f"batches[{index}].values")
    if len(times_ms) != len(values) or not len(times_ms):
        raise InvalidUpload(
            field=f"batches[{index}].values",
            limit="as many values as times, and at least one",
            detail=said("refusal.unequal_values", times=len(times_ms), values=len(values)),
        )
    unreal = np.isinf(values) if may_take_back else ~np.isfinite(values)
    if isinstance(batch.values, list) and unreal.any():
        unreal &= np.array([value is not None for value in batch.values])
    if unreal.any():
        raise InvalidUpload(
            field=f"batches[{index}].values[{int(np.argmax(unreal))}]",
            limit="a finite number, or null to take a sample back",
            detail=said("refusal.no_finite_number"),
        )
    return _Columns(
        times_ms.astype(np.int64, copy=False),
        _lengths(batch, metric, len(times_ms), f"batches[{index}].lengths_ms"),
        values.astype(np.float64, copy=False),
    )


def _lengths(batch: Batch, metric: Metric, count: int, field: str) -> NDArray[np.int32] | None:
    column = batch.lengths_ms
    if column is None:
        return None
    if isinstance(column, int):
        lengths = np.broadcast_to(np.int32(column), count)
    else:
        lengths = _packed_or_listed(column, np.dtype("<i4"), field).astype(np.int32, copy=False)
        if len(lengths) != count:
            raise InvalidUpload(
                field=field,
                limit="as many lengths as times, one number for all, or none",
                detail=said("refusal.unequal_lengths", times=count, lengths=len(lengths)),
            )
    most = LENGTH_MS_MAX if metric.usual_length_ms else 0
    wrong = (lengths < 0) | (lengths > most)
    if wrong.any():
        raise InvalidUpload(
            field=field if isinstance(column, int) else f"{field}[{int(np.argmax(wrong))}]",
            limit=f"from 0 to {most}",
            detail=said("refusal.sample_too_long", hours=most // HOUR_MS, most=most)
            if most
            else said("refusal.no_length_of_moment", code=metric.code),
        )
    return lengths


def _packed_or_listed(
    column: list[int] | list[float | None] | bytes, dtype: np.dtype[np.generic], field: str
) -> NDArray[np.generic]:
    if isinstance(column, bytes):
        if len(column) % dtype.itemsize:
            raise InvalidUpload(
                field=field,
                limit=f"a whole number of {dtype.itemsize}-byte little-endian numbers",
                detail=said("refusal.packed_column", bytes=len(column), each=dtype.itemsize),
            )
        return np.frombuffer(column, dtype)
    try:
        return np.array(column, dtype)
    except OverflowError as error:
        raise InvalidUpload(
            field=field,
            limit=f"{dtype.itemsize * 8}-bit numbers",
            detail=said("refusal.number_too_large", bits=dtype.itemsize * 8),
        ) from error


def _check_recorder(metric: Metric, columns: _Columns, index: int, recorder: Recorder) -> None:
    """Refuses a recorder that may not record the metric. Such a recorder may still take samples back."""
    if not metric.may_be_recorded_by(recorder) and not np.isnan(columns.values).all():
        raise InvalidUpload(
            field=f"batches[{index}].metric",
            limit=f"recorded by {metric.recorders}",
            detail=said(
                "refusal.not_recorded_by", code=metric.code, recorders=metric.recorders_said
            ),
        )


def _check_times(times_ms: NDArray[np.int64], index: int, now_ms: int, recorder: Recorder) -> None:
    latest_ms = now_ms + CLOCK_AHEAD_MS_MAX if recorder != "station" else np.iinfo(np.int64).max
    if np.minimum.reduce(times_ms) >= EARLIEST_MS and np.maximum.reduce(times_ms) <= latest_ms:
        return
    for wrong, limit in (
        (times_ms > latest_ms, NOT_AHEAD),
        (times_ms < EARLIEST_MS, "not before 2000-01-01"),
    ):
        if wrong.any():
            place = int(np.argmax(wrong))
            raise InvalidUpload(
                field=f"batches[{index}].times_ms[{place}]",
                limit=limit,
                detail=impossible_ms(int(times_ms[place]), field="times_ms"),
            )


def _read_batch(
    batch: Batch, metric: Metric, columns: _Columns, arrival: Arrival, marks: Marks | None = None
) -> ReadBatch:
    times, lengths, values = columns
    ahead = 0
    if arrival.recorder == "station":
        times, ahead = _brought_to(times, round(arrival.now.timestamp() * 1000))
    if lengths is None:
        unsaid = UNSAID if metric.usual_length_ms else 0
        lengths = all_of_one_length(unsaid, len(times))
    samples = in_order(Samples(times, lengths, in_parts(values, metric), marks))
    repeated = len(times) - len(samples.times_ms)
    days = by_local_day(samples, arrival.time_zone, first_day=arrival.first_day)
    # Samples from others than the resident were taken where these others are, whatever their device says.
    origin: Origin | None = batch.origin if arrival.recorder == "anyone" else "station"
    segments = [
        Segment(
            metric=metric,
            source=batch.source,
            day=day.day,
            revision=batch.revision,
            times=day.times,
            lengths=day.lengths,
            values=day.values,
            marks=day.marks,
            spilled=day.spilled,
            origin=origin,
        )
        for day in days.kept
    ]
    flags = _flags(segments, metric)
    return ReadBatch(
        digest=_digest(batch, columns),
        metric=metric,
        source=batch.source,
        segments=segments,
        length=len(columns.times_ms),
        repeated=repeated,
        refused=days.too_old,
        refusals=[
            Refusal(
                time_ms=time_ms,
                field="times_ms",
                reason="past_retention",
                limit=f"not before {arrival.first_day}",
            )
            for time_ms in samples.times_ms[: days.too_old][:REFUSALS_LISTED_PER_BATCH_MAX].tolist()
        ],
        flagged=len(flags),
        flags=[
            Flag(time_ms=time_ms, value=value, reason="out_of_range", limit=limit_of(flaw, metric))
            for time_ms, value, flaw in flags[:FLAGS_LISTED_PER_BATCH_MAX]
        ],
        from_clock_ahead=ahead,
    )


def _brought_to(times_ms: NDArray[np.int64], now_ms: int) -> tuple[NDArray[np.int64], int]:
    """Moves times of a clock that is ahead to just before now, a millisecond apart. Returns the times and how many were moved."""
    ahead = np.flatnonzero(times_ms > now_ms + CLOCK_AHEAD_MS_MAX)
    if not len(ahead):
        return times_ms, 0
    brought = times_ms.copy()
    # If all had one moment, only the last of them would stay.
    in_order = ahead[np.argsort(times_ms[ahead], kind="stable")]
    brought[in_order] = now_ms - np.arange(len(ahead) - 1, -1, -1)
    return brought, len(ahead)


def _flags(segments: Sequence[Segment], metric: Metric) -> list[tuple[int, float, int]]:
    """Time, value and flaw of samples that cannot be true, as far as the batch itself shows it. With other samples, a
    minute or a day may show more.
    """
    flags: list[tuple[int, float, int]] = []
    for segment in segments:
        lengths = lasting(segment.times, segment.lengths, segment.values, metric)
        if all_count(segment.times, lengths, segment.values, metric):
            continue
        flaws = flaws_of(segment.times, lengths, segment.values, metric)
        (flagged,) = flaws[segment.spilled :].nonzero()
        if not len(flagged):
            continue
        flagged += segment.spilled
        times_ms = utc_midnight_ms(segment.day) + segment.times[flagged].astype(np.int64)
        values = segment.values[flagged] / metric.parts_per_unit
        flags.extend(zip(times_ms.tolist(), values.tolist(), flaws[flagged].tolist(), strict=True))
    return flags


def digest_of(batch: Batch) -> bytes | None:
    """A digest of the batch's content, whether or not the batch can be taken now; None where its columns cannot be read."""
    metric = METRIC_BY_CODE.get(batch.metric)
    if metric is None:
        return None
    try:
        return _digest(batch, _columns(batch, metric, 0, may_take_back=False))
    except InvalidUpload:
        return None


def _digest(batch: Batch, columns: _Columns) -> bytes:
    content = hashlib.blake2b(digest_size=16)
    content.update(
        f"{batch.metric} {batch.source} {batch.revision} {len(columns.times_ms)} ".encode()
    )
    content.update(columns.times_ms.tobytes())
    content.update(columns.values.tobytes())
    if columns.lengths_ms is not None:
        content.update(columns.lengths_ms.tobytes())
    if batch.origin is not None:
        content.update(batch.origin.encode())
    return content.digest()
