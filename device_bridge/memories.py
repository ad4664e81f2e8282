"""Devices that keep what they measured and send it again. A stored record counts once, however often it comes.

Records carry no number. So a record is known by its bytes and by its place: how many records with the same bytes came
before it in the same connection. A device sends its whole memory at each connection, oldest first and in one breath. So
the same record has the same place each time, and a second weighing of the same weight has the next place.

A scale without a memory sends one weighing in each connection, and two days of the same weight give the same bytes. So
bytes without a date that came alone are a repetition only for some hours. A device that ever sent several records in one
breath has a memory, and what it sends in its first breath stays known.
"""

import hashlib
import sqlite3
from collections import Counter
from typing import Final

import msgspec

from device_bridge.clock import Instant
from device_bridge.outbox_rows import RowBroken, SeenRow, row_of

BREATH_MS_MAX: Final = 5_000
"""Devices send their memories without a pause. What follows after a longer pause was measured just now."""

ALONE_MS_MAX: Final = 12 * 60 * 60 * 1000
"""A single measurement without a date that comes again within this time counts as a repetition."""

SEEN_MAX: Final = 50_000
"""Records remembered of all devices, a few megabytes. When there are more, those that were sent least recently are forgotten."""

_DIGEST_BYTES: Final = 16
_REFRESH_MS: Final = 60 * 60 * 1000
"""A sight is written again only after this long, so that a memory of 60 records is not 60 waits for the disk each time."""


class Record(msgspec.Struct, frozen=True, kw_only=True):
    """A record that a device sent, as it is recognised. `first_breath`: it came without a pause since the connection began."""

    source: str
    digest: bytes
    place: int
    first_breath: bool
    in_company: bool
    dated: bool
    heard: Instant


class Connection:
    """One connection to a device: how often it has sent which bytes, and whether its first breath goes on."""

    def __init__(self, source: str, *, opened: Instant) -> None:
        self._source = source
        self._last_ms = opened.boot_ms
        self._first_breath = True
        self._records = 0
        self._sent: Counter[bytes] = Counter()

    def record(self, profile_name: str, payload: bytes, *, dated: bool, heard: Instant) -> Record:
        """The record that was just received. `dated`: its bytes have the device's own date."""
        pause_ms, self._last_ms = heard.boot_ms - self._last_ms, heard.boot_ms
        self._first_breath = self._first_breath and pause_ms <= BREATH_MS_MAX
        digest = hashlib.blake2b(
            profile_name.encode() + b"\0" + payload, digest_size=_DIGEST_BYTES
        ).digest()
        place = 0 if dated else self._sent[digest]
        self._sent[digest] += 1
        self._records += 1
        return Record(
            source=self._source,
            digest=digest,
            place=place,
            first_breath=self._first_breath,
            in_company=self._first_breath and self._records > 1,
            dated=dated,
            heard=heard,
        )

    def forget(self, record: Record) -> None:
        """Forgets a record that was not kept. When the device sends it again, it has the same place."""
        self._sent[record.digest] -= 1
        self._records -= 1


def seen_before(db: sqlite3.Connection, record: Record) -> bool:
    """Whether this record was kept before. If not, it is remembered from now on, as part of the current transaction."""
    if record.in_company:
        db.execute("INSERT OR IGNORE INTO keeps_memory VALUES (?)", (record.source,))
    before = _sight(db, record)
    since_ms = None if before is None else _since_ms(before, record.heard)
    again = since_ms is not None and (
        record.dated
        or (record.first_breath and (since_ms <= ALONE_MS_MAX or _keeps_memory(db, record.source)))
    )
    if since_ms is None or since_ms > _REFRESH_MS or not again:
        _remember(db, record)
    return again


def _sight(db: sqlite3.Connection, record: Record) -> Instant | None:
    """When it was last seen; None also if a disk has changed the row."""
    columns = db.execute(
        "SELECT source, digest, place, sighting, boot_id, boot_ms, utc_ms FROM seen"
        " WHERE source = ? AND digest = ? AND place = ?",
        (record.source, record.digest, record.place),
    ).fetchone()
    if columns is None:
        return None
    try:
        row = row_of(SeenRow, columns)
    except RowBroken:
        return None
    return Instant(boot_id=row.boot_id, boot_ms=row.boot_ms, utc_ms=row.utc_ms)


def _since_ms(before: Instant, now: Instant) -> int:
    """Time between two sights; 0 when that cannot be told, because then nothing says that it was long."""
    if before.boot_id == now.boot_id:
        return now.boot_ms - before.boot_ms
    if before.utc_ms is None or now.utc_ms is None:
        return 0
    return max(now.utc_ms - before.utc_ms, 0)


def _keeps_memory(db: sqlite3.Connection, source: str) -> bool:
    row = db.execute("SELECT 1 FROM keeps_memory WHERE source = ?", (source,)).fetchone()
    return row is not None


def _remember(db: sqlite3.Connection, record: Record) -> None:
    db.execute(
        "INSERT OR REPLACE INTO seen (source, digest, place, sighting, boot_id, boot_ms, utc_ms)"
        " VALUES (?, ?, ?, (SELECT coalesce(max(sighting), 0) + 1 FROM seen), ?, ?, ?)",
        (
            record.source,
            record.digest,
            record.place,
            record.heard.boot_id,
            record.heard.boot_ms,
            record.heard.utc_ms,
        ),
    )
    db.execute(
        "DELETE FROM seen WHERE sighting <= (SELECT max(sighting) FROM seen) - ?", (SEEN_MAX,)
    )
