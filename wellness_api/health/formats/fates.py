"""What became of each record of an upload of which not everything was kept."""

import asyncio
from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from itertools import groupby
from typing import Final, NamedTuple

import numpy as np

from device_bridge.wire import BatchReceipt, Receipt
from wellness_api.database.pool import Pool
from wellness_api.health.metrics.catalogue import METRIC_BY_CODE
from wellness_api.health.samples.own_living import own_living
from wellness_api.health.samples.plausibility import in_parts
from wellness_api.health.samples.records import DeletedRecord, Record
from wellness_api.health.samples.spans import TimeSpan

Part = tuple[str, str]
"""(metric, source): a receipt counts by parts."""

STRETCH: Final = timedelta(days=28)
"""The code reads so much at a time, and only where it looks for something: a diary's records may lie years apart."""


class Fate(NamedTuple):
    """How many of a record's samples are there now, how many are not, and the receipt's first reason if it has one."""

    kept: int
    refused: int
    reason: str


async def fates_of(
    pool: Pool,
    resident_id: int,
    taken: Sequence[Record | DeletedRecord],
    receipt: Receipt,
    *,
    time_zone: str,
) -> dict[int, Fate]:
    """The records of which something was refused, by their places in `taken`.

    A receipt counts refusals but lists only the first ones. So this looks up which samples are there as they were sent.
    That also works for samples that were sent again, and whatever the reason was.
    """
    suspects = {
        (batch_receipt.metric, batch_receipt.source): batch_receipt
        for batch_receipt in receipt.batches
        if batch_receipt.refused
    }
    if not suspects:
        return {}
    times: defaultdict[Part, list[int]] = defaultdict(list)
    for record in taken:
        if isinstance(record, Record):
            for code, column in record.columns.items():
                times[code, record.source].extend(column.times_ms)
    there = {
        part: await _there(pool, resident_id, part, times[part], time_zone)
        for part in suspects
        if times[part]
    }
    return await asyncio.to_thread(_fates, taken, there, suspects)


def _fates(
    taken: Sequence[Record | DeletedRecord],
    there: Mapping[Part, Mapping[int, int]],
    suspects: Mapping[Part, BatchReceipt],
) -> dict[int, Fate]:
    return {
        place: fate
        for place, record in enumerate(taken)
        if isinstance(record, Record) and (fate := _fate(record, there, suspects)).refused
    }


async def _there(
    pool: Pool, resident_id: int, part: Part, times_ms: Sequence[int], time_zone: str
) -> dict[int, int]:
    """The stored values of the part at these times, as whole parts, by time."""
    metric = METRIC_BY_CODE[part[0]]
    there: dict[int, int] = {}
    for number, of_stretch in groupby(sorted(set(times_ms)), key=_stretch):
        wanted = np.fromiter(of_stretch, np.int64)
        start = datetime.fromtimestamp(number * STRETCH.total_seconds(), UTC)
        living = await own_living(
            pool,
            resident_id,
            TimeSpan(start, start + STRETCH),
            time_zone=time_zone,
            metrics=[metric.number],
            source=part[1],
        )
        for samples in living.values():
            asked = np.isin(samples.times_ms, wanted)
            there |= zip(
                samples.times_ms[asked].tolist(), samples.values[asked].tolist(), strict=True
            )
    return there


def _stretch(time_ms: int) -> int:
    return time_ms // round(STRETCH.total_seconds() * 1000)


def _fate(
    record: Record,
    there: Mapping[Part, Mapping[int, int]],
    suspects: Mapping[Part, BatchReceipt],
) -> Fate:
    kept = refused = 0
    reason = ""
    for code, column in record.columns.items():
        part = code, record.source
        if part not in there:
            kept += len(column.times_ms)
            continue
        values = np.array(
            [np.nan if number is None else number for number in column.values], np.float64
        )
        parts = in_parts(values, METRIC_BY_CODE[code]).tolist()
        for time_ms, amount, value in zip(column.times_ms, parts, column.values, strict=True):
            stored = there[part].get(time_ms)
            if stored == amount or (value is None and stored is None):
                kept += 1
            else:
                refused += 1
                reason = reason or _reason(suspects[part], time_ms)
    return Fate(kept, refused, reason)


def _reason(batch: BatchReceipt, time_ms: int) -> str:
    """The reason for this time, if the receipt lists it; else the reason that all listed refusals share, if they share one."""
    for refusal in batch.refusals:
        if refusal.time_ms == time_ms:
            return refusal.reason
    reasons = {refusal.reason for refusal in batch.refusals}
    return reasons.pop() if len(reasons) == 1 else ""
