"""The worker's side: takes a file that is all there, reads it, and stores its samples as uploads.

A file is read by one worker at a time, which holds its advisory lock for as long as it reads. Each piece of the file is
an upload under a key of its own. When a worker is killed, another reads the file again from the start: it skips the
pieces that are noted as stored, and of the one that was stored and not noted it gets the receipt again.
"""

import asyncio
import errno
import tempfile
import time
from collections.abc import Awaitable, Callable, Iterator
from datetime import datetime, timedelta
from typing import IO, Final, NamedTuple
from uuid import UUID

import msgspec

from wellness_api.clock import Clock
from wellness_api.database.errors import may_pass, server_is_gone
from wellness_api.database.limits import HOLDS_A_LOCK
from wellness_api.database.locks import IMPORT_LOCK
from wellness_api.database.pool import Connection, Pool
from wellness_api.database.sql import read_sql
from wellness_api.imports.forms import FORMS, FileBeingRead
from wellness_api.imports.problems import FileRefused
from wellness_api.imports.shapes import FileProblem, FormName
from wellness_api.panics import panics_as_errors
from wellness_api.samples.accept import UploadContended, accept_upload
from wellness_api.samples.columns import Arrival
from wellness_api.samples.contents import Columns
from wellness_api.samples.local_days import local_date
from wellness_api.samples.retention import Retention, read_retention
from wellness_api.samples.storing import UploadStore
from wellness_api.set_aside.items import Item, mended, set_aside

CLAIM_IMPORT: Final = read_sql(__package__, "claim_import")
START_READING: Final = read_sql(__package__, "start_reading")
PART_CONTENT: Final = read_sql(__package__, "part_content")
NOTE_PROGRESS: Final = read_sql(__package__, "note_progress")
FINISH_IMPORT: Final = read_sql(__package__, "finish_import")
BRING_BACK_IMPORTS: Final = read_sql(__package__, "bring_back_imports")
FORGET_IMPORTS: Final = read_sql(__package__, "forget_imports")

IMPORTS_LOOKED_AT: Final = 64
"""More than there are workers that read at once."""

NOTE_SECONDS: Final = 1.0
"""How old the progress that a resident sees may be, while nothing is stored."""

READINGS_MAX: Final = 10
"""How often a file is begun of which nothing more gets stored, be it that others are always in its way or that its reader
dies each time. By itself it is tried after a minute, then twice as long, so that this is most of a day."""

UNSENT_KEPT: Final = timedelta(days=7)
"""How long parts wait for those that are missing."""

FINISHED_KEPT: Final = timedelta(days=90)
"""How long it can be looked up what became of a file."""

FAILED: Final = FileProblem(
    code="internal_error",
    detail="Something went wrong here. What was read is kept, and the file too: it is read again once that is mended.",
)

NO_ROOM: Final = frozenset(
    {errno.ENOSPC, errno.EDQUOT, errno.EMFILE, errno.ENFILE, errno.ENOMEM, errno.EIO}
)
"""What keeps the box from reading any file."""


class FileNotRead(Exception):
    """The operating system refused something while the file was read, which says something about this file."""


class ReadInVain(Exception):
    """The file was begun too often without anything of it being stored; each time whoever read it came to an end."""


class GivenUp(Exception):
    """The resident gave the import up while it was being read."""


class Claimed(NamedTuple):
    """An import that this worker reads. `received_at`: when the file was all there, which is when its samples came."""

    resident_id: int
    import_id: UUID
    form: FormName
    received_at: datetime
    time_zone: str
    pieces_stored: int
    bytes_read: int
    readings: int
    parts: int


NO_PIECE: Final = (0, 0, 0, 0, 0)


async def read_next_import(
    pool: Pool, store: UploadStore, clock: Clock, *, samples_kept_months: int
) -> bool:
    """Reads the file that waits longest to its end; False when none waits that another worker does not read.

    Raises what says that the server is gone; a later call then goes on with the file.
    """
    await pool.execute(BRING_BACK_IMPORTS, clock())
    # The lock's transaction reads and writes nothing after its start, so it keeps no row and no cleaning up waiting.
    async with pool.acquire() as holder, holder.transaction():
        await holder.execute(HOLDS_A_LOCK)
        claimed = await _claim(pool, holder, clock)
        if claimed is None:
            return False
        retention = await read_retention(pool, months=samples_kept_months)
        problem, error = await _problem_of(lambda: _read(pool, store, claimed, retention))
        item = Item("import", str(claimed.import_id), claimed.resident_id)
        if error is not None:
            again = _may_pass(error) and claimed.readings < READINGS_MAX
            await set_aside(pool, item, error, now=clock(), again=again)
            if again:
                return True  # It is read on at its time, and the others meanwhile.
        else:
            await mended(pool, [item])
        await pool.execute(
            FINISH_IMPORT,
            claimed.resident_id,
            claimed.import_id,
            "done" if problem is None else "refused",
            None if problem is None else msgspec.json.encode(problem).decode(),
            clock(),
            error is not None,
        )
    return True


