"""The worker's side: reads complete files in turns, so that no file keeps the others waiting.

A file is new until its first turn is over, and long after that. While there are new files, every second turn is a new
file's. So a file that takes less than a turn waits for those that came before it, and never for the end of a long one.
Long files take turns among themselves in a few places. In a place, a file keeps all that its reading has come to: deflate
and expat cannot return to an earlier state, and to read from the start at each turn would cost more the longer a file is.
A long file without a place is put back, and read from the start when there is a place. That costs its first turn and no
more.

One worker at a time reads a file, and holds the file's advisory lock until the file is over or put back.
"""

from collections import deque
from contextlib import AsyncExitStack
from datetime import datetime, timedelta
from typing import Final, NamedTuple

import msgspec

from wellness_api.database.errors import may_pass, server_is_gone
from wellness_api.database.limits import HOLDS_A_LOCK
from wellness_api.database.locks import IMPORT_LOCK
from wellness_api.database.pool import Connection, Pool
from wellness_api.database.sql import read_named_sql, read_sql
from wellness_api.health.imports.file_reading import (
    READINGS_MAX,
    Claimed,
    FileReading,
    GivenUp,
    open_reading,
)
from wellness_api.health.imports.problems import FileRefused
from wellness_api.health.imports.shapes import FileProblem
from wellness_api.health.samples.accept import UploadContended
from wellness_api.health.samples.retention import read_retention
from wellness_api.health.samples.storing import UploadStore
from wellness_api.process.clock import Clock
from wellness_api.process.panics import panics_as_errors
from wellness_api.work.set_aside.items import Item, mended, set_aside

CLAIM_IMPORT: Final = read_named_sql(__package__, "claim_import")
START_READING: Final = read_sql(__package__, "start_reading")
END_TURN: Final = read_sql(__package__, "end_turn")
FINISH_IMPORT: Final = read_named_sql(__package__, "finish_import")
BRING_BACK_IMPORTS: Final = read_sql(__package__, "bring_back_imports")
FORGET_IMPORTS: Final = read_sql(__package__, "forget_imports")

TURN_SECONDS: Final = 5.0
"""Room for 150 MB of usual records, which is a year or two of a watch."""

PLACES: Final = 3
"""Long files that a worker has open at once, each of another resident. Each takes a connection, and as much room for
temporary files as it has bytes.
"""

IMPORTS_LOOKED_AT: Final = 64
"""More than workers have open at once."""

UNSENT_KEPT: Final = timedelta(days=7)
"""How long parts wait for missing ones."""

FINISHED_KEPT: Final = timedelta(days=90)
"""How long a resident can look up what became of a file."""

FAILED: Final = FileProblem(
    code="internal_error",
    detail="Something went wrong here. What was read is kept, and the file too: it is read again once that is mended.",
)


class _Open(NamedTuple):
    """A file that this worker has open. `holder` holds its lock; `closing` gives up all that the file takes."""

    claimed: Claimed
    reading: FileReading
    holder: Connection
    closing: AsyncExitStack


class _Turn(NamedTuple):
    """What a turn came to.

    `over`: whether the file is over. `problem`: what kept it from being read to its end. `error`: the error, if the file
    was not at fault.
    """

    over: bool
    problem: FileProblem | None = None
    error: Exception | None = None


async def read_in_turns(
    pool: Pool, store: UploadStore, clock: Clock, *, samples_kept_months: int
) -> None:
    """Reads files until none waits, without those that another worker reads.

    Raises errors that say that the server is gone; a later call goes on with all files.
    """
    turns = _Turns(pool, store, clock, samples_kept_months=samples_kept_months)
    try:
        while await turns.take():
            pass
    finally:
        await turns.close()


async def forget_imports(connection: Connection, now: datetime) -> None:
    """Deletes imports that nobody will finish or look up."""
    await connection.execute(FORGET_IMPORTS, now, UNSENT_KEPT, FINISHED_KEPT)


