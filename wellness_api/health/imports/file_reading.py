"""Reads one file of an import from its parts, and stores its samples as uploads.

Each piece of the file is an upload under a key of its own. When a worker is killed, another one reads the file again from
the start. It skips the pieces that are noted as stored. A piece that was stored and not noted gets its receipt again.
`turns` decides which file is read next.
"""

import asyncio
import errno
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from tempfile import TemporaryFile
from typing import IO, Final, NamedTuple
from uuid import UUID

import msgspec

from device_bridge.wire import Receipt
from wellness_api.database.pool import Pool
from wellness_api.database.sql import read_named_sql, read_sql
from wellness_api.health.imports.file_kinds import FILE_KINDS, FileBeingRead
from wellness_api.health.imports.problems import FileRefused
from wellness_api.health.imports.shapes import FileKind
from wellness_api.health.samples.accept import accept_upload
from wellness_api.health.samples.asked import Asked, digest_of_asked
from wellness_api.health.samples.columns import Arrival
from wellness_api.health.samples.contents import Columns
from wellness_api.health.samples.local_days import local_date
from wellness_api.health.samples.retention import Retention
from wellness_api.health.samples.storing import UploadStore

PART_CONTENT: Final = read_sql(__package__, "part_content")
NOTE_PROGRESS: Final = read_named_sql(__package__, "note_progress")

NOTE_SECONDS: Final = 1.0
"""How old the progress that a resident sees may be, while nothing is stored."""

READINGS_MAX: Final = 10
"""How often a file is begun while nothing more of it gets stored, because others are always in its way or its reader dies
each time. Without help it is tried after a minute, then after twice as long, so that all tries take most of a day.
"""

NO_ROOM: Final = frozenset(
    {errno.ENOSPC, errno.EDQUOT, errno.EMFILE, errno.ENFILE, errno.ENOMEM, errno.EIO}
)
"""Errors that keep the machine from reading any file."""


class FileNotRead(Exception):
    """The operating system refused something while the file was read, and the fault is with this file."""


class ReadInVain(Exception):
    """The file was begun too often without anything of it being stored: its reader ended each time."""


class GivenUp(Exception):
    """The resident gave up the import while the file was being read."""


class Claimed(NamedTuple):
    """An import that this worker reads. `received_at`: when the last part came, which counts as the time when its samples came."""

    resident_id: int
    import_id: UUID
    form: FileKind
    received_at: datetime
    time_zone: str
    pieces_stored: int
    bytes_read: int
    readings: int
    parts: int


@contextmanager
def open_reading(
    pool: Pool, store: UploadStore, claimed: Claimed, retention: Retention
) -> Iterator["FileReading"]:
    """A reading that has not begun, with the room on disk that it takes."""
    # The file is unlinked from the start: whatever ends the process, nothing of it stays behind.
    with TemporaryFile() as content:
        yield FileReading(pool, store, claimed, retention, content)


class FileReading:
    """A file that is read once, step by step, from its first part to its last piece."""

    def __init__(
        self,
        pool: Pool,
        store: UploadStore,
        claimed: Claimed,
        retention: Retention,
        content: IO[bytes],
    ) -> None:
        """`content` is an empty file, which takes the parts."""
        self._pool = pool
        self._store = store
        self._claimed = claimed
        self._retention = retention
        self._content = content
        self._parts = 0
        self._opened: tuple[FileBeingRead, Iterator[Columns | None]] | None = None
        self._pieces = 0
        self._noted_at = time.monotonic()

    async def read_on(self, *, seconds: float) -> bool:
        """Reads to the end, and returns True, or reads for this long and at least one step further.

        Raises GivenUp, ReadInVain, FileNotRead, and FileRefused after what was read before it is stored.
        """
        if self._claimed.readings > READINGS_MAX:
            raise ReadInVain
        until = time.monotonic() + seconds
        while await self._step():
            if time.monotonic() >= until:
                await self._note_place()
                return False
        return True

    async def _step(self) -> bool:
        """Does one step: fetches a part, or reads on in the file. Returns False at the end of the file."""
        if self._parts < self._claimed.parts:
            await self._fetch()
            return True
        if self._opened is None:
            await self._open()
            return True
        file, steps = self._opened
        try:
            # In a thread, so that pending days and those who wait for them go on.
            step = await asyncio.to_thread(_next, steps)
        except FileRefused:
            await self._note_place()
            raise
        if isinstance(step, Columns):
            await self._take(file, step)
        elif step is _END or time.monotonic() - self._noted_at >= NOTE_SECONDS:
            await self._note_place()
        return step is not _END

    async def _fetch(self) -> None:
        claimed = self._claimed
        content = await self._pool.fetchval(
            PART_CONTENT, claimed.resident_id, claimed.import_id, self._parts
        )
        if content is None:
            raise GivenUp
        await asyncio.to_thread(self._content.write, content)
        self._parts += 1

    async def _open(self) -> None:
        received_at, time_zone = self._claimed.received_at, self._claimed.time_zone
        first_day = self._retention.first_day(local_date(received_at, time_zone))
        arrival = Arrival(received_at, time_zone, first_day)
        file = await asyncio.to_thread(FILE_KINDS[self._claimed.form], self._content, arrival)
        self._opened = file, file.steps()

    async def _take(self, file: FileBeingRead, piece: Columns) -> None:
        number = self._pieces
        self._pieces += 1
        if number < self._claimed.pieces_stored:
            return
        # No key that a resident chooses has a colon.
        key = f"import:{self._claimed.import_id}:{number}"
        accepted = await accept_upload(
            self._pool,
            self._store,
            resident_id=self._claimed.resident_id,
            idempotency_key=key,
            # What was sent are the file's parts, of which none can change; what is made of them depends on who reads them.
            contents=Asked(digest_of_asked(key.encode()), piece),
            received_at=self._claimed.received_at,
        )
        await self._note(file, accepted.receipt)

    async def _note_place(self) -> None:
        """Notes how far the file is, unless a worker before this one was further."""
        if self._opened is not None and self._opened[0].bytes_read >= self._claimed.bytes_read:
            await self._note(self._opened[0])

    async def _note(self, file: FileBeingRead, piece: Receipt | None = None) -> None:
        """Notes how far the file is, and adds the receipt of the stored piece to the counts."""
        self._noted_at = time.monotonic()
        noted = await self._pool.fetchval(
            *NOTE_PROGRESS(
                resident_id=self._claimed.resident_id,
                import_id=self._claimed.import_id,
                bytes_read=file.bytes_read,
                bytes_total=file.bytes_total,
                report=msgspec.json.encode(file.report).decode(),
                pieces=0 if piece is None else 1,
                accepted=0 if piece is None else piece.accepted,
                duplicate=0 if piece is None else piece.duplicate,
                refused=0 if piece is None else piece.refused,
                flagged=0 if piece is None else piece.flagged,
            )
        )
        if noted is None:
            raise GivenUp


_END: Final = object()


def _next(steps: Iterator[object]) -> object:
    try:
        return next(steps, _END)
    except OSError as error:
        # The same error from the database would mean that the server is gone. On a full disk, no file can be read.
        if error.errno in NO_ROOM:
            raise
        raise FileNotRead(str(error)) from error
