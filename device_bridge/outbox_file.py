"""The outbox's file: one gateway at a time opens it, brings it to the present schema, and moves it aside when it is broken."""

import errno
import fcntl
import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import datetime
from importlib import resources
from pathlib import Path
from typing import Final

from device_bridge.errors import BridgeError
from device_bridge.outbox_rows import RowBroken, content_of, text_of

SCHEMA_VERSION: Final = 1
ASIDE_FILES_MAX: Final = 5
"""Broken files are never deleted. With so many beside it the disk is failing, and the gateway says so and ends."""

WRITE_AHEAD_BYTES_MAX: Final = 4 * 1024 * 1024
"""How much room the write-ahead log's file keeps between two checkpoints; a longer file is cut back to it."""

OTHER_PROCESS_SECONDS_MAX: Final = 1.0
"""The longest wait for `gateway resend`, which may write while the gateway runs."""

_OWNER_ONLY: Final = 0o600
_NO_ROOM: Final = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EIO, errno.EFBIG})
_PRIMARY: Final = 0xFF  # SQLite's extended codes keep the kind of error in the low byte.
_BROKEN: Final = frozenset({sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB})
_WAITED_FOR: Final = frozenset(
    {
        sqlite3.SQLITE_FULL,
        sqlite3.SQLITE_IOERR,
        sqlite3.SQLITE_READONLY,
        sqlite3.SQLITE_CANTOPEN,
        sqlite3.SQLITE_BUSY,
        sqlite3.SQLITE_LOCKED,
        sqlite3.SQLITE_PROTOCOL,
        sqlite3.SQLITE_PERM,
    }
)
_COLUMNS: Final = """
    SELECT kept.name, columns.name, columns.type, columns."notnull", columns.pk
    FROM sqlite_schema AS kept, pragma_table_info(kept.name) AS columns
    UNION ALL
    SELECT kept.name, columns.name, '', 0, 0
    FROM sqlite_schema AS kept, pragma_index_info(kept.name) AS columns
    UNION ALL
    SELECT name, sql, type, 0, 0 FROM sqlite_schema WHERE name = 'sqlite_sequence'
"""
_ROW_NUMBERS: Final = """
    SELECT seq FROM sqlite_sequence UNION ALL SELECT max(upload_id) FROM upload
    UNION ALL SELECT max(reading_id) FROM reading UNION ALL SELECT max(untimed_id) FROM untimed
    UNION ALL SELECT max(number) FROM boot
"""
_ROW_NUMBER_MAX: Final = 2**53
"""SQLite calls a table full if its last row has the greatest possible number. Our numbers never come near it."""

_HEADER_BYTES: Final = 100
_FORMATS_AT: Final = slice(18, 20)
_FORMATS: Final = frozenset({1, 2})


class OutboxFileError(BridgeError):
    """An outbox file that cannot be opened."""

    def __init__(self, path: Path, problem: str) -> None:
        super().__init__(f"outbox file {path}: {problem}")
        self.path = path
        self.problem = problem


class OutboxInUse(OutboxFileError):
    """Another gateway has this outbox."""


class OutboxBroken(OutboxFileError):
    """The file is not, or no longer, a readable outbox, and has to be moved aside."""


class OutboxUnwritable(OutboxFileError):
    """The disk is full or takes no writes at the moment. Callers wait for it."""


@contextmanager
def sqlite_errors(path: Path, *, opening: bool = False) -> Iterator[None]:
    """Turns SQLite's errors into ours: a broken file, or a disk to wait for.

    While `opening`, any other error means a broken file, because our statements there work on every whole file. Later,
    any other error is a bug and stays as it is.
    """
    try:
        yield
    except UnicodeDecodeError as error:  # SQLite's message repeats a part of the file.
        raise OutboxBroken(path, "it holds text that is not UTF-8") from error
    except sqlite3.Error as error:
        kind = getattr(error, "sqlite_errorcode", 0) & _PRIMARY
        if kind in _WAITED_FOR:
            raise OutboxUnwritable(path, str(error)) from error
        if opening or kind in _BROKEN:
            raise OutboxBroken(path, str(error)) from error
        raise


def take_for_oneself(path: Path) -> int:
    """Keeps other gateways off until the returned descriptor is closed.

    Raises OutboxInUse, OutboxUnwritable or OutboxFileError. The lock is a file of its own: SQLite's own locks would be
    lost when a second descriptor of its file is closed.
    """
    lock = path.with_name(path.name + ".lock")
    try:
        descriptor = os.open(lock, os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, _OWNER_ONLY)
    except OSError as error:
        kind = OutboxUnwritable if error.errno in _NO_ROOM else OutboxFileError
        raise kind(path, error.strerror or str(error)) from error
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        os.close(descriptor)
        raise OutboxInUse(
            path, "another gateway process uses it; stop that one, or give this one its own file"
        ) from error
    return descriptor


def connect(path: Path) -> sqlite3.Connection:
    """The open database, checked and in the present schema.

    Raises OutboxBroken, OutboxUnwritable, or OutboxFileError for what only a person can mend.
    """
    try:
        os.close(os.open(path, os.O_CREAT | os.O_RDWR, _OWNER_ONLY))
    except OSError as error:
        kind = OutboxUnwritable if error.errno in _NO_ROOM else OutboxFileError
        raise kind(path, error.strerror or str(error)) from error
    _check_header(path)
    with sqlite_errors(path, opening=True):
        db = sqlite3.connect(path, isolation_level=None, timeout=OTHER_PROCESS_SECONDS_MAX)
        db.text_factory = text_of
        try:
            db.execute("PRAGMA journal_mode = WAL")
            db.execute("PRAGMA synchronous = FULL")
            db.execute(f"PRAGMA journal_size_limit = {WRITE_AHEAD_BYTES_MAX}")
            _check_whole(db, path)
            _bring_up_to_date(db, path)
            _check_columns(db, path)
            _check_row_numbers(db, path)
        except BaseException:
            db.close()
            raise
    return db


