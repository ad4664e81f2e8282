"""Keeps measurements that came while nobody knew the time, until somebody does.

Within one start of the box the time is exact: the time since the start was noted with each measurement, and one look at a
trusted clock says when the start was.

If the box was switched off before anybody knew the time, nobody ever knows how long it was off. Then the time of the
device's own clock counts, if it can be true. Any other measurement gets the latest time that it can have had, as if the
box had started again at once. That time is never in the future, and the measurement is never lost; it is late by as long
as the box was off. The log names each such measurement, and the status counts them.
"""

import sqlite3
from collections.abc import Callable
from datetime import datetime
from typing import Final

import msgspec

from device_bridge.clock import Instant, can_be_true
from device_bridge.outbox_rows import BOOT_MS_MAX, RowBroken, UntimedRow, row_of
from device_bridge.profiles.reading import Reading

BOOTS_KEPT_MAX: Final = 100
"""Starts of the box that are remembered; older ones without waiting measurements are forgotten."""

TAKEN_AT_ONCE_MAX: Final = 2_000
"""Measurements that get their time in one transaction."""

_MINUTE_MS: Final = 60_000


class _Offset(msgspec.Struct, frozen=True, kw_only=True):
    """What to add to a start's milliseconds to get Unix time. `estimated`: it is only the latest possible offset."""

    ms: int
    estimated: bool


class Untimed(msgspec.Struct, frozen=True, kw_only=True):
    """A measurement and when it was received.

    `estimated`: it came in a start of the box whose time nobody ever knew. `date_broken`: what the device's clock said is
    no longer a date.
    """

    card: str
    source: str
    reading: Reading
    cumulative: bool
    received_ms: int
    estimated: bool
    date_broken: bool


def keep_untimed(
    db: sqlite3.Connection,
    reading: Reading,
    *,
    card: str,
    source: str,
    cumulative: bool,
    heard: Instant,
) -> None:
    """Within a transaction: keeps a measurement. It keeps only the last total of each minute of a counter."""
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
    """Whether any measurement waits for a time."""
    return db.execute("SELECT 1 FROM untimed LIMIT 1").fetchone() is not None


def note_offset(db: sqlite3.Connection, *, boot_id: str, offset_ms: int) -> None:
    """Within a transaction: notes the time of this start of the box, for later processes too."""
    db.execute("INSERT OR IGNORE INTO boot (boot_id) VALUES (?)", (boot_id,))
    db.execute("UPDATE boot SET offset_ms = ? WHERE boot_id = ?", (offset_ms, boot_id))
    db.execute(
        "DELETE FROM boot WHERE number <= (SELECT max(number) FROM boot) - ?"
        " AND boot_id NOT IN (SELECT boot_id FROM untimed)",
        (BOOTS_KEPT_MAX,),
    )


def known_offset_ms(db: sqlite3.Connection, boot_id: str) -> int | None:
    """What an earlier process noted about this start of the box."""
    row = db.execute("SELECT offset_ms FROM boot WHERE boot_id = ?", (boot_id,)).fetchone()
    return row[0] if row is not None and isinstance(row[0], int) else None


def take_timed(
    db: sqlite3.Connection,
    *,
    boot_id: str,
    offset_ms: int,
    put_aside: Callable[[tuple[object, ...], str], None],
) -> list[Untimed]:
    """Within a transaction: the measurements that waited longest, once the time of the present start is known; empty when
    all are done.

    `put_aside` takes the columns of a row that a disk has changed so that it is no measurement, and the reason.
    """
    note_offset(db, boot_id=boot_id, offset_ms=offset_ms)
    taken: list[Untimed] = []
    while not taken:
        rows = db.execute(
            "SELECT untimed_id, card, source, metric, value, cumulative, told, boot_id, boot_ms"
            " FROM untimed ORDER BY untimed_id LIMIT ?",
            (TAKEN_AT_ONCE_MAX,),
        ).fetchall()
        if not rows:
            break
        offsets = _offsets(db, offset_ms)
        db.executemany("DELETE FROM untimed WHERE untimed_id = ?", [row[:1] for row in rows])
        for _, *columns in rows:
            try:
                row = row_of(UntimedRow, tuple(columns))
            except RowBroken as error:
                put_aside(tuple(columns), str(error))
                continue
            taken.append(_timed(row, offsets[row.boot_id]))
    return taken


def _timed(row: UntimedRow, offset: _Offset) -> Untimed:
    measured_at = _date(row.told)
    return Untimed(
        card=row.card,
        source=row.source,
        reading=Reading(metric=row.metric, value=row.value, measured_at=measured_at),
        cumulative=bool(row.cumulative),
        received_ms=row.boot_ms + offset.ms,
        estimated=offset.estimated,
        date_broken=row.told is not None and measured_at is None,
    )


def _date(told: object) -> datetime | None:
    """A local time, as devices tell it; None when it is not one."""
    if not isinstance(told, str):
        return None
    try:
        date = datetime.fromisoformat(told)
    except ValueError:
        return None
    return date if date.tzinfo is None else None


def _offsets(db: sqlite3.Connection, present_offset_ms: int) -> dict[str, _Offset]:
    """The offset of each start of the box, latest first. A start whose offset nobody knows gets the latest possible one."""
    # A start whose name a disk has changed was before the present one, at the latest.
    db.execute(
        "INSERT OR IGNORE INTO boot (boot_id, last_boot_ms) SELECT boot_id, max(boot_ms) FROM untimed"
        " WHERE boot_id NOT IN (SELECT boot_id FROM boot) GROUP BY boot_id"
    )
    offsets: dict[str, _Offset] = {}
    next_start_ms = present_offset_ms
    for boot_id, *columns in db.execute(
        "SELECT boot_id, last_boot_ms, offset_ms FROM boot ORDER BY number DESC"
    ).fetchall():
        last_boot_ms, known = _times_of(*columns)
        if known is not None:
            offsets[boot_id] = _Offset(ms=known, estimated=False)
        else:
            offsets[boot_id] = _Offset(ms=next_start_ms - last_boot_ms, estimated=True)
        next_start_ms = offsets[boot_id].ms
    return offsets


def _times_of(last_boot_ms: object, offset_ms: object) -> tuple[int, int | None]:
    """How long a start of the box lasted at least, and its offset, as far as they can be true."""
    lasted_ms = last_boot_ms if isinstance(last_boot_ms, int) else 0
    if not 0 <= lasted_ms <= BOOT_MS_MAX:
        lasted_ms = 0
    if not isinstance(offset_ms, int) or not can_be_true(offset_ms + lasted_ms):
        return lasted_ms, None
    return lasted_ms, offset_ms
