"""Turns a counter's readings into records with spans: each record is what lies between two readings.

A counter starts at midnight, and each reading states the day so far. A later reading replaces the earlier ones, also when
it is lower, as after a reset. What lies between two readings is a record like any other. The first record begins with the
day.

Some counters are slow: a phone that hears of its watch's morning at noon jumps by thousands within a second. Such an
amount is more than the time between the two readings can hold. So it was done earlier, the reading before it said too
little, and the code passes over that reading. The code also passes over a reading that is more than the whole day so far
can hold, such as yesterday's reading just after midnight.
"""

from typing import NamedTuple

import numpy as np

from wellness_api.health.days.plausible_spans import MINUTE_MS, Most, plausible_records
from wellness_api.health.days.spans import NO_ID, NO_RECORDS, THOUSANDTHS, Int64Array, Records, Span
from wellness_api.health.metrics.metric import Metric
from wellness_api.health.samples.plausibility import BOUNDS


class Readings(NamedTuple):
    """The readings of one source's counter on one day.

    `moments`: Unix milliseconds, ascending. `totals`: the day so far at each moment, in thousandths.
    """

    moments: Int64Array
    totals: Int64Array


def between_readings(readings: Readings, counter: Metric, most: Most, day: Span) -> Records:
    """The records that the readings come to.

    `counter`: the metric of the readings. `most`: the bounds of the metric of which `counter` is the total.
    """
    bounds = BOUNDS[counter.number]
    # A total of the whole day is read in the day's last millisecond. It covers the whole day.
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
    """Starts, ends and amounts. A record is joined with those before it until its time can hold it; the first one is
    joined with the next.
    """
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
