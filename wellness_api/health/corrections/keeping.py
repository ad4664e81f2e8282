"""Corrections that are kept for the worker: asking for them, and looking how far they are."""

from collections.abc import Sequence
from typing import Final, Literal
from uuid import UUID

import asyncpg
import msgspec

from wellness_api.database.locks import CORRECTION_OPENING_LOCK
from wellness_api.database.pool import Database, Pool
from wellness_api.database.sql import read_named_sql, read_sql
from wellness_api.health.corrections.correct import Selection
from wellness_api.health.corrections.problems import CorrectionUnderWay
from wellness_api.health.corrections.shapes import (
    CorrectionProblem,
    Deletion,
    OwnCorrection,
    Shift,
)
from wellness_api.health.corrections.steps import Task, parameters_of

OPEN_KINDS: Final = read_sql(__package__, "open_kinds")
OWN_CORRECTIONS: Final = read_named_sql(__package__, "own_corrections")
ADD_CORRECTION: Final = read_named_sql(__package__, "add_correction")

CORRECTIONS_OPEN_MAX: Final = 4
"""A resident's deletions of many days that are not over; one more is refused with 409 `correction_under_way`."""

CORRECTIONS_LISTED_MAX: Final = 100
"""The newest; older ones are not listed."""

Kind = Literal["deletion", "shift"]
SHAPES: Final[dict[Kind, type[Shift | Deletion]]] = {"deletion": Deletion, "shift": Shift}


def kind_of(asked: Shift | Deletion) -> Kind:
    """As the database names it."""
    return "shift" if isinstance(asked, Shift) else "deletion"


def asked_in(kind: Kind, asked: str) -> Shift | Deletion:
    """What was asked for, as the database keeps it."""
    return msgspec.json.decode(asked, type=SHAPES[kind])


async def check_open(database: Database, task: Task) -> None:
    """Raises CorrectionUnderWay when the correction would be in the way of others.

    Deletions may go on beside each other; where something is moved, it matters what was before.
    """
    kinds = [row["kind"] for row in await database.fetch(OPEN_KINDS, task.resident_id)]
    if "shift" in kinds:
        raise CorrectionUnderWay("nothing else while samples are moved")
    if kinds and isinstance(task.asked, Shift):
        raise CorrectionUnderWay("samples are moved when no correction is open")
    if len(kinds) >= CORRECTIONS_OPEN_MAX:
        raise CorrectionUnderWay(f"{CORRECTIONS_OPEN_MAX} corrections that are not over")


async def open_correction(pool: Pool, task: Task, selection: Selection) -> OwnCorrection:
    """Keeps the correction for the worker; one that was asked for under its key before is that one.

    Raises CorrectionUnderWay.
    """
    async with pool.acquire() as connection, connection.transaction():
        await connection.execute(
            "SELECT set_config('wellness.resident_id', $1, true)", str(task.resident_id)
        )
        # A fold holds it too, so that no segment comes to hold what was received before and after.
        await connection.execute(
            "SELECT pg_advisory_xact_lock($1, hashint8($2))",
            CORRECTION_OPENING_LOCK,
            task.resident_id,
        )
        kept = await find_correction(connection, task.resident_id, key=task.key)
        if kept is not None:
            return kept
        await check_open(connection, task)
        await connection.execute(
            *ADD_CORRECTION(
                resident_id=task.resident_id,
                key=task.key,
                kind=kind_of(task.asked),
                asked=msgspec.json.encode(task.asked).decode(),
                now=task.asked_at,
                **parameters_of(selection),
            )
        )
        opened = await find_correction(connection, task.resident_id, key=task.key)
    assert opened is not None, "it was just added"
    return opened


async def find_correction(
    database: Database,
    resident_id: int,
    *,
    correction_id: UUID | None = None,
    key: UUID | None = None,
) -> OwnCorrection | None:
    """The resident's correction of the id, or that of a request's key."""
    found = await _own(database, resident_id, correction_id=correction_id, key=key, most=1)
    return found[0] if found else None


async def own_corrections(database: Database, resident_id: int) -> list[OwnCorrection]:
    """The newest, at most CORRECTIONS_LISTED_MAX."""
    return await _own(
        database, resident_id, correction_id=None, key=None, most=CORRECTIONS_LISTED_MAX
    )


async def _own(
    database: Database,
    resident_id: int,
    *,
    correction_id: UUID | None,
    key: UUID | None,
    most: int,
) -> list[OwnCorrection]:
    rows: Sequence[asyncpg.Record] = await database.fetch(
        *OWN_CORRECTIONS(
            resident_id=resident_id,
            correction_id=correction_id,
            key=key,
            corrections_max=most,
        )
    )
    return [_correction(row) for row in rows]


def _correction(row: asyncpg.Record) -> OwnCorrection:
    asked = asked_in(row["kind"], row["asked"])
    problem = row["problem"]
    return OwnCorrection(
        id=row["correction_id"],
        source=asked.source,
        metric=asked.metric,
        start=asked.start,
        end=asked.end,
        seconds=asked.seconds if isinstance(asked, Shift) else None,
        asked_at=row["asked_at"],
        state=row["state"],
        days=row["days"],
        days_done=row["days_done"],
        samples=row["samples"],
        ended_at=row["ended_at"],
        problem=None if problem is None else msgspec.json.decode(problem, type=CorrectionProblem),
    )
