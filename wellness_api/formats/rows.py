"""One JSON object a sample, for whoever writes a first client: easy to read and to make, and the largest on the wire."""

from datetime import UTC, datetime, timedelta
from typing import Annotated, Final

import msgspec

from device_bridge.wire import JSON, SOURCE_PATTERN, Batch
from wellness_api.formats.format import Format, ItemRefusal, ReadItems
from wellness_api.metrics.catalogue import METRIC_BY_CODE
from wellness_api.samples.columns import CLOCK_AHEAD_MS_MAX, EARLIEST_MS

ROWS_MAX: Final = 20_000
EARLIEST: Final = datetime.fromtimestamp(EARLIEST_MS / 1000, UTC)
CLOCK_AHEAD_MAX: Final = timedelta(milliseconds=CLOCK_AHEAD_MS_MAX)


class Row(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """A sample. `time` with its offset; for a counted metric such as steps, the start of the minute counted.

    `value`: in the metric's unit (`GET /v1/metrics`); null takes back the sample at that time.
    """

    metric: str
    source: Annotated[str, msgspec.Meta(pattern=SOURCE_PATTERN)]
    time: Annotated[datetime, msgspec.Meta(tz=True)]
    value: float | None
    revision: Annotated[int, msgspec.Meta(ge=0, le=2**62)] = 0


class Rows(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """Samples of a resident, in any order; `card` is a gateway's affair."""

    samples: Annotated[list[Row], msgspec.Meta(min_length=1, max_length=ROWS_MAX)]


class _Unread(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    samples: Annotated[list[msgspec.Raw], msgspec.Meta(min_length=1, max_length=ROWS_MAX)]


_body: Final = msgspec.json.Decoder(_Unread)
_row: Final = msgspec.json.Decoder(Row)


def read_rows(body: bytes, now: datetime) -> ReadItems:
    """The rows as one batch for each (metric, source, revision), in the order in which these first appear."""
    batches: dict[tuple[str, str, int], tuple[list[int], list[float | None]]] = {}
    refused: list[ItemRefusal] = []
    for item, raw in enumerate(_body.decode(body).samples):
        row = _read(item, raw, now)
        if isinstance(row, ItemRefusal):
            refused.append(row)
            continue
        times, values = batches.setdefault((row.metric, row.source, row.revision), ([], []))
        times.append(round(row.time.timestamp() * 1000))
        values.append(row.value)
    return ReadItems(
        [
            Batch(metric=metric, source=source, revision=revision, times_ms=times, values=values)
            for (metric, source, revision), (times, values) in batches.items()
        ],
        refused,
    )


def _read(item: int, raw: msgspec.Raw, now: datetime) -> Row | ItemRefusal:
    try:
        row = _row.decode(raw)
    except (msgspec.ValidationError, UnicodeDecodeError) as error:
        what, _, path = str(error).partition(" - at `$.")
        return ItemRefusal(
            item=item, field=path.rstrip("`") or "sample", limit="the schema of a row", detail=what
        )
    if row.metric not in METRIC_BY_CODE:
        return ItemRefusal(
            item=item,
            field="metric",
            limit="a code of GET /v1/metrics",
            detail=f"There is no metric {row.metric!r}.",
        )
    if not EARLIEST <= row.time <= now + CLOCK_AHEAD_MAX:
        return ItemRefusal(
            item=item,
            field="time",
            limit="from 2000-01-01 to now",
            detail="The sample is from the future or from before 2000; check the clock.",
        )
    return row


ROWS: Final = Format(name="rows", media_type=JSON, read=read_rows, shape=Rows)
