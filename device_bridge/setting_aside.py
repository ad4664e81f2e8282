"""Handles a row that a disk has changed: an upload is mended if its body can be read, and everything else is put aside.

Rows that are put aside stay in the table `refused`, with the reason, where they stop no other row. All functions work
within a transaction.
"""

import secrets
import sqlite3
from typing import Final

import msgspec

from device_bridge.outbox_rows import (
    SAMPLES_PER_UPLOAD,
    TRIES_MAX,
    RowBroken,
    UploadRow,
    can_be_sent,
    content_of,
    row_of,
    samples_in,
)
from device_bridge.status import Status

NO_SERVER: Final = 0
"""The status of what was put aside without asking a server."""

PROBLEM_BYTES_MAX: Final = 16 * 1024
"""The rest of what the server said about a refused upload is not kept."""

_KEY_BYTES: Final = 16


def upload_row_of(columns: tuple[object, ...]) -> UploadRow:
    """An upload that can be sent as it is, and whose columns say what its body says. Raises RowBroken."""
    row = row_of(UploadRow, columns)
    content = content_of(row.body)
    if not can_be_sent(row.idempotency_key):
        raise RowBroken("no header can hold the idempotency key")
    if (row.card, row.samples) != (content.card, samples_in(content)):
        raise RowBroken("card or samples are not those of the body")
    return row


def mend_upload(
    db: sqlite3.Connection, upload_id: int, columns: tuple[object, ...], status: Status
) -> None:
    """Mends an upload for which upload_row_of has raised: its columns are set from its body, and a key that cannot be
    sent is replaced.
    """
    key, body, *_ = columns
    try:
        content = content_of(body)
    except RowBroken as error:
        _put_upload_aside(db, upload_id, key, reason=str(error))
        status.say("upload that a failing disk has changed put aside", reason=str(error))
        return
    db.execute(
        "UPDATE upload SET idempotency_key = ?, samples = ?, made_ms = 0, card = ?,"
        " tries = iif(tries BETWEEN 0 AND ?, tries, 0) WHERE upload_id = ?",
        (
            key if can_be_sent(key) else new_key(),
            samples_in(content),
            content.card,
            TRIES_MAX,
            upload_id,
        ),
    )
    status.say("upload that a failing disk has changed mended")


def put_reading_aside(
    db: sqlite3.Connection, columns: tuple[object, ...], status: Status, *, reason: str
) -> None:
    """Keeps what a disk has made of a reading."""
    _insert_refused(db, msgspec.msgpack.encode(columns), samples=1, reason=reason, key=None)
    status.say("reading that a failing disk has changed put aside", reason=reason)


def free_key(db: sqlite3.Connection, key: object) -> str:
    """The key itself if it can be sent and no other row has it, or else a new one."""
    taken = db.execute(
        "SELECT 1 FROM upload WHERE idempotency_key = :key"
        " UNION ALL SELECT 1 FROM refused WHERE idempotency_key = :key",
        {"key": key},
    ).fetchone()
    return key if isinstance(key, str) and can_be_sent(key) and taken is None else new_key()


def new_key() -> str:
    """An idempotency key that nobody has."""
    return secrets.token_hex(_KEY_BYTES)


def _put_upload_aside(db: sqlite3.Connection, upload_id: int, key: object, *, reason: str) -> None:
    body, samples = db.execute(
        "DELETE FROM upload WHERE upload_id = ?"
        " RETURNING CAST(body AS BLOB), iif(samples BETWEEN 0 AND ?, samples, 1)",
        (upload_id, SAMPLES_PER_UPLOAD),
    ).fetchone()
    _insert_refused(db, body, samples=samples, reason=reason, key=key)


def _insert_refused(
    db: sqlite3.Connection, body: bytes, *, samples: int, reason: str, key: object
) -> None:
    problem = msgspec.json.encode({"title": "changed by a failing disk", "detail": reason})
    db.execute(
        "INSERT INTO refused (idempotency_key, body, samples, status, problem, refused_ms)"
        " VALUES (?, ?, ?, ?, ?, 0)",
        (free_key(db, key), body, samples, NO_SERVER, problem[:PROBLEM_BYTES_MAX]),
    )