class _Turns:
    """Decides which file is next. Between two turns, long files stay in their places."""

    def __init__(
        self, pool: Pool, store: UploadStore, clock: Clock, *, samples_kept_months: int
    ) -> None:
        self._pool = pool
        self._store = store
        self._clock = clock
        self._samples_kept_months = samples_kept_months
        self._places: deque[_Open] = deque()
        self._new_is_next = True

    async def take(self) -> bool:
        """Gives one file its turn. Returns False when there is none to read."""
        await self._pool.execute(BRING_BACK_IMPORTS, self._clock())
        file = await self._next()
        if file is None:
            return False
        async with file.closing.pop_all() as closing:
            # A worker that lost the lock while other files had their turns notices it here, before it disturbs another
            # worker's reading.
            await file.holder.execute(HOLDS_A_LOCK)
            turn = await _read_on(file.reading)
            if turn.over:
                await self._finish(file.claimed, turn)
                return True
            has_place = (
                len(self._places) < PLACES and file.claimed.resident_id not in self._residents()
            )
            await self._pool.execute(
                END_TURN, file.claimed.resident_id, file.claimed.import_id, has_place
            )
            if has_place:
                self._places.append(file._replace(closing=closing.pop_all()))
        return True

    async def close(self) -> None:
        """Gives up the open files, so that another reader can take them."""
        async with AsyncExitStack() as closing:
            for file in self._places:
                closing.push_async_callback(file.closing.aclose)

    async def _next(self) -> _Open | None:
        due, other = (self._new, self._long) if self._new_is_next else (self._long, self._new)
        file = await due()
        if file is None:
            return await other()
        self._new_is_next = not self._new_is_next
        return file

    async def _new(self) -> _Open | None:
        return await self._claim(is_long=False)

    async def _long(self) -> _Open | None:
        file = await self._claim(is_long=True) if len(self._places) < PLACES else None
        if file is None and self._places:
            return self._places.popleft()
        return file

    def _residents(self) -> list[int]:
        return [file.claimed.resident_id for file in self._places]

    async def _claim(self, *, is_long: bool) -> _Open | None:
        """The file that waits longest, open and locked."""
        # The lock's transaction reads and writes nothing after its start, so no row and no clean-up has to wait for it.
        async with AsyncExitStack() as closing:
            holder = await closing.enter_async_context(self._pool.acquire())
            await closing.enter_async_context(holder.transaction())
            others = self._residents() if is_long else []
            named = await holder.fetchrow(
                *CLAIM_IMPORT(
                    lock=IMPORT_LOCK,
                    looked_at_max=IMPORTS_LOOKED_AT,
                    now=self._clock(),
                    is_long=is_long,
                    others=others,
                )
            )
            row = named and await self._pool.fetchrow(START_READING, *named)
            if row is None:
                return None
            claimed = Claimed(*row)
            retention = await read_retention(self._pool, months=self._samples_kept_months)
            reading = closing.enter_context(
                open_reading(self._pool, self._store, claimed, retention)
            )
            return _Open(claimed, reading, holder, closing.pop_all())

    async def _finish(self, claimed: Claimed, turn: _Turn) -> None:
        item = Item("import", str(claimed.import_id), claimed.resident_id)
        if turn.error is None:
            await mended(self._pool, [item])
        else:
            again = _may_pass(turn.error) and claimed.readings < READINGS_MAX
            await set_aside(self._pool, item, turn.error, now=self._clock(), again=again)
            if again:
                return  # The file is read on when its time comes; others go first.
        problem = turn.problem
        await self._pool.execute(
            *FINISH_IMPORT(
                resident_id=claimed.resident_id,
                import_id=claimed.import_id,
                state="done" if problem is None else "refused",
                problem=None if problem is None else msgspec.json.encode(problem).decode(),
                now=self._clock(),
                may_be_read_again=turn.error is not None,
            ),
        )


async def _read_on(reading: FileReading) -> _Turn:
    """Does a turn. An error of the file does not reach other residents' files."""
    try:
        with panics_as_errors():
            return _Turn(await reading.read_on(seconds=TURN_SECONDS))
    except GivenUp:
        return _Turn(over=True)
    except FileRefused as error:
        return _Turn(over=True, problem=FileProblem(code=error.code, detail=error.detail))
    except Exception as error:
        if server_is_gone(error):
            raise
        return _Turn(over=True, problem=FAILED, error=error)


def _may_pass(error: Exception) -> bool:
    return isinstance(error, UploadContended) or may_pass(error)
