"""Readings on disk until the server has them: SQLite, every write durable when the call returns.

A reading that is here survives a crash, a power cut and any time offline. An upload's idempotency key and body are
here before the first byte is sent, so that a retry after a crash is the same request, and counts once.
"""

import contextlib
import os
import secrets
import sqlite3
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Final, Self, TypeVar

import msgspec

from device_bridge.errors import BridgeError
from device_bridge.outbox_file import (
    OutboxBroken,
    OutboxUnwritable,
    connect,
    move_aside,
    salvage,
    sqlite_errors,
    take_for_oneself,
)
from device_bridge.samples import Sample, upload_of
from device_bridge.status import Status
from device_bridge.step_minutes import StepCounter
from device_bridge.wire import Upload

# About 100 bytes a reading: some 50 MB, months of a busy station without a network. When it is reached, new readings
# are refused (OutboxFull): the devices keep them unacknowledged, and what was acknowledged stays.
SAMPLES_KEPT_MAX: Final = 500_000
SAMPLES_PER_UPLOAD: Final = 5_000
PROBLEM_BYTES_MAX: Final = 16 * 1024
_KEY_BYTES: Final = 16

T = TypeVar("T")


class OutboxFull(BridgeError):
    """No room for more readings until the server has taken some, or refused uploads were cleared."""

    def __init__(self, samples_max: int) -> None:
        super().__init__(f"the outbox holds {samples_max} samples, its limit; check the network")
        self.samples_max = samples_max


class BodyBroken(BridgeError):
    """The disk has changed an upload's body: it is no longer what was written."""


class StoredUpload(msgspec.Struct, frozen=True, kw_only=True):
    """A request as it is sent, at the first try and at every other. `tries`: how often the server failed on it."""

    upload_id: int
    idempotency_key: str
    body: bytes
    samples: int
    card: str
    tries: int

    def content(self) -> Upload:
        """What is in the body; raises BodyBroken."""
        try:
            return msgspec.msgpack.decode(self.body, type=Upload)
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            raise BodyBroken(str(error)) from error