async def forget_imports(connection: Connection, now: datetime) -> None:
    """Deletes what nobody is going to finish or to look up."""
    await connection.execute(FORGET_IMPORTS, now, UNSENT_KEPT, FINISHED_KEPT)


async def _claim(pool: Pool, holder: Connection, clock: Clock) -> Claimed | None:
    named = await holder.fetchrow(CLAIM_IMPORT, IMPORT_LOCK, IMPORTS_LOOKED_AT, clock())
    if named is None:
        return None
    row = await pool.fetchrow(START_READING, *named)
    return None if row is None else Claimed(*row)


def _may_pass(error: Exception) -> bool:
    return isinstance(error, UploadContended) or may_pass(error)


async def _problem_of(
    read: Callable[[], Awaitable[None]],
) -> tuple[FileProblem | None, Exception | None]:
    """What kept `read` from reading the file to its end, and the error if it was not the file's; nothing of it reaches
    the files of others.
    """
    try:
        with panics_as_errors():
            await read()
    except GivenUp:
        return None, None
    except FileRefused as error:
        return FileProblem(code=error.code, detail=error.detail), None
    except Exception as error:
        if server_is_gone(error):
            raise
        return FAILED, error
    return None, None


async def _read(pool: Pool, store: UploadStore, claimed: Claimed, retention: Retention) -> None:
    if claimed.readings > READINGS_MAX:
        raise ReadInVain
    # Unlinked from the start: whatever ends the process, nothing of the file stays behind.
    with tempfile.TemporaryFile() as file:
        await _fetch(pool, claimed, file)
        today = local_date(claimed.received_at, claimed.time_zone)
        arrival = Arrival(claimed.received_at, claimed.time_zone, retention.first_day(today))
        being_read = await asyncio.to_thread(FORMS[claimed.form], file, arrival)
        await _Reader(pool, store, claimed, being_read).run()


async def _fetch(pool: Pool, claimed: Claimed, file: IO[bytes]) -> None:
    for number in range(claimed.parts):
        content = await pool.fetchval(PART_CONTENT, claimed.resident_id, claimed.import_id, number)
        if content is None:
            raise GivenUp
        await asyncio.to_thread(file.write, content)


class _Reader:
    """Goes through a file once."""

    def __init__(
        self, pool: Pool, store: UploadStore, claimed: Claimed, being_read: FileBeingRead
    ) -> None:
        self._pool = pool
        self._store = store
        self._claimed = claimed
        self._file = being_read
        self._pieces = 0
        self._noted_at = time.monotonic()

    async def run(self) -> None:
        """Stores the pieces; raises GivenUp, and FileRefused after what was read before it is stored."""
        refused: FileRefused | None = None
        try:
            await self._go_through()
        except FileRefused as error:
            refused = error
        await self._note_place()
        if refused is not None:
            raise refused

    async def _go_through(self) -> None:
        steps = self._file.steps()
        # In a thread, so that pending days and whoever waits for them go on; one step at a time.
        while (step := await asyncio.to_thread(_next, steps)) is not _END:
            if isinstance(step, Columns):
                await self._take(step)
            elif time.monotonic() - self._noted_at >= NOTE_SECONDS:
                await self._note_place()

    async def _take(self, piece: Columns) -> None:
        number = self._pieces
        self._pieces += 1
        if number < self._claimed.pieces_stored:
            return
        accepted = await accept_upload(
            self._pool,
            self._store,
            resident_id=self._claimed.resident_id,
            # No key that a resident chooses has a colon.
            idempotency_key=f"import:{self._claimed.import_id}:{number}",
            contents=piece,
            received_at=self._claimed.received_at,
        )
        receipt = accepted.receipt
        await self._note(1, receipt.accepted, receipt.duplicate, receipt.refused, receipt.flagged)

    async def _note_place(self) -> None:
        """Notes how far the file is, unless a worker before this one was further."""
        if self._file.bytes_read >= self._claimed.bytes_read:
            await self._note(*NO_PIECE)

    async def _note(self, *counts: int) -> None:
        """Notes how far the file is, and adds up `counts`: pieces, then samples as in `NOTE_PROGRESS`."""
        self._noted_at = time.monotonic()
        noted = await self._pool.fetchval(
            NOTE_PROGRESS,
            self._claimed.resident_id,
            self._claimed.import_id,
            self._file.bytes_read,
            self._file.bytes_total,
            msgspec.json.encode(self._file.report).decode(),
            *counts,
        )
        if noted is None:
            raise GivenUp


_END: Final = object()


def _next(steps: Iterator[object]) -> object:
    try:
        return next(steps, _END)
    except OSError as error:
        # From the database it would mean that the server is gone, and from a full disk that no file can be read.
        if error.errno in NO_ROOM:
            raise
        raise FileNotRead(str(error)) from error
