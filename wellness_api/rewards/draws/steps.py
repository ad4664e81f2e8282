"""The steps of a draw that the worker takes when their day has come: fix the list, draw the winners, or make the draw
void.

Each step is taken once, by whichever worker comes first: the step's row shows that it was taken. `close_draw` and
`draw_winners` have to run in one transaction.
"""

import asyncio
from datetime import date, datetime
from functools import partial
from typing import Final, Protocol

import structlog

from points.draws import Entrant, list_digest, winners
from wellness_api.database.locks import DRAW_LOCK
from wellness_api.database.pool import Connection, Pool
from wellness_api.database.sql import read_sql
from wellness_api.rewards.draws.published import draw_of_code
from wellness_api.work.set_aside.items import Item, attempt, held

TO_CLOSE: Final = (
    "SELECT code FROM rewards.draw WHERE closes_on < $1"
    " AND NOT EXISTS (SELECT FROM rewards.draw_closing WHERE draw_closing.draw = code) ORDER BY code"
)
TO_VOID: Final = (
    "SELECT draw FROM rewards.draw_closing JOIN rewards.draw ON code = draw WHERE public_value_source IS NOT NULL"
    " AND $1::date IS NOT NULL AND NOT EXISTS (SELECT FROM rewards.draw_public_value WHERE draw_public_value.draw = code)"
    " AND NOT EXISTS (SELECT FROM rewards.draw_void WHERE draw_void.draw = code) ORDER BY draw"
)
TO_DRAW: Final = (
    "SELECT draw FROM rewards.draw_closing JOIN rewards.draw ON code = draw WHERE draws_on <= $1"
    " AND NOT EXISTS (SELECT FROM rewards.draw_reveal WHERE draw_reveal.draw = code)"
    " AND NOT EXISTS (SELECT FROM rewards.draw_void WHERE draw_void.draw = code) ORDER BY draw"
)
IS_CLOSED: Final = "SELECT EXISTS (SELECT FROM rewards.draw_closing WHERE draw = $1)"
TAKE_TURN: Final = "SELECT pg_advisory_xact_lock($1, hashtext($2))"
LIST_ENTRANTS: Final = read_sql(__package__, "list_entrants")
CLOSE: Final = "INSERT INTO rewards.draw_closing VALUES ($1, $2, $3, $4, $5, $6)"
ENTRANTS: Final = (
    'SELECT person, entries FROM rewards.draw_list WHERE draw = $1 ORDER BY person COLLATE "C"'
)
VOID: Final = "SELECT rewards.void_draw($1, $2, $3)"
REVEAL: Final = "SELECT rewards.reveal_draw_seed($1, $2, $3)"
ADD_WINNERS: Final = (
    "INSERT INTO rewards.draw_winner (draw, place, prize, person, number)"
    " SELECT $1, * FROM unnest($2::integer[], $3::integer[], $4::text[], $5::integer[])"
)


class Step(Protocol):
    """Takes one step of a draw; `attempt` runs it in one transaction."""

    async def __call__(
        self, connection: Connection, code: str, /, *, today: date, now: datetime
    ) -> None:
        """Takes the step; nothing happens if it was taken before."""
        ...


log = structlog.get_logger()


async def take_steps(pool: Pool, *, today: date, now: datetime) -> None:
    """Takes every step whose day has come; `today` is the city's day.

    A draw whose step fails is set aside, and no other draw waits for it.
    """
    for statement, step in ((TO_CLOSE, close_draw), (TO_VOID, void_draw), (TO_DRAW, draw_winners)):
        kept_back = await held(pool, "draw", now=now)
        for (code,) in await pool.fetch(statement, today):
            item = Item("draw", code)
            if item not in kept_back:
                await attempt(pool, item, partial(_take, pool, step, code, today, now), now=now)


async def _take(pool: Pool, step: Step, code: str, today: date, now: datetime) -> None:
    async with pool.acquire() as connection, connection.transaction():
        await step(connection, code, today=today, now=now)


async def close_draw(connection: Connection, code: str, *, today: date, now: datetime) -> None:
    """Fixes the list of entries by the ledger's present state, and publishes it with its digest."""
    await connection.execute(TAKE_TURN, DRAW_LOCK, code)
    if await connection.fetchval(IS_CLOSED, code):
        return  # Another worker was first.
    await connection.execute(LIST_ENTRANTS, code)
    entrants = await _entrants(connection, code)
    entries = sum(entrant.entries for entrant in entrants)
    listed = list_digest(entrant.line for entrant in entrants)
    await connection.execute(CLOSE, code, now, today, listed, len(entrants), entries)
    log.info("draw_closed", draw=code, entries=entries, list_digest=listed)


async def void_draw(connection: Connection, code: str, *, today: date, now: datetime) -> None:
    """Makes the draw void for good when its public value did not come in time or came too early."""
    reason = await connection.fetchval(VOID, code, today, now)
    if reason is not None:
        log.warning("draw_void", draw=code, reason=reason)


async def draw_winners(connection: Connection, code: str, *, today: date, now: datetime) -> None:
    """Reveals the seed and draws the winners; nothing happens while the draw waits for a public value."""
    seed = await connection.fetchval(REVEAL, code, today, now)
    if seed is None:
        return
    draw = await draw_of_code(connection, code)
    # In a thread: many entries take seconds, and the worker works off uploads at the same time.
    won = await asyncio.to_thread(
        winners,
        await _entrants(connection, code),
        [prize.count for prize in draw.prizes],
        seed=seed,
        public_value=draw.public_value or "",
        one_prize_each=draw.one_prize_each,
    )
    await connection.execute(
        ADD_WINNERS,
        code,
        [winner.place for winner in won],
        [winner.prize for winner in won],
        [winner.person for winner in won],
        [winner.number for winner in won],
    )
    log.info("draw_drawn", draw=code, winners=len(won))


async def _entrants(connection: Connection, code: str) -> list[Entrant]:
    return [Entrant(*row) for row in await connection.fetch(ENTRANTS, code)]
