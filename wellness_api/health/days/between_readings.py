"""A counter's readings as records with spans: what lies between two of them.

A counter starts at midnight, and each reading states the day so far. A later reading takes the place of those before it,
also when it is lower, as after a reset. What lies between two readings is a record like any other, from the one to the
other, and before the first one from the day's begin.

Counters are slow at times: a phone that hears of its watch's morning at noon jumps by thousands within a second. What is
more than the time between two readings can hold was done before it, so the reading before said too little and is passed
over. A reading that is more than the whole day so far can hold, as yesterday's just after midnight, is passed over itself.
"""

from typing import NamedTuple

import numpy as np

from wellness_api.health.days.plausible_spans import MINUTE_MS, Most, plausible_records
from wellness_api.health.days.spans import NO_ID, NO_RECORDS, THOUSANDTHS, Int64Array, Records, Span
from wellness_api.health.metrics.metric import Metric
from wellness_api.health.samples.plausibility import BOUNDS


class Readings(NamedTuple):
    """Of one source's counter on one day: moments in Unix milliseconds, ascending, and the day so far, in thousandths."""

    moments: Int64Array
    totals: Int64Array


def between_readings(readings: Readings, counter: Metric, most: Most, day: Span) -> Records:
    """The records that the readings come to. `counter`: whose readings they are; `most`: of what it is the total of."""
    bounds = BOUNDS[counter.number]
    # A total of the whole day is read in its last millisecond, and is of all of it.
    ends = np.where(
        readings.moments >= day.end - 1, day.end, np.maximum(readings.moments, day.start + 1)
    )
    so_far = _records(np.full(len(ends), day.start), ends, readings.totals)
    can_be = (
        plausible_records(so_far, most)
        & (readings.totals >= bounds.low * THOUSANDTHS)
        & (readings.totals <= bounds.high * THOUSANDTHS)
    )
    if not can_be.any():
        return NO_RECORDS
    ends, totals = ends[can_be], readings.totals[can_be]
    settled = np.minimum.accumulate(totals[::-1])[::-1]
    records = _records(np.append(day.start, ends[:-1]), ends, np.diff(settled, prepend=0))
    assert records.amounts.sum() == totals[-1], "the sum is the last reading"
    room = most.of_minute * (ends - records.starts) + THOUSANDTHS * MINUTE_MS
    if (records.amounts * MINUTE_MS < room).all():
        return records
    return _records(*_joined(records, most))


def _records(starts: Int64Array, ends: Int64Array, amounts: Int64Array) -> Records:
    return Records(starts, ends, amounts, ends, np.full(len(ends), NO_ID, np.int64))


def _joined(records: Records, most: Most) -> tuple[Int64Array, Int64Array, Int64Array]:
    """Starts, ends and amounts, each joined with those before it until its time can hold it, and the first with the next."""
    kept: list[tuple[int, int, int]] = []
    for start, end, amount in zip(
        records.starts.tolist(), records.ends.tolist(), records.amounts.tolist(), strict=True
    ):
        begun, added = start, amount
        while kept and not (
            most.may_go_on_for(end - begun, added)
            and most.may_go_on_for(kept[-1][1] - kept[-1][0], kept[-1][2])
        ):
            begun, _, before = kept.pop()
            added += before
        kept.append((begun, end, added))
    starts, ends, amounts = np.array(kept, np.int64).T
    return starts, ends, amounts
