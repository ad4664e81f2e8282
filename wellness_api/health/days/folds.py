"""Folds the segments of days that are being worked out. A fold that fails costs nobody the day's figures."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Final

from wellness_api.database.isolating import isolated
from wellness_api.database.locks import CORRECTION_OPENING_LOCK
from wellness_api.database.pool import Connection
from wellness_api.database.sql import read_named_sql
from wellness_api.health.days.stored_days import ResidentDay, StoredDays
from wellness_api.health.days.summarise import StoredDay
from wellness_api.health.metrics.catalogue import METRIC_BY_NUMBER
from wellness_api.health.metrics.metric import Metric
from wellness_api.health.samples.folding import SEGMENTS_FOLDED_MIN, folds_of
from wellness_api.health.samples.merging import Layer
from wellness_api.health.samples.segments import (
    encode_lengths,
    encode_mark,
    encode_times,
    encode_values,
)
from wellness_api.work.set_aside.items import Item, mended, set_aside

MAY_FOLD: Final = (
    "SELECT resident_id FROM unnest($2::bigint[]) AS resident_id"
    " WHERE pg_try_advisory_xact_lock_shared($1, hashint8(resident_id))"
)
CORRECTIONS: Final = (
    "SELECT resident_id, sequence FROM health.correction"
    " WHERE resident_id = ANY ($1::bigint[]) ORDER BY sequence"
)
FOLD_SEGMENTS: Final = read_named_sql(__package__, "fold_segments")


async def fold_days(
    connection: Connection, days: Sequence[ResidentDay], stored: StoredDays, *, now: datetime
) -> None:
    """Writes the folded segments within the turn's transaction: if the worker is killed, all folds of a day are written
    or none.

    A day whose folds fail stays as it is. The fold is set aside, and tried again with the day's next turn.
    """
    worth_it = [day for day in days if len(stored[day].segments) >= SEGMENTS_FOLDED_MIN]

    cuts = await _cuts(connection, {day.resident_id for day in worth_it}) if worth_it else {}
    # While a correction of a resident is being kept, this turn folds nothing of that resident.
    worth_it = [day for day in worth_it if day.resident_id in cuts]

    async def fold(some_days: Sequence[ResidentDay]) -> None:
        rows = [row for day in some_days for row in _rows(day, stored[day], cuts)]
        if rows:
            async with connection.transaction():
                await connection.executemany(FOLD_SEGMENTS.text, rows)

    failed = dict((await isolated(worth_it, fold)).failed)
    for day, error in failed.items():
        await set_aside(connection, _item(day), error, now=now)
    if worth_it:
        await mended(connection, [_item(day) for day in worth_it if day not in failed])


def _item(day: ResidentDay) -> Item:
    return Item("fold", day.day.isoformat(), day.resident_id)


async def _cuts(connection: Connection, residents: Collection[int]) -> dict[int, list[int]]:
    """The residents whose segments may be folded, each with the sequences at which folds end."""
    rows = await connection.fetch(MAY_FOLD, CORRECTION_OPENING_LOCK, residents)
    cuts: dict[int, list[int]] = {row["resident_id"]: [] for row in rows}
    for resident_id, sequence in await connection.fetch(CORRECTIONS, list(cuts)):
        cuts[resident_id].append(sequence)
    return cuts


def _rows(
    day: ResidentDay, stored: StoredDay, cuts: Mapping[int, Sequence[int]]
) -> Iterator[tuple[object, ...]]:
    own = [segment for segment in stored.segments if segment.day == day.day]
    for fold in folds_of(own, time_zone=day.time_zone, cuts=cuts[day.resident_id]):
        yield FOLD_SEGMENTS.arguments(
            resident_id=day.resident_id,
            day=day.day,
            metric=fold.metric,
            source=fold.source,
            sequence=fold.sequence,
            gone=fold.gone,
            **_columns(fold.layer, METRIC_BY_NUMBER[fold.metric]),
        )


def _columns(layer: Layer, metric: Metric) -> dict[str, object]:
    marks = layer.marks
    return {
        "time_first": int(layer.times[0]),
        "time_last": int(layer.times[-1]),
        "times": encode_times(layer.times),
        "lengths": encode_lengths(layer.lengths, metric),
        "segment_values": encode_values(layer.values, metric),
        "records": None if marks is None else encode_mark(marks.records),
        "changed": None if marks is None else encode_mark(marks.changed),
    }
