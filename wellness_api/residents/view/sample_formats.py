"""Samples as an answer: JSON, MessagePack, CSV or an Arrow stream, as the client's Accept header asks."""

import io
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

import msgspec
import nanoarrow
import nanoarrow.ipc
import numpy as np

from device_bridge.wire import JSON, MESSAGEPACK
from wellness_api.health.metrics.metric import Metric
from wellness_api.health.samples.spans import TimeSpan
from wellness_api.residents.view.samples import SampleColumns

CSV: Final = "text/csv"
ARROW: Final = "application/vnd.apache.arrow.stream"
FORMATS: Final = (JSON, MESSAGEPACK, CSV, ARROW)


class SamplesHead(msgspec.Struct, kw_only=True, rename={"start": "from", "end": "to"}):
    """What the samples are: metric, UCUM unit, the span, the source (null: the best source of each minute)."""

    metric: str
    unit: str
    source: str | None
    start: datetime
    end: datetime


class Samples(SamplesHead, kw_only=True, rename={"start": "from", "end": "to"}):
    """Samples of one metric as two columns of equal length. `times_ms`: Unix milliseconds, ascending."""

    times_ms: list[int]
    values: list[float]


class PackedSamples(SamplesHead, kw_only=True, rename={"start": "from", "end": "to"}):
    """Samples with columns packed little-endian, int64 and float64."""

    times_ms: bytes
    values: bytes


def head_of(metric: Metric, span: TimeSpan, source: str | None) -> SamplesHead:
    """The head for these columns."""
    return SamplesHead(
        metric=metric.code, unit=metric.unit, source=source, start=span.start, end=span.end
    )


def chosen_format(accept: str) -> str:
    """The first of our formats that the Accept header names; JSON when it names none."""
    named = [part.partition(";")[0].strip().lower() for part in accept.split(",")]
    return next((name for name in named if name in FORMATS), JSON)


def encoded(media_type: str, head: SamplesHead, columns: SampleColumns, *, time_zone: str) -> bytes:
    """The answer's body in one of FORMATS."""
    match media_type:
        case "application/msgpack":
            return msgspec.msgpack.encode(
                PackedSamples(
                    **msgspec.structs.asdict(head),
                    times_ms=columns.times_ms.astype("<i8").tobytes(),
                    values=columns.values.astype("<f8").tobytes(),
                )
            )
        case "text/csv":
            return _csv(head, columns, time_zone).encode()
        case "application/vnd.apache.arrow.stream":
            return _arrow(columns)
        case _:
            return msgspec.json.encode(
                Samples(
                    **msgspec.structs.asdict(head),
                    times_ms=columns.times_ms.tolist(),
                    values=columns.values.tolist(),
                )
            )


def _csv(head: SamplesHead, columns: SampleColumns, time_zone: str) -> str:
    """One line for each sample. Times are clock times in the resident's zone, with their offset (RFC 3339)."""
    zone = ZoneInfo(time_zone)
    lines = [f"time,{head.metric} ({head.unit})"]
    lines.extend(
        f"{datetime.fromtimestamp(time_ms / 1000, zone).isoformat(timespec='milliseconds')},{value:.10g}"
        for time_ms, value in zip(columns.times_ms.tolist(), columns.values.tolist(), strict=True)
    )
    return "\n".join(lines) + "\n"


def _arrow(columns: SampleColumns) -> bytes:
    """One record batch of `time` (timestamp in ms, UTC) and `value` (double)."""
    times = nanoarrow.c_array_from_buffers(
        nanoarrow.timestamp("ms", "UTC", nullable=False),
        len(columns.times_ms),
        [None, np.ascontiguousarray(columns.times_ms)],
    )
    values = nanoarrow.c_array_from_buffers(
        nanoarrow.float64(nullable=False),
        len(columns.values),
        [None, np.ascontiguousarray(columns.values)],
    )
    schema = nanoarrow.struct(
        {
            "time": nanoarrow.timestamp("ms", "UTC", nullable=False),
            "value": nanoarrow.float64(nullable=False),
        }
    )
    batch = nanoarrow.c_array_from_buffers(
        schema, len(columns.values), [None], children=[times, values]
    )
    written = io.BytesIO()
    with nanoarrow.ipc.StreamWriter.from_writable(written) as stream:
        stream.write_array(batch)
    return written.getvalue()
