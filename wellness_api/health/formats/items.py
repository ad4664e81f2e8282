"""Reads the items of a body one by one, so that a bad one is refused alone."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Final, TypeVar

import msgspec

from device_bridge.wire import (
    CLOCK_AHEAD_MS_MAX,
    EARLIEST_MS,
    LENGTH_MS_MAX,
    SAMPLES_PER_UPLOAD_MAX,
)
from points.said import Said, said
from wellness_api.health.formats.format import Context, ReadItems, RefusedItem
from wellness_api.health.metrics.catalogue import METRIC_BY_CODE
from wellness_api.health.metrics.metric import Metric
from wellness_api.health.metrics.units import UnknownUnit
from wellness_api.health.samples.problems import InvalidUpload
from wellness_api.health.samples.records import DeletedRecord, Record
from wellness_api.health.samples.times_in_words import impossible_moment, no_offset
from wellness_api.words.telling import told

EARLIEST: Final = datetime.fromtimestamp(EARLIEST_MS / 1000, UTC)
CLOCK_AHEAD_MAX: Final = timedelta(milliseconds=CLOCK_AHEAD_MS_MAX)
"""A time further ahead of the server's clock is refused with its item."""

Raw = TypeVar("Raw")


class ItemRefused(Exception):
    """The item cannot be taken. `field` says where, `limit` what would do."""

    def __init__(self, *, field: str, limit: str, detail: Said) -> None:
        super().__init__(told(detail, None))
        self.field = field
        self.limit = limit
        self.detail = detail


def read_each(
    raws: Sequence[Raw], read_item: Callable[[Raw], Sequence[Record | DeletedRecord]]
) -> ReadItems:
    """Reads every item with `read_item`.

    `read_item` raises ItemRefused, UnknownUnit or msgspec's errors for an item that cannot be taken. This function raises
    InvalidUpload as soon as there are more samples than an upload may hold, so that short items that unfold to many
    samples take no more memory than that.
    """
    taken: list[Record | DeletedRecord] = []
    refused: list[RefusedItem] = []
    samples = 0
    for item, raw in enumerate(raws):
        try:
            read = read_item(raw)
            _check_recorder(read)
        except ItemRefused as error:
            refused.append(RefusedItem(item, error.field, error.limit, error.detail))
            continue
        except UnknownUnit as error:
            refused.append(RefusedItem(item, "unit", error.limit, error.sentence))
            continue
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            problem, _, path = str(error).partition(" - at `$.")
            refused.append(
                RefusedItem(item, path.rstrip("`") or "item", "the schema of an item", problem)
            )
            continue
        taken.extend(read)
        samples += sum(_samples(record) for record in read)
        if samples > SAMPLES_PER_UPLOAD_MAX:
            raise InvalidUpload(
                field="body",
                limit=f"at most {SAMPLES_PER_UPLOAD_MAX} samples in an upload",
                detail=said("refusal.too_many_samples", most=SAMPLES_PER_UPLOAD_MAX),
            )
    return ReadItems(len(raws), taken, refused)


def _check_recorder(read: Sequence[Record | DeletedRecord]) -> None:
    """Refuses what only others may say of a resident: formats come from residents' apps. Raises ItemRefused."""
    for record in read:
        for code in record.columns if isinstance(record, Record) else ():
            metric = METRIC_BY_CODE[code]
            if not metric.may_be_recorded_by("anyone"):
                raise ItemRefused(
                    field="metric",
                    limit=f"recorded by {metric.recorders}",
                    detail=said(
                        "refusal.not_recorded_by", code=code, recorders=metric.recorders_said
                    ),
                )


def _samples(read: Record | DeletedRecord) -> int:
    if isinstance(read, DeletedRecord):
        return 0
    return sum(len(column.times_ms) for column in read.columns.values())


def time_ms_of(moment: datetime, context: Context, *, field: str = "time") -> int:
    """The moment as Unix milliseconds. Raises ItemRefused for a moment without offset, from the future, or before 2000."""
    if moment.tzinfo is None:
        raise ItemRefused(
            field=field,
            limit="an RFC 3339 time with its offset",
            detail=no_offset(moment.isoformat()),
        )
    if not EARLIEST <= moment <= context.now + CLOCK_AHEAD_MAX:
        raise ItemRefused(
            field=field,
            limit=f"from 2000-01-01 to {CLOCK_AHEAD_MAX.seconds // 60} minutes after now",
            detail=impossible_moment(moment, context.now),
        )
    return round(moment.timestamp() * 1000)


def end_ms_of(end: datetime, context: Context, *, field: str) -> int:
    """The end of something that has begun. It may lie ahead: some phones keep one record of the whole day.

    Raises ItemRefused for an end without offset, or one so far ahead that it ends nothing that has begun.
    """
    begun = context._replace(now=context.now + timedelta(milliseconds=LENGTH_MS_MAX))
    return time_ms_of(end, begun, field=field)


def revision_of(changed: datetime | None, context: Context) -> int:
    """Which edit a record is: the time of its last change, in Unix milliseconds.

    It is 0 if that is no time from 2000 until now. Then it says nothing of the value, and any other edit replaces this
    one.
    """
    if changed is None or changed.tzinfo is None:
        return 0
    if not EARLIEST <= changed <= context.now + CLOCK_AHEAD_MAX:
        return 0
    return round(changed.timestamp() * 1000)


def metric_of(code: str, *, field: str = "metric") -> Metric:
    """The metric of the code. Raises ItemRefused."""
    metric = METRIC_BY_CODE.get(code)
    if metric is None:
        raise ItemRefused(
            field=field,
            limit="a code of GET /v1/metrics",
            detail=said("refusal.no_metric", code=repr(code)),
        )
    return metric
