"""Copies what can still be read of a broken outbox into a new one, row by row."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import Final

import msgspec

from device_bridge.outbox_rows import (
    BootRow,
    KeepsMemoryRow,
    ReadingRow,
    RefusedRow,
    RowBroken,
    SeenRow,
    StepCounterRow,
    UntimedRow,
    UploadRow,
    content_of,
    row_of,
    text_of,
)

# What is read of a broken file, and where it goes. Rows with a number of their own get a new one, in the same order. The
# records that were seen may be lost, because devices can measure again.
_SALVAGED: Final = (
    (
        UploadRow,
        "SELECT idempotency_key, body, samples, made_ms, card, tries FROM upload",
        (
            "INSERT OR IGNORE INTO upload (idempotency_key, body, samples, made_ms, card, tries)"
            " VALUES (?, ?, ?, ?, ?, ?)"
        ),
    ),
    (
        ReadingRow,
        "SELECT card, source, metric, time_ms, value FROM reading",
        "INSERT OR IGNORE INTO reading (card, source, metric, time_ms, value) VALUES (?, ?, ?, ?, ?)",
    ),
    (
        UntimedRow,
        "SELECT card, source, metric, value, cumulative, told, boot_id, boot_ms FROM untimed",
        (
            "INSERT OR IGNORE INTO untimed (card, source, metric, value, cumulative, told, boot_id, boot_ms)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?)"
        ),
    ),
    (
        BootRow,
        "SELECT boot_id, last_boot_ms, offset_ms FROM boot",
        "INSERT OR IGNORE INTO boot (boot_id, last_boot_ms, offset_ms) VALUES (?, ?, ?)",
    ),
    (
        StepCounterRow,
        "SELECT source, card, total, minute_ms, minute_steps FROM step_counter",
        "INSERT OR IGNORE INTO step_counter VALUES (?, ?, ?, ?, ?)",
    ),
    (
        SeenRow,
        "SELECT source, digest, place, sighting, boot_id, boot_ms, utc_ms FROM seen",
        "INSERT OR IGNORE INTO seen VALUES (?, ?, ?, ?, ?, ?, ?)",
    ),
    (
        KeepsMemoryRow,
        "SELECT source FROM keeps_memory",
        "INSERT OR IGNORE INTO keeps_memory VALUES (?)",
    ),
    (
        RefusedRow,
        "SELECT idempotency_key, body, samples, status, problem, refused_ms FROM refused",
        "INSERT OR IGNORE INTO refused VALUES (?, ?, ?, ?, ?, ?)",
    ),
)


def salvage(aside: Path, db: sqlite3.Connection) -> int:
    """Copies what can still be read of a broken outbox into a new one, and returns how many rows.

    A row that does not fit stays where it is.
    """
    before = db.total_changes
    with closing(sqlite3.connect(aside, isolation_level=None)) as broken:
        broken.text_factory = text_of
        db.execute("BEGIN IMMEDIATE")
        try:
            for kind, query, into in _SALVAGED:
                db.executemany(into, filter(partial(_fits, kind), _readable(broken, query)))
        except BaseException:
            if db.in_transaction:
                db.execute("ROLLBACK")
            raise
        db.execute("COMMIT")
    return db.total_changes - before


def _readable(broken: sqlite3.Connection, query: str) -> Iterator[tuple[object, ...]]:
    """The rows before the broken part. The whole file stays where it was moved."""
    try:
        yield from broken.execute(query)
    except (sqlite3.DatabaseError, UnicodeDecodeError):
        return


def _fits(kind: type[msgspec.Struct], columns: tuple[object, ...]) -> bool:
    try:
        row = row_of(kind, columns)
        if isinstance(row, UploadRow):
            content_of(row.body)
    except RowBroken:
        return False
    return True
