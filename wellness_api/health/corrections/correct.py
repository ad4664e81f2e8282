"""Corrections as uploads that speak of samples which are there already.

Taken back, a sample is followed by "there is none", in a revision above its own: so a copy that is sent again does not
bring it back, and only a later edit of its sender does. A sample of a wrong clock is taken back and given anew at the
right time. The store, the late window and the ledger need to know nothing of either.
"""

import asyncio
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from datetime import date, timedelta
from typing import Final, NamedTuple
from uuid import UUID

import asyncpg
import msgspec
import numpy as np
from numpy.typing import NDArray

from device_bridge.wire import Batch, Upload
from wellness_api.database.pool import Pool
from wellness_api.health.metrics.catalogue import METRIC_BY_NUMBER
from wellness_api.health.metrics.metric import Metric
from wellness_api.health.samples.columns import Arrival, ReadBatch, read_upload
from wellness_api.health.samples.contents import Read, are_large
from wellness_api.health.samples.digests import digest
from wellness_api.health.samples.local_days import utc_midnight_ms
from wellness_api.health.samples.merging import Layer, Merged, merge, stored_layer
from wellness_api.health.samples.own_segments import own_segments
from wellness_api.health.samples.record_rows import KnownRecord
from wellness_api.health.samples.segments import TOMBSTONE
from wellness_api.health.samples.spans import TimeSpan
from wellness_api.health.samples.taking_back import NOBODY, Others

TIME: Final = np.dtype("<i8")
VALUE: Final = np.dtype("<f8")

EVERYTHING: Final = 2**63 - 1
"""Above the sequence of whatever is received."""


class Selection(NamedTuple):
    """The samples that a correction is about; None means any."""

    span: TimeSpan
    metric: Metric | None
    source: str | None


class Found(NamedTuple):
    """Samples of one (metric, source) that the selection holds, and the greatest revision of all that was looked at.

    `times_ms`: Unix milliseconds, ascending. `values`: in the metric's unit.
    """

    metric: Metric
    source: str
    times_ms: NDArray[np.int64]
    values: NDArray[np.float64]
    revision: int


Rewrite = Callable[[Found], Batch]


class Correction:
    """The contents of an upload (`wellness_api.health.samples.contents`) that corrects what `found` holds by `rewrite`."""

    record_keys: Sequence[UUID] = ()

    def __init__(
        self,
        asked: msgspec.Struct,
        found: Sequence[Found],
        rewrite: Rewrite,
        arrival: Arrival,
    ) -> None:
        """`asked`: what stands for the correction when the same is asked for again; raises InvalidUpload."""
        self.digest = digest(msgspec.msgpack.encode(asked))
        upload = Upload(batches=[rewrite(segment) for segment in found])
        self._batches = read_upload(
            upload,
            # What is stored is corrected, however old it is.
            arrival._replace(first_day=date.min),
            bounded=False,
        )
        self.is_large = are_large(self._batches)

    def read(self, known: Mapping[UUID, KnownRecord], others: Others = NOBODY) -> Read:
        """The samples as they are to be."""
        assert not known, "corrections name no records"
        assert others is NOBODY, "corrections leave no moments"
        return Read(self._batches, ())

    def leaving(self, known: Mapping[UUID, KnownRecord]) -> Sequence[ReadBatch]:
        """None."""
        assert not known, "corrections name no records"
        return ()


async def find(
    pool: Pool, resident_id: int, selection: Selection, *, time_zone: str
) -> list[Found]:
    """The samples that there are in the selection."""
    rows = await own_segments(
        pool,
        resident_id,
        selection.span,
        time_zone=time_zone,
        metrics=None if selection.metric is None else [selection.metric.number],
        source=selection.source,
    )
    return await asyncio.to_thread(found_in, rows, selection)


def found_in(
    rows: Sequence[asyncpg.Record], selection: Selection, *, sequence: int = EVERYTHING
) -> list[Found]:
    """The samples of the selection that were received up to `sequence` and are there still; rows as `stored_layer` has them."""
    layers: defaultdict[tuple[int, str], defaultdict[int, list[Layer]]] = defaultdict(
        lambda: defaultdict(list)
    )
    for row in rows:
        layers[row["metric"], row["source"]][utc_midnight_ms(row["day"])].append(stored_layer(row))
    found = [
        _found(METRIC_BY_NUMBER[number], source, days, selection, sequence)
        for (number, source), days in layers.items()
    ]
    return [segment for segment in found if len(segment.times_ms)]


def taken_back(found: Found) -> Batch:
    """The samples taken back for good."""
    return Batch(
        metric=found.metric.code,
        source=found.source,
        revision=found.revision + 1,
        times_ms=found.times_ms.tobytes(),
        values=_none(found).tobytes(),
    )


def moved(by: timedelta) -> Rewrite:
    """The samples taken back where they are, and given where they belong."""
    by_ms = round(by.total_seconds() * 1000)

    def rewrite(found: Found) -> Batch:
        # Of a time named twice the later counts: where a moved sample takes an old one's place, it stays.
        return Batch(
            metric=found.metric.code,
            source=found.source,
            revision=found.revision + 1,
            times_ms=np.concatenate([found.times_ms, found.times_ms + by_ms]).tobytes(),
            values=np.concatenate([_none(found), found.values]).tobytes(),
        )

    return rewrite


def _none(found: Found) -> NDArray[np.float64]:
    """No sample at any of the times."""
    return np.full(len(found.times_ms), np.nan, VALUE)


def _found(
    metric: Metric,
    source: str,
    days: Mapping[int, list[Layer]],
    selection: Selection,
    sequence: int,
) -> Found:
    before = {
        midnight: merge([layer for layer in of if layer.sequence <= sequence])
        for midnight, of in days.items()
    }
    revision = max((int(of.revisions.max()) for of in before.values() if len(of.times)), default=0)
    merged = [
        (midnight, of if _is_all(days[midnight], sequence) else _left(of, days[midnight], revision))
        for midnight, of in before.items()
    ]
    times_ms = np.concatenate([midnight + of.times.astype(np.int64) for midnight, of in merged])
    multiples = np.concatenate([of.values for _, of in merged])
    start, end = (round(at.timestamp() * 1000) for at in selection.span)
    inside = (times_ms >= start) & (times_ms < end) & (multiples != TOMBSTONE)
    order = np.argsort(times_ms[inside], kind="stable")
    return Found(
        metric,
        source,
        times_ms[inside][order].astype(TIME),
        (multiples[inside][order] / metric.per_unit).astype(VALUE),
        revision,
    )


def _is_all(layers: Sequence[Layer], sequence: int) -> bool:
    return all(layer.sequence <= sequence for layer in layers)


def _left(before: Merged, layers: Sequence[Layer], revision: int) -> Merged:
    """What of it was not taken back since, nor edited in a revision that a correction at its moment would not have touched."""
    now = merge(layers)
    at = np.searchsorted(now.times, before.times)
    left = (now.values[at] != TOMBSTONE) & (now.revisions[at] <= revision)
    return Merged(before.times[left], before.values[left], before.revisions[left])
