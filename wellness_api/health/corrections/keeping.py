"""Keeps corrections. From then on, whoever reads samples applies them."""

from datetime import UTC, datetime, timedelta
from typing import Final
from uuid import UUID, uuid4

import asyncpg

from points.said import said
from wellness_api.database.locks import CORRECTION_OPENING_LOCK
from wellness_api.database.pool import Database, Pool
from wellness_api.database.sql import read_named_sql
from wellness_api.health.corrections.asked import Asked
from wellness_api.health.corrections.movable import check_movable, movable_span
from wellness_api.health.corrections.problems import (
    CORRECTIONS_MAX,
    SHIFTS_MAX,
    TooManyCorrections,
    TooManyShifts,
)
from wellness_api.health.corrections.shapes import OwnCorrection
from wellness_api.health.samples.digests import digest
from wellness_api.health.samples.spans import InvalidSpan, TimeSpan
from wellness_api.http.idempotency import IdempotencyKeyReused

OWN_CORRECTIONS: Final = read_named_sql(__package__, "own_corrections")
KEEP_CORRECTION: Final = read_named_sql(__package__, "keep_correction")
HAS_COME: Final = (
    "SELECT EXISTS (SELECT FROM health.segment WHERE resident_id = $1 AND source = $2)"
)
COUNT: Final = "SELECT count(*) AS corrections, count(*) FILTER (WHERE kind = 'shift') AS shifts FROM health.correction WHERE resident_id = $1"


async def _kept_before(
    database: Database, resident_id: int, asked: Asked, idempotency_key: str
) -> OwnCorrection | None:
    """The correction that was kept under this key, if there is one. Raises IdempotencyKeyReused when it was another one."""
    kept = await _of_key(database, resident_id, digest(idempotency_key.encode()))
    if kept is not None and not _is_that(kept, asked):
        raise IdempotencyKeyReused(idempotency_key)
    return kept


async def keep_correction(
    pool: Pool,
    resident_id: int,
    asked: Asked,
    *,
    idempotency_key: str,
    now: datetime,
    time_zone: str,
) -> OwnCorrection:
    """Keeps the correction. If one was kept under this key before, the answer is that one, whatever came since.

    `time_zone`: the resident's. Raises IdempotencyKeyReused when the earlier one was another correction, InvalidSpan for a
    shift of a source from which nothing has come or of what may not be moved, TooManyCorrections and TooManyShifts.
    """
    async with pool.acquire() as connection, connection.transaction():
        await connection.execute(
            "SELECT set_config('wellness.resident_id', $1, true)", str(resident_id)
        )
        # A fold holds this lock too, so that no folded segment has samples from before and after the correction.
        await connection.execute(
            "SELECT pg_advisory_xact_lock($1, hashint8($2))", CORRECTION_OPENING_LOCK, resident_id
        )
        kept = await _kept_before(connection, resident_id, asked, idempotency_key)
        if kept is not None:
            return kept
        if asked.by_ms is not None and not await connection.fetchval(
            HAS_COME, resident_id, asked.source
        ):
            raise InvalidSpan(
                field="source",
                limit="a source from which samples have come",
                detail=said("span_problem.nothing_came", source=str(asked.source)),
            )
        count = await connection.fetchrow(COUNT, resident_id)
        assert count is not None, "a count is always one row"
        corrections, shifts = count
        if corrections >= CORRECTIONS_MAX:
            raise TooManyCorrections
        if asked.by_ms is not None and shifts >= SHIFTS_MAX:
            raise TooManyShifts
        span = _span_kept(asked, asked_at=now)
        if asked.by_ms is not None:
            # Under the lock, because a shift beside this one may move the same samples.
            await check_movable(
                connection,
                resident_id,
                asked,
                movable=span,
                asked_at=now,
                time_zone=time_zone,
            )
        await connection.execute(
            *KEEP_CORRECTION(
                resident_id=resident_id,
                correction_id=uuid4(),
                key=digest(idempotency_key.encode()),
                kind="deletion" if asked.by_ms is None else "shift",
                now=now,
                source=asked.source,
                metric=None if asked.metric is None else asked.metric.code,
                metric_number=None if asked.metric is None else asked.metric.number,
                from_ms=_ms(span.start),
                until_ms=_ms(span.end),
                by_ms=asked.by_ms or 0,
                is_of_source=asked.is_of_source,
            )
        )
        kept = await _kept_before(connection, resident_id, asked, idempotency_key)
    assert kept is not None, "it was just added"
    return kept


async def own_corrections(database: Database, resident_id: int) -> list[OwnCorrection]:
    """All corrections of the resident, newest first."""
    rows = await database.fetch(
        *OWN_CORRECTIONS(resident_id=resident_id, key=None, corrections_max=CORRECTIONS_MAX)
    )
    return [_correction(row) for row in rows]


async def _of_key(database: Database, resident_id: int, key: UUID) -> OwnCorrection | None:
    rows = await database.fetch(
        *OWN_CORRECTIONS(resident_id=resident_id, key=key, corrections_max=1)
    )
    return _correction(rows[0]) if rows else None


def _span_kept(asked: Asked, *, asked_at: datetime) -> TimeSpan:
    """Raises InvalidSpan."""
    if asked.by_ms is None:
        return asked.span
    return movable_span(asked.span, timedelta(milliseconds=asked.by_ms), asked_at=asked_at)


def _is_that(kept: OwnCorrection, asked: Asked) -> bool:
    try:
        span = _span_kept(asked, asked_at=kept.asked_at)
    except InvalidSpan:
        return False  # Of which nothing would have been kept then.
    return kept == OwnCorrection(
        id=kept.id,
        source=asked.source,
        metric=None if asked.metric is None else asked.metric.code,
        start=_moment(_ms(span.start)),
        end=_moment(_ms(span.end)),
        seconds=None if asked.by_ms is None else asked.by_ms // 1000,
        asked_at=kept.asked_at,
    )


def _correction(row: asyncpg.Record) -> OwnCorrection:
    return OwnCorrection(
        id=row["correction_id"],
        source=row["source"],
        metric=row["metric"],
        start=_moment(row["from_ms"]),
        end=_moment(row["until_ms"]),
        seconds=row["by_ms"] // 1000 if row["kind"] == "shift" else None,
        asked_at=row["asked_at"],
    )


def _ms(moment: datetime) -> int:
    return round(moment.timestamp() * 1000)


def _moment(time_ms: int) -> datetime:
    return datetime.fromtimestamp(time_ms / 1000, UTC)
