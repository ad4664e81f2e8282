"""Readings on disk until the server has them: SQLite, every write durable when the call returns.

A reading that is here survives a crash, a power cut and any time offline. An upload's idempotency key and body are
here before the first byte is sent, so that a retry after a crash is the same request, and counts once.
"""

import os
import secrets
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib import resources
from pathlib import Path
from typing import Final, Self

import msgspec

from device_bridge.errors import BridgeError
from device_bridge.samples import Sample, upload_body
from device_bridge.step_minutes import StepCounter

# About 100 bytes a reading: some 50 MB, months of a busy station without a network. When it is reached, new readings
# are refused (OutboxFull): the devices keep them unacknowledged, and what was acknowledged stays.
SAMPLES_KEPT_MAX: Final = 500_000
SAMPLES_PER_UPLOAD: Final = 5_000
PROBLEM_BYTES_MAX: Final = 16 * 1024
_KEY_BYTES: Final = 16
_OWNER_ONLY: Final = 0o600


class OutboxFull(BridgeError):
    """No room for more readings until the server has taken some, or refused uploads were cleared."""

    def __init__(self, samples_max: int) -> None:
        super().__init__(f"the outbox holds {samples_max} samples, its limit; check the network")
        self.samples_max = samples_max


class OutboxFileError(BridgeError):
    """An outbox file that cannot be opened."""

    def __init__(self, path: Path, problem: str) -> None:
        super().__init__(f"outbox file {path}: {problem}")
        self.path = path


class StoredUpload(msgspec.Struct, frozen=True, kw_only=True):
    """A request as it is sent, at the first try and at every other."""

    upload_id: int
    idempotency_key: str
    body: bytes
    samples: int


