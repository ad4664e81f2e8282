"""Steps of a correction, each an upload of its own: done within the request when one is enough, else by the worker.

A step has a key made of the correction's, so one that was done and not noted is not done twice.
"""

import asyncio
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Final, NamedTuple
from uuid import UUID

import asyncpg

from wellness_api.database.pool import Database, Pool
from wellness_api.database.sql import read_named_sql
from wellness_api.health.corrections.correct import (
    EVERYTHING,
    Correction,
    Selection,
    found_in,
    moved,
    taken_back,
)
from wellness_api.health.corrections.shapes import Deletion, Shift
from wellness_api.health.metrics.catalogue import METRIC_BY_CODE
from wellness_api.health.samples.accept import FIND_UPLOAD, Accepted, accept_upload
from wellness_api.health.samples.columns import Arrival
from wellness_api.health.samples.digests import digest
from wellness_api.health.samples.spans import EARLIEST, LATEST, InvalidSpan, TimeSpan, check_span
from wellness_api.health.samples.storing import UploadStore

DAYS_TO_CORRECT: Final = read_named_sql(__package__, "days_to_correct")
SEGMENTS_TO_CORRECT: Final = read_named_sql(__package__, "segments_to_correct")
NOTE_DELETED_SOURCE: Final = read_named_sql(__package__, "note_deleted_source")

DAYS_DELETED_AT_ONCE: Final = 7
"""Of more days with samples a correction is the worker's, which deletes so many in a step."""

DAYS_SHIFTED_MAX: Final = 31
"""Samples are moved in one step, since moved ones must not be met again by the next."""

AT_ONCE: Final = "at once"
"""The name of a step that is the whole correction."""

EVER: Final = TimeSpan(EARLIEST, LATEST)


class Task(NamedTuple):
    """A correction that a resident asked for under a key (its digest); what was received after `sequence` is left alone."""

    resident_id: int
    key: UUID
    asked: Shift | Deletion
    asked_at: datetime
    time_zone: str
    sequence: int = EVERYTHING


def selection_of(asked: Shift | Deletion) -> Selection:
    """What it is about. Raises InvalidSpan."""
    span = EVER
    if asked.start is not None and asked.end is not None:
        span = TimeSpan(asked.start, asked.end)
        check_span(span)
    if asked.metric is not None and asked.metric not in METRIC_BY_CODE:
        raise InvalidSpan(
            field="metric",
            limit="a code of GET /v1/metrics",
            detail=f"There is no metric {asked.metric!r}.",
        )
    metric = None if asked.metric is None else METRIC_BY_CODE[asked.metric]
    return Selection(span, metric, asked.source)


def parameters_of(selection: Selection) -> dict[str, object]:
    """As the statements name them: the span in UTC, without a zone."""
    start, end = (at.astimezone(UTC).replace(tzinfo=None) for at in selection.span)
    return {
        "start": start,
        "end": end,
        "metric": None if selection.metric is None else selection.metric.number,
        "source": selection.source,
    }


async def days_to_correct(
    database: Database, task: Task, *, days_max: int, day_done: date = date.min
) -> list[date]:
    """The first days after `day_done` that have samples of it."""
    rows = await database.fetch(
        *DAYS_TO_CORRECT(
            resident_id=task.resident_id,
            sequence=task.sequence,
            day_done=day_done,
            days_max=days_max,
            **parameters_of(selection_of(task.asked)),
        )
    )
    return [row["day"] for row in rows]


async def was_done_at_once(pool: Pool, task: Task) -> bool:
    """Whether it was carried out within a request."""
    key = digest(_step_key(task, AT_ONCE).encode())
    return await pool.fetchrow(FIND_UPLOAD, task.resident_id, key) is not None


async def correct_days(
    pool: Pool, store: UploadStore, task: Task, days: Sequence[date], *, step: str
) -> Accepted:
    """Takes back or moves what the days have of it; when this returns it is on disk.

    Raises InvalidUpload for samples that cannot be where they would be moved.
    """
    selection = selection_of(task.asked)
    parameters = parameters_of(selection)
    rows = await pool.fetch(
        *SEGMENTS_TO_CORRECT(
            resident_id=task.resident_id,
            days=days,
            metric=parameters["metric"],
            source=parameters["source"],
        )
    )
    # In a thread: a month of one device is millions of samples.
    correction = await asyncio.to_thread(_correction, task, selection, rows)
    return await accept_upload(
        pool,
        store,
        resident_id=task.resident_id,
        idempotency_key=_step_key(task, step),
        contents=correction,
        received_at=task.asked_at,
    )


async def end_deletion(
    database: Database, task: Task, *, sequence: int, asked_at: datetime
) -> None:
    """After the last step: a source of which all was deleted is listed for what came after `sequence` alone.

    `asked_at`: as whose samples' coming the deletion wrote its own.
    """
    if isinstance(task.asked, Deletion) and task.asked.start is None:
        assert task.asked.source is not None, "what has no span is a source's"
        await database.execute(
            *NOTE_DELETED_SOURCE(
                resident_id=task.resident_id,
                source=task.asked.source,
                sequence=sequence,
                asked_at=asked_at,
            )
        )


def _correction(task: Task, selection: Selection, rows: Sequence[asyncpg.Record]) -> Correction:
    found = found_in(rows, selection, sequence=task.sequence)
    rewrite = (
        moved(timedelta(seconds=task.asked.seconds))
        if isinstance(task.asked, Shift)
        else taken_back
    )
    arrival = Arrival(task.asked_at, task.time_zone, date.min)
    return Correction(task.asked, found, rewrite, arrival)


def _step_key(task: Task, step: str) -> str:
    return f"correction {task.key} {step}"
