"""Receives a file in parts, in any order; a part may come several times.

Every call acts for one resident: the first statement of its transaction says whose rows it may see.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Final, NamedTuple
from uuid import UUID

import asyncpg
import msgspec

from wellness_api.database.locks import IMPORT_OPENING_LOCK
from wellness_api.database.pool import Connection, Pool
from wellness_api.database.sql import read_named_sql, read_sql
from wellness_api.health.imports.problems import InvalidImport, PartDiffers, TooManyImports
from wellness_api.health.imports.shapes import (
    PARTS_MAX,
    Counts,
    FileProblem,
    Import,
    NewImport,
    Progress,
    Report,
)
from wellness_api.health.samples.digests import digest
from wellness_api.http.idempotency import IdempotencyKeyReused

ADD_IMPORT: Final = read_named_sql(__package__, "add_import")
FIND_IMPORT_OF_KEY: Final = read_sql(__package__, "find_import_of_key")
OWN_IMPORTS: Final = read_sql(__package__, "own_imports")
ADD_PART: Final = read_named_sql(__package__, "add_part")
PART_DIGEST: Final = read_sql(__package__, "part_digest")
GIVE_UP_IMPORT: Final = read_sql(__package__, "give_up_import")

IMPORTS_OPEN_MAX: Final = 2
"""A resident's files that are being sent or read. More would only wait for each other."""

IMPORTS_LISTED_MAX: Final = 100
"""The newest; older ones are not listed."""


class NoSuchImport(Exception):
    """The resident has no import of that id."""


class Opened(NamedTuple):
    """An import, and whether the same key had opened it before."""

    current: Import
    replayed: bool


async def open_import(
    pool: Pool, resident_id: int, asked: NewImport, *, idempotency_key: str, now: datetime
) -> Opened:
    """Makes room for a file.

    Raises ImportRefused for too many parts or open imports, IdempotencyKeyReused when the key came with another file.
    """
    if _part_count(asked.bytes, asked.part_bytes) > PARTS_MAX:
        raise InvalidImport(
            field="part_bytes",
            limit=f"at most {PARTS_MAX} parts",
            detail=f"The file would come in more than {PARTS_MAX} parts; make them larger.",
        )
    key = digest(idempotency_key.encode())
    async with _acting_for(pool, resident_id) as connection:
        await connection.execute(
            "SELECT pg_advisory_xact_lock($1, hashint8($2))", IMPORT_OPENING_LOCK, resident_id
        )
        earlier = await connection.fetchrow(FIND_IMPORT_OF_KEY, resident_id, key)
        if earlier is not None:
            import_id, *same = earlier
            if same != [asked.form, asked.bytes, asked.part_bytes]:
                raise IdempotencyKeyReused(idempotency_key)
            return Opened(await _own_import(connection, resident_id, import_id), replayed=True)
        import_id = await connection.fetchval(
            *ADD_IMPORT(
                resident_id=resident_id,
                key=key,
                form=asked.form,
                file_bytes=asked.bytes,
                part_bytes=asked.part_bytes,
                now=now,
                open_max=IMPORTS_OPEN_MAX,
            ),
        )
        if import_id is None:
            raise TooManyImports(IMPORTS_OPEN_MAX)
        return Opened(await _own_import(connection, resident_id, import_id), replayed=False)


async def keep_part(
    pool: Pool, resident_id: int, import_id: UUID, *, number: int, content: bytes, now: datetime
) -> Import:
    """Keeps a part of the file. The same part again changes nothing.

    Raises NoSuchImport, and ImportRefused for a part of the wrong number or size, or one that came before with other
    content.
    """
    async with _acting_for(pool, resident_id) as connection:
        _check_part(await _own_import(connection, resident_id, import_id), number, len(content))
        content_digest = digest(content)
        added = await connection.execute(
            *ADD_PART(
                resident_id=resident_id,
                import_id=import_id,
                number=number,
                digest=content_digest,
                content=content,
                now=now,
            )
        )
        if added == "UPDATE 0":
            kept = await connection.fetchval(PART_DIGEST, resident_id, import_id, number)
            if kept != content_digest:
                raise PartDiffers(number)
        return await _own_import(connection, resident_id, import_id)


async def own_import(pool: Pool, resident_id: int, import_id: UUID) -> Import:
    """The import as it is now. Raises NoSuchImport."""
    async with _acting_for(pool, resident_id) as connection:
        return await _own_import(connection, resident_id, import_id)


async def own_imports(pool: Pool, resident_id: int) -> list[Import]:
    """The newest imports of the resident, at most IMPORTS_LISTED_MAX."""
    async with _acting_for(pool, resident_id) as connection:
        rows = await connection.fetch(OWN_IMPORTS, resident_id, None, IMPORTS_LISTED_MAX)
    return [_import(row) for row in rows]


async def give_up(pool: Pool, resident_id: int, import_id: UUID) -> None:
    """Forgets the import and what was sent of it. Raises NoSuchImport."""
    async with _acting_for(pool, resident_id) as connection:
        if await connection.fetchval(GIVE_UP_IMPORT, resident_id, import_id) is None:
            raise NoSuchImport


@asynccontextmanager
async def _acting_for(pool: Pool, resident_id: int) -> AsyncIterator[Connection]:
    async with pool.acquire() as connection, connection.transaction():
        await connection.execute(
            "SELECT set_config('wellness.resident_id', $1, true)", str(resident_id)
        )
        yield connection


async def _own_import(connection: Connection, resident_id: int, import_id: UUID) -> Import:
    row = await connection.fetchrow(OWN_IMPORTS, resident_id, import_id, 1)
    if row is None:
        raise NoSuchImport
    return _import(row)


def _part_count(file_bytes: int, part_bytes: int) -> int:
    return -(-file_bytes // part_bytes)


def _check_part(file: Import, number: int, part_bytes: int) -> None:
    parts = _part_count(file.bytes, file.part_bytes)
    if not 0 <= number < parts:
        raise InvalidImport(
            field="number",
            limit=f"0 to {parts - 1}",
            detail=f"The file has {parts} parts, numbered from 0.",
        )
    whole = number < parts - 1
    expected = file.part_bytes if whole else file.bytes - file.part_bytes * (parts - 1)
    if part_bytes != expected:
        raise InvalidImport(
            field="body",
            limit=f"{expected} bytes",
            detail=f"Part {number} is to have {expected} bytes and came with {part_bytes}.",
        )


def _import(row: asyncpg.Record) -> Import:
    there = set(row["numbers"])
    return Import(
        id=row["import_id"],
        form=row["form"],
        state=row["state"],
        bytes=row["file_bytes"],
        part_bytes=row["part_bytes"],
        bytes_received=row["bytes_received"],
        missing_parts=[
            number
            for number in range(_part_count(row["file_bytes"], row["part_bytes"]))
            if number not in there
        ],
        created_at=row["created_at"],
        received_at=row["received_at"],
        finished_at=row["finished_at"],
        progress=Progress(
            bytes_read=row["bytes_read"],
            bytes_total=row["bytes_total"],
            samples=Counts(
                accepted=row["accepted"],
                duplicate=row["duplicate"],
                refused=row["refused"],
                flagged=row["flagged"],
            ),
            records=msgspec.json.decode(row["report"], type=Report),
        ),
        problem=(
            None
            if row["problem"] is None
            else msgspec.json.decode(row["problem"], type=FileProblem)
        ),
    )