def _check_header(path: Path) -> None:
    """Raises OutboxBroken for an unknown write format. SQLite only reads such a file, and the disk would seem to take nothing."""
    try:
        with path.open("rb") as file:
            header = file.read(_HEADER_BYTES)
    except OSError as error:
        raise OutboxUnwritable(path, error.strerror or str(error)) from error
    if header and not _FORMATS.issuperset(header[_FORMATS_AT]):
        raise OutboxBroken(path, "its header names a format that there is not")


def _check_whole(db: sqlite3.Connection, path: Path) -> None:
    (verdict,) = db.execute("PRAGMA integrity_check(1)").fetchone()
    if verdict != "ok":
        raise OutboxBroken(path, verdict)


def _check_columns(db: sqlite3.Connection, path: Path) -> None:
    """Compares the columns. SQLite calls a file whole if its schema is still SQL, even where a broken byte has renamed a column."""
    with closing(sqlite3.connect(":memory:")) as example:
        for statement in _statements():
            example.execute(statement)
        if not _columns(example) <= _columns(db):
            raise OutboxBroken(path, "a table or an index of it has other columns")


def _columns(db: sqlite3.Connection) -> set[tuple[str, str, str, int, int]]:
    return set(db.execute(_COLUMNS))


def _check_row_numbers(db: sqlite3.Connection, path: Path) -> None:
    for (number,) in db.execute(_ROW_NUMBERS):
        if number is not None and not (isinstance(number, int) and number < _ROW_NUMBER_MAX):
            raise OutboxBroken(path, "a row of it has a number that none can have")


def _bring_up_to_date(db: sqlite3.Connection, path: Path) -> None:
    (version,) = db.execute("PRAGMA user_version").fetchone()
    if version == SCHEMA_VERSION:
        return
    (tables,) = db.execute("SELECT count(*) FROM sqlite_schema WHERE type = 'table'").fetchone()
    if version or (tables and not _is_first_version(db)):
        raise OutboxBroken(path, f"its schema is of another version ({version})")
    db.execute("BEGIN IMMEDIATE")
    try:
        if tables:
            _from_first_version(db)
        for statement in _statements():
            db.execute(statement)
        db.execute(f"PRAGMA user_version = {SCHEMA_VERSION}")
    except BaseException:
        if db.in_transaction:
            db.execute("ROLLBACK")
        raise
    db.execute("COMMIT")


def _statements() -> list[str]:
    script = (resources.files("device_bridge") / "outbox.sql").read_text()
    lines = [line for line in script.splitlines() if not line.lstrip().startswith("--")]
    return [statement for statement in "\n".join(lines).split(";") if statement.strip()]


def _is_first_version(db: sqlite3.Connection) -> bool:
    """The first version did not number itself."""
    columns = {name for _, name, *_ in db.execute("PRAGMA table_info(reading)")}
    return {"card", "source", "metric", "time_ms", "value", "upload_id"} <= columns


def _from_first_version(db: sqlite3.Connection) -> None:
    """In the first version, readings in an upload's body stayed as rows until the receipt came. Now only the body has them."""
    db.execute("DELETE FROM reading WHERE upload_id IS NOT NULL")
    db.execute("DROP INDEX IF EXISTS reading_waiting")
    db.execute("DROP INDEX IF EXISTS reading_of_upload")
    db.execute("ALTER TABLE reading DROP COLUMN upload_id")
    db.execute("ALTER TABLE upload ADD COLUMN card TEXT NOT NULL DEFAULT ''")
    db.execute("ALTER TABLE upload ADD COLUMN tries INTEGER NOT NULL DEFAULT 0")
    for upload_id, body in db.execute("SELECT upload_id, body FROM upload").fetchall():
        try:
            card = content_of(body).card
        except RowBroken:
            continue  # It is put aside when its turn comes.
        db.execute("UPDATE upload SET card = ? WHERE upload_id = ?", (card, upload_id))


def move_aside(path: Path, *, now: datetime) -> Path:
    """Renames a broken outbox, with the files that SQLite keeps beside it, and returns its new name.

    Raises OutboxFileError when there are ASIDE_FILES_MAX already.
    """
    mark = ".broken-"
    asides = {
        file.name.removesuffix("-wal").removesuffix("-shm")
        for file in path.parent.glob(f"{path.name}{mark}*")
    }
    if len(asides) >= ASIDE_FILES_MAX:
        raise OutboxFileError(
            path,
            f"it is broken, and {len(asides)} broken ones lie beside it already; look at the disk, then move them away",
        )
    stamp = now.strftime("%Y%m%dT%H%M%SZ")
    # A box whose clock starts from the same time again would give two files the same name.
    aside = path.with_name(f"{path.name}{mark}{stamp}-{len(asides) + 1}")
    for beside in ("-wal", "-shm", ""):
        file = path.with_name(path.name + beside)
        if file.exists():
            file.rename(aside.with_name(aside.name + beside))
    return aside
