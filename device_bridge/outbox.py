"""Readings on disk until the server has them. In SQLite; every write is durable when the call returns.

A reading in the outbox survives a crash, a power cut and any time offline. An upload's idempotency key and body are in it
before the first byte is sent. So a retry after a crash is the same request, and counts once.
"""

import contextlib
import os
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
    sqlite_errors,
    take_for_oneself,
)
from device_bridge.outbox_rows import (
    SAMPLES_PER_UPLOAD,
    ReadingRow,
    RowBroken,
    StepCounterRow,
    content_of,
    row_of,
    samples_in,
)
from device_bridge.salvage import salvage
from device_bridge.samples import Sample, upload_of
from device_bridge.setting_aside import (
    PROBLEM_BYTES_MAX,
    free_key,
    mend_upload,
    new_key,
    put_reading_aside,
    upload_row_of,
)
from device_bridge.status import Status
from device_bridge.step_minutes import StepCounter
from device_bridge.wire import Upload

SAMPLES_KEPT_MAX: Final = 500_000
"""About 100 bytes a reading: some 50 MB, months of a busy station without a network. When it is reached, new readings are
refused (OutboxFull): the devices keep them unacknowledged, and what was acknowledged stays.
"""

# A count that a failing disk has changed must not make the outbox full.
_KEPT: Final = """
    SELECT (SELECT count(*) FROM reading) + (SELECT count(*) FROM untimed)
        + (SELECT coalesce(sum(iif(samples BETWEEN 0 AND :most, samples, 1)), 0) FROM upload)
        + (SELECT coalesce(sum(iif(samples BETWEEN 0 AND :most, samples, 1)), 0) FROM refused)
"""

T = TypeVar("T")


class OutboxFull(BridgeError):
    """There is no room for more readings until the server has taken some, or refused uploads were cleared."""

    def __init__(self, samples_max: int) -> None:
        super().__init__(f"the outbox holds {samples_max} samples, its limit; check the network")
        self.samples_max = samples_max


class StoredUpload(msgspec.Struct, frozen=True, kw_only=True):
    """A request as it is sent at every try. `tries`: how often the server failed on it."""

    upload_id: int
    idempotency_key: str
    body: bytes
    samples: int
    card: str
    tries: int

    def content(self) -> Upload:
        """The content of the body. The outbox decoded it once before it gave the upload out."""
        return content_of(self.body)


