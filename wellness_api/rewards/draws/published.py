"""A draw as everybody sees it, at each of its steps."""

from datetime import date, datetime
from typing import Annotated, Final, Literal

import msgspec
from litestar.openapi.spec import Example
from litestar.params import PathParameter

from points.draws import Won
from points.said import Text
from wellness_api.database.pool import Connection, Pool
from wellness_api.database.sql import read_sql
from wellness_api.http.examples import DEMO_DRAW
from wellness_api.rewards.draws.beacon import round_of
from wellness_api.rewards.draws.definition import Prize, PublicValueTerms
from wellness_api.rewards.draws.problems import NoSuchDraw

DRAWS: Final = read_sql(__package__, "draws")
LINES: Final = (
    "SELECT person, concat(person, ' ', entries) AS line FROM rewards.draw_list"
    ' WHERE draw = $1 AND person COLLATE "C" > $2 ORDER BY person COLLATE "C" LIMIT $3'
)
WINNERS: Final = (
    "SELECT place, prize, person, number FROM rewards.draw_winner WHERE draw = $1 ORDER BY place"
)

DrawCode = Annotated[
    str,
    PathParameter(description="A code of /v1/draws.", examples=[Example(value=DEMO_DRAW)]),
]

DRAWS_SHOWN_MAX: Final = 100
"""The newest; an older draw is still found by its code."""

ENTRANTS_PER_PAGE_MAX: Final = 10_000
"""Some 200 kB. A draw's document has the first page, and the other pages are requested one by one."""


def round_waited_for(terms: PublicValueTerms | None) -> int | None:
    """Of drand's beacons, the one that a draw of these terms takes; None where it takes none."""
    return round_of(terms.known_on) if terms is not None and terms.kind == "drand" else None


class Draw(msgspec.Struct, kw_only=True):
    """A draw and how far it has come. What does not exist yet is null: the list's digest before the list is closed, the
    seed before the draw.

    `purpose`: a programme has one draw of a purpose for the same days, apart from void ones. `in_place_of`: the void
    draw that this draw replaces. `public_value_round`: which of drand's beacons the draw waits for. `voided_at`: since
    when it is certain that the draw will never be held. `void_reason`: no public value was entered in time, or the list
    was fixed when the value was already public. `commitment`: SHA-256 of the seed. `list_digest`: SHA-256 of the lines
    of the list of entries, each with a line feed.
    """

    code: str
    programme: str
    purpose: str
    in_place_of: str | None
    name: Text
    entries_from: date
    entries_to: date
    closes_on: date
    draws_on: date
    points_per_entry: int | None
    entries_per_person_max: int
    one_prize_each: bool
    prizes: list[Prize]
    public_value_source: Text | None
    public_value_terms: PublicValueTerms | None
    claim: Text
    commitment: str
    made_at: datetime
    closed_at: datetime | None
    list_digest: str | None
    entrants_count: int | None
    entries_count: int | None
    public_value: str | None
    public_value_entered_at: datetime | None
    public_value_round: int | None = None
    voided_at: datetime | None
    void_reason: Literal["no_value_in_time", "list_too_late"] | None
    drawn_at: datetime | None
    seed: str | None

    def __post_init__(self) -> None:
        """The round follows from the day."""
        self.public_value_round = round_waited_for(self.public_value_terms)


class Winner(msgspec.Struct, kw_only=True):
    """The winning entry at a place; `prize` is its place among the draw's prizes, from 1 on."""

    place: int
    prize: int
    entry: str


class PublishedDraw(Draw, kw_only=True):
    """A draw with everything that is needed to check it.

    `entrants`: the first lines of the list, each with a person's name in this draw and their number of entries.
    `entrants_cursor`: leads to the next lines, by `GET /v1/draws/{code}/entrants`; null when all lines are here.
    """

    entrants: list[str]
    entrants_cursor: str | None = None
    winners: list[Winner]


class Entrants(msgspec.Struct, kw_only=True):
    """A page of the lines of a draw's list of entries; `next_cursor` leads to the next page."""

    items: list[str]
    next_cursor: str | None


class Draws(msgspec.Struct, kw_only=True):
    """The draws, newest first."""

    items: list[Draw]


async def published_draws(pool: Pool) -> Draws:
    """The newest draws."""
    rows = await pool.fetch(DRAWS, None, DRAWS_SHOWN_MAX)
    return Draws(items=[msgspec.json.decode(row["draw"], type=Draw) for row in rows])


async def draw_of_code(connection: Connection, code: str) -> Draw:
    """The draw with that code; raises NoSuchDraw."""
    row = await connection.fetchrow(DRAWS, code, 1)
    if row is None:
        raise NoSuchDraw(code)
    return msgspec.json.decode(row["draw"], type=Draw)


async def published_draw(pool: Pool, code: str) -> PublishedDraw:
    """The draw with its list and its winners; raises NoSuchDraw."""
    async with pool.acquire() as connection, connection.transaction(isolation="repeatable_read"):
        draw = await draw_of_code(connection, code)
        listed = await entrants_page(connection, code, after="", limit=ENTRANTS_PER_PAGE_MAX)
        won = [Won(*row) for row in await connection.fetch(WINNERS, code)]
    return PublishedDraw(
        **msgspec.structs.asdict(draw),
        entrants=listed.items,
        entrants_cursor=listed.next_cursor,
        winners=[
            Winner(place=winner.place, prize=winner.prize, entry=winner.entry) for winner in won
        ],
    )


async def published_entrants(pool: Pool, code: str, *, after: str, limit: int) -> Entrants:
    """At most `limit` lines of the draw's list, after the line of the person `after`; raises NoSuchDraw."""
    async with pool.acquire() as connection:
        await draw_of_code(connection, code)
        return await entrants_page(connection, code, after=after, limit=limit)


async def entrants_page(connection: Connection, code: str, *, after: str, limit: int) -> Entrants:
    """The same for a draw that exists."""
    rows = await connection.fetch(LINES, code, after, limit + 1)
    items = rows[:limit]
    return Entrants(
        items=[row["line"] for row in items],
        next_cursor=items[-1]["person"] if len(rows) > limit else None,
    )
