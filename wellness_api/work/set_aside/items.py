"""Sets aside what fails alone, and tries it again."""

import traceback
from collections.abc import Awaitable, Callable, Iterable, Sequence
from datetime import date, datetime
from typing import Final, Literal, NamedTuple, get_args

import asyncpg
import structlog

from wellness_api.database.errors import may_pass
from wellness_api.database.isolating import isolated
from wellness_api.database.pool import Connection, Database, Pool
from wellness_api.database.sql import read_named_sql, read_sql
from wellness_api.process.panics import LibraryPanicked

SET_ASIDE: Final = read_named_sql(__package__, "set_aside")
FORGET: Final = read_sql(__package__, "forget")
MENDED: Final = (
    "DELETE FROM work.set_aside WHERE kind = $1 AND (resident_id, item) IN"
    " (SELECT * FROM unnest($2::bigint[], $3::text[]))"
)
HELD: Final = (
    "SELECT resident_id, item FROM work.set_aside"
    " WHERE kind = $1 AND (retry_at IS NULL OR retry_at > $2)"
)
FORGET_UNTRIED: Final = (
    "DELETE FROM work.set_aside WHERE kind = ANY ($1::text[]) AND retry_at <= $2"
)
IS_ANY_DUE: Final = (
    "SELECT EXISTS (SELECT FROM work.set_aside WHERE kind = ANY ($1::text[]) AND retry_at <= $2)"
)

IS_DUE: Final = (
    "SELECT EXISTS (SELECT FROM work.set_aside"
    " WHERE kind = $1 AND item = $2 AND resident_id = $3 AND retry_at <= $4)"
)

Kind = Literal[
    "day",
    "fold",
    "import",
    "erasure",
    "closing",
    "draw",
    "indicators",
    "proof",
    "upload",
    "chore",
    "hold",
    "programme",
]
KINDS: Final[tuple[Kind, ...]] = get_args(Kind)

RETRIED_BY_ITSELF: Final = frozenset(
    {"erasure", "closing", "indicators", "chore", "hold", "programme"}
)
"""Kinds that somebody waits for until they are done. The others would fail again until something is changed."""

NOBODY: Final = 0
"""In place of a resident's id, for an item that concerns no single person."""

REASON_LETTERS_MAX: Final = 300
"""The rest of a reason is only in the log."""

OUR_PACKAGES: Final = ("wellness_api", "points", "device_bridge")

log = structlog.get_logger()


class Item(NamedTuple):
    """One item of work. `name`: says which one of its kind, for people; it holds no person and no measured value."""

    kind: Kind
    name: str
    resident_id: int = NOBODY


async def set_aside(
    database: Database,
    item: Item,
    error: BaseException,
    *,
    now: datetime,
    from_day: date | None = None,
    again: bool | None = None,
) -> None:
    """Keeps an item that failed alone, with its reason. The log has all of the error.

    `again`: whether it is tried again by itself; None leaves that to the kind and the error.
    """
    if again is None:
        again = item.kind in RETRIED_BY_ITSELF or may_pass(error)
    await database.execute(
        *SET_ASIDE(
            resident_id=item.resident_id,
            kind=item.kind,
            item=item.name,
            reason=reason_of(error),
            now=now,
            is_tried_again=again,
            from_day=from_day,
        )
    )
    log.error("set_aside", **item._asdict(), tried_again_by_itself=again, exc_info=error)


async def mended(database: Database, items: Iterable[Item]) -> None:
    """Takes items that were worked out off the list. Items that are not on it do not matter."""
    by_kind: dict[Kind, list[Item]] = {}
    for item in items:
        by_kind.setdefault(item.kind, []).append(item)
    for kind, of_kind in by_kind.items():
        await database.execute(
            MENDED, kind, [item.resident_id for item in of_kind], [item.name for item in of_kind]
        )


async def attempt(
    database: Database, item: Item, work: Callable[[], Awaitable[None]], *, now: datetime
) -> bool:
    """Does the item's work. Sets the item aside if it fails, and takes it off the list if not. Returns whether it was
    done.

    Raises errors that say that the server is gone.
    """

    async def alone(_: Sequence[Item]) -> None:
        await work()

    outcome = await isolated([item], alone)
    for _, error in outcome.failed:
        await set_aside(database, item, error, now=now)
    if not outcome.failed:
        await mended(database, [item])
    return not outcome.failed


async def held(database: Database, kind: Kind, *, now: datetime) -> set[Item]:
    """The items of a kind that are not to be tried now."""
    rows = await database.fetch(HELD, kind, now)
    return {Item(kind, row["item"], row["resident_id"]) for row in rows}


async def is_any_due(pool: Pool, *kinds: Kind, now: datetime) -> bool:
    """Whether an item of the kinds was released, or its time has come."""
    due: bool = await pool.fetchval(IS_ANY_DUE, kinds, now)
    return due


async def is_due(pool: Pool, item: Item, *, now: datetime) -> bool:
    """Whether this item was released, or its time has come."""
    due: bool = await pool.fetchval(IS_DUE, item.kind, item.name, item.resident_id, now)
    return due


async def forget_untried(database: Database, *kinds: Kind, now: datetime) -> None:
    """Forgets items that were due `now` and are still listed after all existing work was tried: they no longer exist."""
    await database.execute(FORGET_UNTRIED, kinds, now)


async def forget_set_aside(connection: Connection, *, now: datetime) -> None:
    """Housekeeping: forgets what nobody can try again."""
    await connection.execute(FORGET, now)


def reason_of(error: BaseException) -> str:
    """The error's type and place. Its message may hold a measured value or a name, and stays in the log."""
    cause = error.__cause__ if isinstance(error, LibraryPanicked) and error.__cause__ else error
    reason = type(cause).__name__
    if isinstance(cause, asyncpg.PostgresError):
        names = [getattr(cause, name, None) for name in ("table_name", "constraint_name")]
        reason = " ".join([f"{reason} ({cause.sqlstate})", *filter(None, names)])
    return f"{reason}{_place(cause)}"[:REASON_LETTERS_MAX]


def _place(error: BaseException) -> str:
    """The last line of our own code on the way to the error."""
    ours = [
        (frame.f_globals["__name__"], line, frame.f_code.co_name)
        for frame, line in traceback.walk_tb(error.__traceback__)
        if str(frame.f_globals.get("__name__")).startswith(OUR_PACKAGES)
    ]
    if not ours:
        return ""
    module, line, function = ours[-1]
    return f" at {module}:{line}, {function}"