class Outbox:
    """One open outbox file, for use from one thread.

    A write takes one fsync (under 1 ms on an SSD, some 20 ms on an SD card) and blocks the caller: a reading must be on
    disk before the device hears that it was received, and a station measures only a few times a minute.

    Any call may raise OutboxUnwritable while the disk is full, and works again when there is room. Any call may raise
    OutboxBroken; the next use opens the outbox again, which moves the broken file aside.
    """

    def __init__(
        self,
        path: Path,
        *,
        samples_max: int = SAMPLES_KEPT_MAX,
        beside_the_gateway: bool = False,
        status: Status | None = None,
    ) -> None:
        """Raises OutboxInUse unless `beside_the_gateway`, and OutboxFileError. A full disk shows at the first use."""
        self._path = path
        self._status = status or Status()
        self._samples_max = samples_max
        self._kept: int | None = None
        self._db: sqlite3.Connection | None = None
        self._writing = False
        self._beside_the_gateway = beside_the_gateway
        self._lock: int | None = None
        # A disk that is full from the start is waited for like any other.
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
        """One transaction: all of what is done in it, or nothing. Inside another transaction, it is a part of that one."""
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
        """Keeps samples. Raises OutboxFull when there is no room, and then keeps none of them."""
        with self.writing() as db:
            db.executemany(
                "INSERT INTO reading (card, source, metric, time_ms, value) VALUES (?, ?, ?, ?, ?)"
                " ON CONFLICT (card, source, metric, time_ms) DO UPDATE SET value = excluded.value",
                [
                    (sample.card, sample.source, sample.metric, sample.time_ms, sample.value)
                    for sample in samples
                ],
            )
            self.make_sure_of_room(len(samples))

    def add_steps(
        self, samples: Sequence[Sample], *, source: str, card: str, counter: StepCounter
    ) -> None:
        """Keeps steps per minute together with the counter from which they were read: both, or neither."""
        with self.writing() as db:
            self.add(samples)
            db.execute(
                "INSERT OR REPLACE INTO step_counter (source, card, total, minute_ms, minute_steps)"
                " VALUES (?, ?, ?, ?, ?)",
                (source, card, counter.total, counter.minute_ms, counter.minute_steps),
            )

    def step_counter(self, *, source: str, card: str) -> StepCounter | None:
        """What was last known of a device's step counter while this card was assigned to the device."""
        with self._reading() as db:
            row = db.execute(
                "SELECT total, minute_ms, minute_steps FROM step_counter WHERE source = ? AND card = ?",
                (source, card),
            ).fetchone()
        if row is None:
            return None
        try:
            known = row_of(StepCounterRow, (source, card, *row))
        except RowBroken as error:
            self._status.say("step counter changed by a failing disk", reason=str(error))
            return None  # As for a device that was never heard.
        return StepCounter(
            total=known.total, minute_ms=known.minute_ms, minute_steps=known.minute_steps
        )

    def waits(self, sample: Sample) -> bool:
        """Whether a reading of the same device, metric and time already waits."""
        with self._reading() as db:
            row = db.execute(
                "SELECT 1 FROM reading WHERE card = ? AND source = ? AND metric = ? AND time_ms = ?",
                (sample.card, sample.source, sample.metric, sample.time_ms),
            ).fetchone()
        return row is not None

    def next_upload(self, *, now_ms: int, cards_held: Collection[str] = ()) -> StoredUpload | None:
        """The upload under way that failed least, or else a new one of the card whose readings wait longest, or else
        None.

        Later readings of a card arrive later: a card gets a new upload only when none of its uploads is under way. Cards
        in `cards_held` are passed over. A row that a disk has changed so that it cannot be sent is put aside, and the
        next one comes.
        """
        held = msgspec.json.encode(sorted(cards_held)).decode()
        return self._upload_under_way(held) or self._make_upload(held, now_ms)

    def delivered(self, upload: StoredUpload) -> None:
        """Deletes an upload for which the server has sent a receipt."""
        with self.writing() as db:
            db.execute("DELETE FROM upload WHERE upload_id = ?", (upload.upload_id,))
            self.make_sure_of_room(-upload.samples)

    def failed(self, upload: StoredUpload) -> None:
        """Notes that the server failed on this upload. Others come first now."""
        with self.writing() as db:
            db.execute(
                "UPDATE upload SET tries = tries + 1 WHERE upload_id = ?", (upload.upload_id,)
            )

    def replace(self, upload: StoredUpload, parts: Sequence[Upload], *, now_ms: int) -> None:
        """Sends `parts` instead of an upload of which the server kept nothing. Each part has a key of its own."""
        with self.writing() as db:
            db.execute("DELETE FROM upload WHERE upload_id = ?", (upload.upload_id,))
            for part in parts:
                self._insert_upload(db, part, now_ms)
            self._kept = None

    def refused(self, upload: StoredUpload, *, status: int, problem: bytes, now_ms: int) -> None:
        """Puts an upload aside that the server will not take, as a whole, with the server's reason."""
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
        """Puts refused uploads with this status or above back into the queue as they were, and returns how many.

        An upload that can no longer be read stays where it is.
        """
        again = 0
        with self.writing() as db:
            rows = db.execute(
                "SELECT rowid, idempotency_key, body FROM refused WHERE status >= ?"
                " ORDER BY refused_ms, rowid",
                (status_min,),
            ).fetchall()
            for row_id, key, body in rows:
                try:
                    content = content_of(body)
                except RowBroken:
                    continue
                db.execute("DELETE FROM refused WHERE rowid = ?", (row_id,))
                db.execute(
                    "INSERT INTO upload (idempotency_key, body, samples, made_ms, card)"
                    " VALUES (?, ?, ?, 0, ?)",
                    (free_key(db, key), body, samples_in(content), content.card),
                )
                again += 1
        return again

    def put_reading_aside(self, columns: tuple[object, ...], reason: str) -> None:
        """Within a transaction: keeps what a disk has made of a reading, in a place where it stops no other."""
        with self.writing() as db:
            put_reading_aside(db, columns, self._status, reason=reason)

    def refusals(self) -> list[tuple[str, int, bytes]]:
        """Idempotency key, HTTP status and problem report of refused uploads, oldest first."""
        with self._reading() as db:
            return db.execute(
                "SELECT idempotency_key, status, problem FROM refused ORDER BY refused_ms"
            ).fetchall()

    def samples_kept(self) -> int:
        """The number of samples in the outbox: waiting, without a time, under way and refused."""
        with self._reading() as db:
            (kept,) = db.execute(_KEPT, {"most": SAMPLES_PER_UPLOAD}).fetchone()
        return int(kept)

    def read(self, question: Callable[[sqlite3.Connection], T]) -> T:
        """The answer to a question that changes nothing."""
        with self._reading() as db:
            return question(db)

    def make_sure_of_room(self, more: int) -> None:
        """Call it after `more` samples were inserted or deleted. If it raises, that undoes their transaction."""
        kept = self.samples_kept() if self._kept is None else self._kept + more
        if kept > self._samples_max:
            # The running figure counts a replaced minute twice, so the exact one decides.
            kept = self.samples_kept()
        if kept > self._samples_max and more > 0:
            raise OutboxFull(self._samples_max)
        self._kept = kept

    def _upload_under_way(self, held: str) -> StoredUpload | None:
        while True:
            with self._reading() as db:
                stored = db.execute(
                    "SELECT upload_id, idempotency_key, body, samples, made_ms, card, tries FROM upload"
                    " WHERE card NOT IN (SELECT value FROM json_each(?)) ORDER BY tries, upload_id LIMIT 1",
                    (held,),
                ).fetchone()
            if stored is None:
                return None
            upload_id, *columns = stored
            try:
                row = upload_row_of(tuple(columns))
            except RowBroken:
                with self.writing() as db:
                    mend_upload(db, upload_id, tuple(columns), self._status)
                    self._kept = None
                continue
            return StoredUpload(
                upload_id=upload_id,
                idempotency_key=row.idempotency_key,
                body=row.body,
                samples=row.samples,
                card=row.card,
                tries=row.tries,
            )

    def _make_upload(self, held: str, now_ms: int) -> StoredUpload | None:
        while True:
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
            with self.writing() as db:
                samples = self._samples_of(rows)
                if samples:
                    self._insert_upload(db, upload_of(samples), now_ms)
                # From here on the upload's body has them.
                db.executemany(
                    "DELETE FROM reading WHERE reading_id = ?",
                    [(reading_id,) for reading_id, *_ in rows],
                )
            if samples:
                return self._upload_under_way(held)

    def _samples_of(self, rows: Sequence[tuple[object, ...]]) -> list[Sample]:
        """The samples of the rows that can be sent. The other rows are put aside."""
        samples = []
        for _, *columns in rows:
            try:
                row = row_of(ReadingRow, tuple(columns))
            except RowBroken as error:
                self.put_reading_aside(tuple(columns), str(error))
                continue
            samples.append(
                Sample(
                    card=row.card,
                    source=row.source,
                    metric=row.metric,
                    time_ms=row.time_ms,
                    value=row.value,
                )
            )
        return samples

    def _insert_upload(self, db: sqlite3.Connection, upload: Upload, now_ms: int) -> None:
        assert upload.card is not None, "a gateway's upload names the card"
        db.execute(
            "INSERT INTO upload (idempotency_key, body, samples, made_ms, card) VALUES (?, ?, ?, ?, ?)",
            (
                new_key(),
                msgspec.msgpack.encode(upload),
                samples_in(upload),
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
            # The next use opens the file again, which checks whether the file is whole and whether there is room again.
            if not self._writing:
                self._disconnect()
            raise

    def _connected(self) -> sqlite3.Connection:
        """The database. A broken file is moved aside, and its readable rows are copied into a new one."""
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
