"""Looks up what others say of the moments that an upload's records leave (`taking_back`)."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from typing import Final

import numpy as np

from wellness_api.database.pool import Connection
from wellness_api.database.sql import read_named_sql
from wellness_api.health.samples.columns import ReadBatch
from wellness_api.health.samples.local_days import utc_midnight_ms
from wellness_api.health.samples.merging import Merged
from wellness_api.health.samples.record_rows import record_samples, utc_date
from wellness_api.health.samples.taking_back import Others, Place, Said

RECORDS_OF_DAYS: Final = read_named_sql(__package__, "records_of_days")

DAYS_LOOKED_AT: Final = 7
"""Records of so many days are read at once: more would keep everybody else waiting while they are decoded."""

Part = tuple[date, int, str]
"""(day, metric number, source) of a segment."""


async def others_of(
    connection: Connection,
    resident_id: int,
    leaving: Sequence[ReadBatch],
    stored: Mapping[Part, Merged],
) -> Others:
    """What is said of the moments of `leaving`. `stored`: what a reader sees of their segments."""
    counted = {
        (batch.metric.number, batch.source): dict(_counted(batch, stored)) for batch in leaving
    }
    living: defaultdict[Place, defaultdict[int, list[Said]]] = defaultdict(
        lambda: defaultdict(list)
    )
    sources = list({source for _, source in counted})
    for first, last in _runs({utc_date(time_ms) for of in counted.values() for time_ms in of}):
        for row in await connection.fetch(
            *RECORDS_OF_DAYS(
                resident_id=resident_id, first_day=first, last_day=last, sources=sources
            )
        ):
            for number, samples in record_samples(row["times"], row["values"]).items():
                place = number, row["source"]
                for time_ms in samples.keys() & counted.get(place, {}).keys():
                    if first <= utc_date(time_ms) <= last:
                        said = Said(row["record"], samples[time_ms])
                        living[place][time_ms].append(said)
    return Others(counted, living)


def _counted(batch: ReadBatch, stored: Mapping[Part, Merged]) -> Iterator[tuple[int, int]]:
    """Time and value of the batch's moments at which something stands that came without a revision of its own."""
    for segment in batch.segments:
        merged = stored.get((segment.day, batch.metric.number, batch.source))
        if merged is None:
            continue
        midnight_ms = utc_midnight_ms(segment.day)
        wanted = np.isin(merged.times, segment.times) & (merged.revisions == 0)
        times_ms = (midnight_ms + merged.times[wanted].astype(np.int64)).tolist()
        yield from zip(times_ms, merged.values[wanted].tolist(), strict=True)


def _runs(days: set[date]) -> Iterator[tuple[date, date]]:
    """First and last days of spans that hold all of the days, each of at most `DAYS_LOOKED_AT`."""
    left = sorted(days, reverse=True)
    while left:
        first = last = left.pop()
        while left and left[-1] - first < timedelta(days=DAYS_LOOKED_AT):
            last = left.pop()
        yield first, last