class Outbox:
    """One open outbox file; to be used from one thread.

    A write takes one fsync (under 1 ms on an SSD, some 20 ms on an SD card) and blocks the caller: a reading must
    be on disk before the device hears that it was received, and a station measures a few times a minute.
    """

    def __init__(self, path: Path, *, samples_max: int = SAMPLES_KEPT_MAX) -> None:
        self._samples_max = samples_max
        try:
            os.close(os.open(path, os.O_CREAT | os.O_RDWR, _OWNER_ONLY))
            self._db = sqlite3.connect(path, isolation_level=None)
            self._db.execute("PRAGMA journal_mode = WAL")
            self._db.execute("PRAGMA synchronous = FULL")
            self._db.execute("PRAGMA foreign_keys = ON")
            self._db.executescript(_schema())
        except (OSError, sqlite3.Error) as error:
            raise OutboxFileError(path, str(error)) from error
        self._kept = self.samples_kept()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._db.close()

    def add(self, samples: Sequence[Sample]) -> None:
        """Keeps samples; raises OutboxFull, keeping none of them, when there is no room."""
        with self._transaction():
            self._insert(samples)
            self._make_sure_of_room(len(samples))

    def add_steps(
        self, samples: Sequence[Sample], *, source: str, card: str, counter: StepCounter
    ) -> None:
        """Keeps steps per minute together with the counter that they were read from: both, or neither."""
        with self._transaction():
            self._insert(samples)
            self._make_sure_of_room(len(samples))
            self._db.execute(
                "INSERT OR REPLACE INTO step_counter (source, card, total, minute_ms, minute_steps)"
                " VALUES (?, ?, ?, ?, ?)",
                (source, card, counter.total, counter.minute_ms, counter.minute_steps),
            )

    def step_counter(self, *, source: str, card: str) -> StepCounter | None:
        """What was last known of a device's step counter while this card was assigned to it."""
        row = self._db.execute(
            "SELECT total, minute_ms, minute_steps FROM step_counter WHERE source = ? AND card = ?",
            (source, card),
        ).fetchone()
        if row is None:
            return None
        total, minute_ms, minute_steps = row
        return StepCounter(total=total, minute_ms=minute_ms, minute_steps=minute_steps)

    def next_upload(self, *, now_ms: int) -> StoredUpload | None:
        """The oldest upload under way, else a new one of the longest-waiting card's readings, else None."""
        return self._oldest_upload() or self._make_upload(now_ms)

    def delivered(self, upload: StoredUpload) -> None:
        """The server has receipted this upload: it and its readings can go."""
        with self._transaction():
            self._db.execute("DELETE FROM upload WHERE upload_id = ?", (upload.upload_id,))
        self._kept -= upload.samples

    def refused(self, upload: StoredUpload, *, status: int, problem: bytes, now_ms: int) -> None:
        """The server will not take this upload: it is put aside, whole, with the server's reason."""
        with self._transaction():
            self._db.execute(
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
            self._db.execute("DELETE FROM upload WHERE upload_id = ?", (upload.upload_id,))

    def send_refused_again(self) -> int:
        """Puts what the server refused back into the queue, as it was; returns how many uploads."""
        with self._transaction():
            self._db.execute(
                "INSERT INTO upload (idempotency_key, body, samples, made_ms)"
                " SELECT idempotency_key, body, samples, refused_ms FROM refused ORDER BY refused_ms"
            )
            return self._db.execute("DELETE FROM refused").rowcount

    def refusals(self) -> list[tuple[str, int, bytes]]:
        """Idempotency key, HTTP status and problem report of what the server refused, oldest first."""
        return self._db.execute(
            "SELECT idempotency_key, status, problem FROM refused ORDER BY refused_ms"
        ).fetchall()

    def samples_kept(self) -> int:
        """Samples in the outbox: waiting, under way and refused."""
        (kept,) = self._db.execute(
            "SELECT (SELECT count(*) FROM reading WHERE upload_id IS NULL)"
            " + (SELECT coalesce(sum(samples), 0) FROM upload)"
            " + (SELECT coalesce(sum(samples), 0) FROM refused)"
        ).fetchone()
        return int(kept)

    def _make_sure_of_room(self, samples: int) -> None:
        """After `samples` were inserted; raising undoes the transaction that inserted them."""
        kept = self._kept + samples
        if kept > self._samples_max:
            # The running figure counts a replaced minute twice, so the exact one decides.
            kept = self.samples_kept()
        if kept > self._samples_max:
            raise OutboxFull(self._samples_max)
        self._kept = kept

    def _insert(self, samples: Sequence[Sample]) -> None:
        self._db.executemany(
            "INSERT INTO reading (card, source, metric, time_ms, value) VALUES (?, ?, ?, ?, ?)"
            " ON CONFLICT (card, source, metric, time_ms) WHERE upload_id IS NULL"
            " DO UPDATE SET value = excluded.value",
            [(s.card, s.source, s.metric, s.time_ms, s.value) for s in samples],
        )

    def _oldest_upload(self) -> StoredUpload | None:
        row = self._db.execute(
            "SELECT upload_id, idempotency_key, body, samples FROM upload ORDER BY upload_id LIMIT 1"
        ).fetchone()
        if row is None:
            return None
        upload_id, key, body, samples = row
        return StoredUpload(upload_id=upload_id, idempotency_key=key, body=body, samples=samples)

    def _make_upload(self, now_ms: int) -> StoredUpload | None:
        rows = self._db.execute(
            "SELECT reading_id, card, source, metric, time_ms, value FROM reading WHERE card ="
            " (SELECT card FROM reading ORDER BY reading_id LIMIT 1) ORDER BY reading_id LIMIT ?",
            (SAMPLES_PER_UPLOAD,),
        ).fetchall()
        if not rows:
            return None
        body = upload_body(
            [
                Sample(card=card, source=source, metric=metric, time_ms=time_ms, value=value)
                for _, card, source, metric, time_ms, value in rows
            ]
        )
        key = secrets.token_hex(_KEY_BYTES)
        with self._transaction():
            cursor = self._db.execute(
                "INSERT INTO upload (idempotency_key, body, samples, made_ms) VALUES (?, ?, ?, ?)",
                (key, body, len(rows), now_ms),
            )
            self._db.executemany(
                "UPDATE reading SET upload_id = ? WHERE reading_id = ?",
                [(cursor.lastrowid, reading_id) for reading_id, *_ in rows],
            )
        return self._oldest_upload()

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        self._db.execute("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            self._db.execute("ROLLBACK")
            raise
        self._db.execute("COMMIT")


def _schema() -> str:
    return (resources.files("device_bridge") / "outbox.sql").read_text()
