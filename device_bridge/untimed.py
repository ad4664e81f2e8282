"""What was measured while nobody knew the time, until somebody does.

Within one start of the box it is exact: the time since the start was noted with each measurement, and one look at a
clock that can be trusted says when the start was.

If the box was switched off before anybody knew the time, nobody ever knows how long it was off. What the device's own
clock said then counts, if it can be true. Anything else gets the latest time that it can have had: as though the box had
started again at once. It is never in the future and never lost; it is late by as long as the box was off. Each such
measurement is said in the log and counted in the status.
"""

import sqlite3
from datetime import datetime
from typing import Final

import msgspec

from device_bridge.clock import Instant
from device_bridge.profiles.reading import Reading

BOOTS_KEPT_MAX: Final = 100
"""Starts of the box that are remembered; older ones without measurements that wait are forgotten."""

TAKEN_AT_ONCE_MAX: Final = 2_000
"""Measurements that get their time in one transaction."""

_MINUTE_MS: Final = 60_000


class Untimed(msgspec.Struct, frozen=True, kw_only=True):
    """A measurement and when it was received. `estimated`: in a start of the box whose time nobody ever knew."""

    card: str
    source: str
    reading: Reading
    cumulative: bool
    received_ms: int
    estimated: bool


def keep_untimed(
    db: sqlite3.Connection,
    reading: Reading,
    *,
    card: str,
    source: str,
    cumulative: bool,
    heard: Instant,
) -> None:
    """Within a transaction. Of a counter the last total of a minute is enough."""
    if cumulative:
        db.execute(
            "DELETE FROM untimed WHERE cumulative AND card = ? AND source = ? AND boot_id = ?"
            " AND boot_ms / ? = ? / ?",
            (card, source, heard.boot_id, _MINUTE_MS, heard.boot_ms, _MINUTE_MS),
        )
    db.execute("INSERT OR IGNORE INTO boot (boot_id) VALUES (?)", (heard.boot_id,))
    db.execute(
        "UPDATE boot SET last_boot_ms = max(last_boot_ms, ?) WHERE boot_id = ?",
        (heard.boot_ms, heard.boot_id),
    )
    db.execute(
        "INSERT INTO untimed (card, source, metric, value, cumulative, told, boot_id, boot_ms)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        (
            card,
            source,
            reading.metric,
            reading.value,
            cumulative,
            None if reading.measured_at is None else reading.measured_at.isoformat(),
            heard.boot_id,
            heard.boot_ms,
        ),
    )


def waits_for_a_time(db: sqlite3.Connection) -> bool:
    """Whether anything does."""
    return db.execute("SELECT 1 FROM untimed LIMIT 1").fetchone() is not None


def note_offset(db: sqlite3.Connection, *, boot_id: str, offset_ms: int) -> None:
    """Within a transaction: the time of this start of the box is known, also to the next process."""
    db.execute("INSERT OR IGNORE INTO boot (boot_id) VALUES (?)", (boot_id,))
    db.execute("UPDATE boot SET offset_ms = ? WHERE boot_id = ?", (offset_ms, boot_id))
    db.execute(
        "DELETE FROM boot WHERE number <= (SELECT max(number) FROM boot) - ?"
        " AND boot_id NOT IN (SELECT boot_id FROM untimed)",
        (BOOTS_KEPT_MAX,),
    )


def known_offset_ms(db: sqlite3.Connection, boot_id: str) -> int | None:
    """What an earlier process noted of this start of the box."""
    row = db.execute("SELECT offset_ms FROM boot WHERE boot_id = ?", (boot_id,)).fetchone()
    return None if row is None else row[0]


def take_timed(db: sqlite3.Connection, *, boot_id: str, offset_ms: int) -> list[Untimed]:
    """Within a transaction: what waited longest, now that the time of the present start is known; empty when all is done."""
    note_offset(db, boot_id=boot_id, offset_ms=offset_ms)
    offsets = _offsets(db, offset_ms)
    rows = db.execute(
        "SELECT untimed_id, card, source, metric, value, cumulative, told, boot_id, boot_ms"
        " FROM untimed ORDER BY untimed_id LIMIT ?",
        (TAKEN_AT_ONCE_MAX,),
    ).fetchall()
    db.executemany("DELETE FROM untimed WHERE untimed_id = ?", [row[:1] for row in rows])
    return [
        Untimed(
            card=card,
            source=source,
            reading=Reading(
                metric=metric,
                value=value,
                measured_at=None if told is None else datetime.fromisoformat(told),
            ),
            cumulative=bool(cumulative),
            received_ms=boot_ms + offsets[boot_of_it][0],
            estimated=offsets[boot_of_it][1],
        )
        for _, card, source, metric, value, cumulative, told, boot_of_it, boot_ms in rows
    ]


def _offsets(db: sqlite3.Connection, present_offset_ms: int) -> dict[str, tuple[int, bool]]:
    """By start of the box: its offset, and whether that is the latest possible one only."""
    offsets: dict[str, tuple[int, bool]] = {}
    next_start_ms = present_offset_ms
    for boot_id, last_boot_ms, known in db.execute(
        "SELECT boot_id, last_boot_ms, offset_ms FROM boot ORDER BY number DESC"
    ).fetchall():
        if known is not None:
            offsets[boot_id] = known, False
        else:
            offsets[boot_id] = next_start_ms - last_boot_ms, True
        next_start_ms = offsets[boot_id][0]
    return offsets
