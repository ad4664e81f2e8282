"""Which segments hold the samples of records, and which segments say that records have no samples any more."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import Final
from uuid import UUID

import numpy as np

from wellness_api.health.metrics.catalogue import METRIC_BY_NUMBER
from wellness_api.health.samples.columns import ReadBatch
from wellness_api.health.samples.local_days import split_by_local_day, utc_midnight_ms
from wellness_api.health.samples.record_rows import KnownRecord, OldMoments, Places
from wellness_api.health.samples.records import mark_of
from wellness_api.health.samples.segments import (
    TOMBSTONE,
    UNSAID,
    EncodedSegment,
    Marks,
    Segment,
    encode,
)

Part = tuple[date, int, str]
"""(day, metric number, source) of a segment."""

MOMENT: Final = 0
"""The time and the length at which a segment says that a record has nothing in this part."""


def days_of_records(batches: Iterable[ReadBatch]) -> dict[int, Places]:
    """By mark, the days on which the records have samples, by metric number."""
    days: defaultdict[int, defaultdict[int, list[date]]] = defaultdict(lambda: defaultdict(list))
    for batch in batches:
        # A batch's segments ascend by day.
        for segment in batch.segments:
            if segment.marks is not None:
                for mark in np.unique(segment.marks.records).tolist():
                    days[mark][batch.metric.number].append(segment.day)
    return {mark: dict(places) for mark, places in days.items()}


def parts_of(known: Iterable[KnownRecord]) -> set[Part]:
    """The parts in which the records have samples, or had them before segments named their records."""
    return {
        (day, number, record.source)
        for record in known
        for number, days in record.places.items()
        for day in days
    }


def ended_parts(
    now: Mapping[UUID, KnownRecord], known: Mapping[UUID, KnownRecord], time_zone: str
) -> list[EncodedSegment]:
    """Segments that say where records had samples and have none any more."""
    gone: defaultdict[Part, list[int]] = defaultdict(list)
    ended: list[EncodedSegment] = []
    for key, record in now.items():
        before = known.get(key)
        if before is None:
            continue
        for part in parts_of([before]) - parts_of([record]):
            gone[part].append(mark_of(key))
        ended.extend(_taken_back(before.source, before.old, time_zone))
    ended.extend(nothing_of(part, marks) for part, marks in gone.items())
    return ended


def nothing_of(part: Part, marks: Sequence[int]) -> EncodedSegment:
    """A segment that says that the records have nothing in the part. `marks`: each mark once."""
    day, number, source = part
    records = np.sort(np.array(marks, np.int64))
    nothing = np.zeros(len(marks), np.int32)
    return encode(
        Segment(
            metric=METRIC_BY_NUMBER[number],
            source=source,
            day=day,
            revision=0,
            times=nothing + MOMENT,
            lengths=nothing,
            values=np.full(len(marks), TOMBSTONE),
            marks=Marks(records, np.zeros(len(marks), np.int64)),
        )
    )


def _taken_back(source: str, old: OldMoments, time_zone: str) -> Iterator[EncodedSegment]:
    """Takes back samples from before segments named their records. They are taken back as samples without a record."""
    for number, moments in old.items():
        times_ms = np.array(moments, np.int64)
        for day, part in split_by_local_day(times_ms, time_zone):
            times = (times_ms[part] - utc_midnight_ms(day)).astype(np.int32)
            metric = METRIC_BY_NUMBER[number]
            length = UNSAID if metric.usual_length_ms else 0
            yield encode(
                Segment(
                    metric=metric,
                    source=source,
                    day=day,
                    revision=0,
                    times=times,
                    lengths=np.full(len(times), length, np.int32),
                    values=np.full(len(times), TOMBSTONE),
                )
            )
