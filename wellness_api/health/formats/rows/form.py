"""One JSON object for each sample, for the author of a first client: easy to read and to make, and the largest to send."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Final

import msgspec

from device_bridge.wire import JSON, SOURCE_PATTERN, SaidOrigin, WholeStates
from points.said import said
from wellness_api.health.formats.bounds import check_values, items_of
from wellness_api.health.formats.decoding import ItemDecoder
from wellness_api.health.formats.format import Context, Format, ReadItems
from wellness_api.health.formats.intervals import check_interval
from wellness_api.health.formats.items import (
    ItemRefused,
    end_ms_of,
    metric_of,
    read_each,
    time_ms_of,
)
from wellness_api.health.metrics.metric import Metric
from wellness_api.health.metrics.units import conversion
from wellness_api.health.samples.records import Column, Record

ROWS_MAX: Final = 20_000
"""An upload of more rows is refused with 422 and this limit."""


class Row(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """A sample. `time` with its offset; for a counted metric such as steps, when the counting began.

    `end`: when it ended; without it a count lasts a minute. A metric that is measured at a moment has no end. `value`: in
    `unit` (a UCUM code), else in the metric's unit (`GET /v1/metrics`); null takes back the sample of that time and end.
    `origin`: how the value came to be.
    """

    metric: str
    source: Annotated[str, msgspec.Meta(pattern=SOURCE_PATTERN)]
    time: Annotated[datetime, msgspec.Meta(tz=True)]
    value: float | None
    unit: str | None = None
    end: Annotated[datetime, msgspec.Meta(tz=True)] | None = None
    revision: Annotated[int, msgspec.Meta(ge=0, le=2**62)] = 0
    origin: SaidOrigin | None = None


class Rows(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """Samples of a resident, in any order. With `whole_states` there may be none. Only a gateway sends a `card`, so there
    is none here.
    """

    samples: Annotated[list[Row], msgspec.Meta(max_length=ROWS_MAX)]
    whole_states: WholeStates = []


class _Unread(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    samples: msgspec.Raw
    whole_states: WholeStates = []


_body: Final = msgspec.json.Decoder(_Unread)
_row: Final = ItemDecoder(Row, "revision")


def read_rows(body: bytes, context: Context) -> ReadItems:
    """Reads a record without an id from each row."""

    def read_row(raw: msgspec.Raw) -> Sequence[Record]:
        row = _row.decode(raw)
        metric = metric_of(row.metric)
        value = row.value
        if value is not None and row.unit is not None:
            value = conversion(row.unit, metric)(value)
        time_ms = time_ms_of(row.time, context)
        column = Column([time_ms], [value], _length_ms(row, metric, time_ms, context))
        return [
            Record(
                source=row.source,
                columns={metric.code: column},
                revision=row.revision,
                origin=row.origin,
            )
        ]

    check_values(body)
    said = _body.decode(body)
    raws = items_of(
        said.samples,
        items_min=0 if said.whole_states else 1,
        items_max=ROWS_MAX,
        path="$.samples",
    )
    return read_each(raws, read_row)._replace(whole_states=said.whole_states)


def _length_ms(row: Row, metric: Metric, time_ms: int, context: Context) -> Sequence[int]:
    if row.end is None:
        return ()
    if metric.sample_time == "moment":
        raise ItemRefused(
            field="end",
            limit="a time alone",
            detail=said("refusal.no_end", code=metric.code),
        )
    end_ms = end_ms_of(row.end, context, field="end")
    check_interval(time_ms, end_ms)
    return [end_ms - time_ms]


EXAMPLE: Final = {
    "samples": [
        {
            "metric": "body_weight",
            "source": "phone:example",
            "time": "2026-09-21T22:14:00+09:00",
            "value": 62.4,
        }
    ]
}

ROWS: Final = Format(
    name="rows",
    title="samples as rows",
    about="One JSON object a sample, for a first client.",
    media_types=(JSON,),
    read=read_rows,
    example=EXAMPLE,
    shape=Rows,
)