class Outbox:
    """One open outbox file; to be used from one thread.

    A write takes one fsync (under 1 ms on an SSD, some 20 ms on an SD card) and blocks the caller: a reading must
    be on disk before the device hears that it was received, and a station measures a few times a minute.

    Any call may raise OutboxUnwritable while the disk is full, and works again when there is room, or OutboxBroken; then
    the outbox is to be opened anew, which moves the broken file aside.
    """

    def __init__(
        self,
        path: Path,
        *,
        samples_max: int = SAMPLES_KEPT_MAX,
        beside_the_gateway: bool = False,
        status: Status | None = None,
    ) -> None:
        """Raises OutboxInUse unless `beside_the_gateway`, OutboxFileError; a full disk shows at the first use."""
        self._path = path
        self._status = status or Status()
        self._samples_max = samples_max
        self._kept: int | None = None
        self._db: sqlite3.Connection | None = None
        self._writing = False
        self._beside_the_gateway = beside_the_gateway
        self._lock: int | None = None
        # A disk that is full from the start is waited for as any other.
        with contextlib.suppress(OutboxUnwritable):
            self._take_for_oneself()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._disconnect()
        if self._lock is not None:
            os.close(self._lock)

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """One transaction: all of what is done within, or nothing; within another, a part of that one."""
        with self._reading() as db:
            if self._writing:
                yield db
                return
            db.execute("BEGIN IMMEDIATE")
            self._writing = True
            try:
                yield db
                db.execute("COMMIT")
            except BaseException:
                self._kept = None
                if db.in_transaction:
                    db.execute("ROLLBACK")
                raise
            finally:
                self._writing = False

    def add(self, samples: Sequence[Sample]) -> None:
        """Keeps samples; raises OutboxFull, keeping none of them, when there is no room."""
        with self.writing() as db:
            db.executemany(
                "INSERT INTO reading (card, source, metric, time_ms, value) VALUES (?, ?, ?, ?, ?)"
                " ON CONFLICT (card, source, metric, time_ms) DO UPDATE SET value = excluded.value",
                [(s.card, s.source, s.metric, s.time_ms, s.value) for s in samples],
            )
            self.make_sure_of_room(len(samples))

    def add_steps(
        self, samples: Sequence[Sample], *, source: str, card: str, counter: StepCounter
    ) -> None:
        """Keeps steps per minute together with the counter that they were read from: both, or neither."""
        with self.writing() as db:
            self.add(samples)
            db.execute(
                "INSERT OR REPLACE INTO step_counter (source, card, total, minute_ms, minute_steps)"
                " VALUES (?, ?, ?, ?, ?)",
                (source, card, counter.total, counter.minute_ms, counter.minute_steps),
            )

    def step_counter(self, *, source: str, card: str) -> StepCounter | None:
        """What was last known of a device's step counter while this card was assigned to it."""
        with self._reading() as db:
            row = db.execute(
                "SELECT total, minute_ms, minute_steps FROM step_counter WHERE source = ? AND card = ?",
                (source, card),
            ).fetchone()
        if row is None:
            return None
        total, minute_ms, minute_steps = row
        return StepCounter(total=total, minute_ms=minute_ms, minute_steps=minute_steps)

    def waits(self, sample: Sample) -> bool:
        """Whether a reading of the same device, metric and time waits already."""
        with self._reading() as db:
            row = db.execute(
                "SELECT 1 FROM reading WHERE card = ? AND source = ? AND metric = ? AND time_ms = ?",
                (sample.card, sample.source, sample.metric, sample.time_ms),
            ).fetchone()
        return row is not None

    def next_upload(self, *, now_ms: int, cards_held: Collection[str] = ()) -> StoredUpload | None:
        """The upload under way that failed least, else a new one of the longest-waiting card's readings, else None.

        What came later of a card arrives later: a card has a new upload when none is under way. Cards in `cards_held`
        are passed over.
        """
        held = msgspec.json.encode(sorted(cards_held)).decode()
        return self._upload_under_way(held) or self._make_upload(held, now_ms)

    def delivered(self, upload: StoredUpload) -> None:
        """The server has receipted this upload: it can go."""
        with self.writing() as db:
            db.execute("DELETE FROM upload WHERE upload_id = ?", (upload.upload_id,))
            self.make_sure_of_room(-upload.samples)

    def failed(self, upload: StoredUpload) -> None:
        """The server failed on this upload: others come first now."""
        with self.writing() as db:
            db.execute(
                "UPDATE upload SET tries = tries + 1 WHERE upload_id = ?", (upload.upload_id,)
            )

    def replace(self, upload: StoredUpload, parts: Sequence[Upload], *, now_ms: int) -> None:
        """Sends `parts` instead of an upload of which the server kept nothing, each under a key of its own."""
        with self.writing() as db:
            db.execute("DELETE FROM upload WHERE upload_id = ?", (upload.upload_id,))
            for part in parts:
                self._insert_upload(db, part, now_ms)
            self._kept = None

    def refused(self, upload: StoredUpload, *, status: int, problem: bytes, now_ms: int) -> None:
        """The server will not take this upload: it is put aside, whole, with the server's reason."""
        with self.writing() as db:
            db.execute(
                "INSERT INTO refused (idempotency_key, body, samples, status, problem, refused_ms)"
                " VALUES (?, ?, ?, ?, ?, ?)",
                (
                    upload.idempotency_key,
                    upload.body,
                    upload.samples,
                    status,
                    problem[:PROBLEM_BYTES_MAX],
                    now_ms,
                ),
            )
            db.execute("DELETE FROM upload WHERE upload_id = ?", (upload.upload_id,))

    def send_refused_again(self, *, status_min: int = 0) -> int:
        """Puts what the server refused, with this status or above, back into the queue as it was; how many uploads."""
        with self.writing() as db:
            rows = db.execute(
                "SELECT idempotency_key, body, samples, refused_ms FROM refused WHERE status >= ?"
                " ORDER BY refused_ms",
                (status_min,),
            ).fetchall()
            db.executemany(
                "INSERT INTO upload (idempotency_key, body, samples, made_ms, card)"
                " VALUES (?, ?, ?, ?, ?)",
                [
                    (key, body, samples, made_ms, _card_of(body))
                    for key, body, samples, made_ms in rows
                ],
            )
            db.execute("DELETE FROM refused WHERE status >= ?", (status_min,))
        return len(rows)

    def refusals(self) -> list[tuple[str, int, bytes]]:
        """Idempotency key, HTTP status and problem report of what the server refused, oldest first."""
        with self._reading() as db:
            return db.execute(
                "SELECT idempotency_key, status, problem FROM refused ORDER BY refused_ms"
            ).fetchall()

    def samples_kept(self) -> int:
        """Samples in the outbox: waiting, without a time, under way and refused."""
        with self._reading() as db:
            (kept,) = db.execute(
                "SELECT (SELECT count(*) FROM reading) + (SELECT count(*) FROM untimed)"
                " + (SELECT coalesce(sum(samples), 0) FROM upload)"
                " + (SELECT coalesce(sum(samples), 0) FROM refused)"
            ).fetchone()
        return int(kept)

    def read(self, question: Callable[[sqlite3.Connection], T]) -> T:
        """The answer of a question that changes nothing."""
        with self._reading() as db:
            return question(db)

    def make_sure_of_room(self, more: int) -> None:
        """After so many samples were inserted or deleted; raising undoes the transaction that did so."""
        kept = self.samples_kept() if self._kept is None else self._kept + more
        if kept > self._samples_max:
            # The running figure counts a replaced minute twice, so the exact one decides.
            kept = self.samples_kept()
        if kept > self._samples_max and more > 0:
            raise OutboxFull(self._samples_max)
        self._kept = kept

    def _upload_under_way(self, held: str) -> StoredUpload | None:
        with self._reading() as db:
            row = db.execute(
                "SELECT upload_id, idempotency_key, body, samples, card, tries FROM upload"
                " WHERE card NOT IN (SELECT value FROM json_each(?)) ORDER BY tries, upload_id LIMIT 1",
                (held,),
            ).fetchone()
        if row is None:
            return None
        upload_id, key, body, samples, card, tries = row
        return StoredUpload(
            upload_id=upload_id,
            idempotency_key=key,
            body=body,
            samples=samples,
            card=card,
            tries=tries,
        )

    def _make_upload(self, held: str, now_ms: int) -> StoredUpload | None:
        with self._reading() as db:
            rows = db.execute(
                "SELECT reading_id, card, source, metric, time_ms, value FROM reading WHERE card ="
                " (SELECT card FROM reading WHERE card NOT IN (SELECT value FROM json_each(?))"
                " AND card NOT IN (SELECT card FROM upload) ORDER BY reading_id LIMIT 1)"
                " ORDER BY reading_id LIMIT ?",
                (held, SAMPLES_PER_UPLOAD),
            ).fetchall()
        if not rows:
            return None
        samples = [
            Sample(card=card, source=source, metric=metric, time_ms=time_ms, value=value)
            for _, card, source, metric, time_ms, value in rows
        ]
        with self.writing() as db:
            self._insert_upload(db, upload_of(samples), now_ms)
            # From here on the upload's body has them.
            db.executemany(
                "DELETE FROM reading WHERE reading_id = ?",
                [(reading_id,) for reading_id, *_ in rows],
            )
        return self._upload_under_way(held)

    def _insert_upload(self, db: sqlite3.Connection, upload: Upload, now_ms: int) -> None:
        assert upload.card is not None, "a gateway's upload names the card"
        db.execute(
            "INSERT INTO upload (idempotency_key, body, samples, made_ms, card) VALUES (?, ?, ?, ?, ?)",
            (
                secrets.token_hex(_KEY_BYTES),
                msgspec.msgpack.encode(upload),
                sum(len(batch.times_ms) for batch in upload.batches),
                now_ms,
                upload.card,
            ),
        )

    @contextmanager
    def _reading(self) -> Iterator[sqlite3.Connection]:
        try:
            with sqlite_errors(self._path):
                if self._db is None:
                    self._db = self._connected()
                yield self._db
        except (OutboxBroken, OutboxUnwritable):
            # Opened anew at the next use: that looks whether the file is whole, and whether there is room again.
            if not self._writing:
                self._disconnect()
            raise

    def _connected(self) -> sqlite3.Connection:
        """The database; a broken file is moved aside, and what can be read of it copied into a new one."""
        self._take_for_oneself()
        try:
            return connect(self._path)
        except OutboxBroken as error:
            reason = error.problem
        aside = move_aside(self._path, now=datetime.now(UTC))
        db = connect(self._path)
        rows = salvage(aside, db)
        self._status.say(
            "outbox broken and moved aside",
            reason=reason,
            moved_to=aside.name,
            rows_salvaged=rows,
        )
        return db

    def _take_for_oneself(self) -> None:
        if self._lock is None and not self._beside_the_gateway:
            self._lock = take_for_oneself(self._path)

    def _disconnect(self) -> None:
        if self._db is not None:
            self._db.close()
            self._db = None


def _card_of(body: bytes) -> str:
    card: str = msgspec.msgpack.decode(body)["card"]
    return card
