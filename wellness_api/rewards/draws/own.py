"""A resident's own part in the draws."""

from datetime import date, datetime, timedelta
from typing import Final, Literal

import msgspec

from points.draws import entry_of
from points.said import Text
from wellness_api.database.pool import Pool
from wellness_api.database.sql import read_named_sql
from wellness_api.rewards.draws.definition import Prize, PublicValueTerms
from wellness_api.rewards.draws.published import round_waited_for

OWN_DRAWS: Final = read_named_sql(__package__, "own_draws")

SHOWN_BEFORE_ENTRIES: Final = timedelta(days=30)
SHOWN_AFTER_DRAW: Final = timedelta(days=180)
OWN_DRAWS_MAX: Final = 20
"""The newest first; older draws are in the public list."""


class OwnPrize(msgspec.Struct, kw_only=True):
    """What the resident won, with which entry, and when the prize was handed out."""

    entry: str
    prize: Text
    handed_out_at: datetime | None


class OwnDraw(msgspec.Struct, kw_only=True):
    """The resident's part in a draw.

    `entries`: as of now while it is open, and final once it is closed. `points_to_next_entry`: null when more points make
    no more entries. `person`: the resident's name in the published list, once it is fixed. `prizes_won`: null before the
    draw, and empty for those who won nothing. `void`: it will not be drawn, and says so in the public list.
    `public_value_source`, `public_value_terms`, `public_value_round`: of the public value that a closed draw waits for as
    long as `public_value` is null; all are null of a draw without one.
    """

    code: str
    programme: str
    name: Text
    state: Literal["open", "closed", "drawn", "void"]
    entries_from: date
    entries_to: date
    closes_on: date
    draws_on: date
    prizes: list[Prize]
    points_per_entry: int | None
    points_earned: int
    points_to_next_entry: int | None
    entries: int
    person: str | None
    prizes_won: list[OwnPrize] | None
    public_value_source: Text | None
    public_value_terms: PublicValueTerms | None
    public_value_round: int | None
    public_value: str | None
    claim: Text


class OwnDraws(msgspec.Struct, kw_only=True):
    """The draws from 30 days before their entries begin until 180 days after they were drawn.

    `lottery_number`: the number under which the resident takes part in the daily lotteries, for checking a ticket by
    hand.
    """

    items: list[OwnDraw]
    lottery_number: int


class _Won(msgspec.Struct):
    prize: int
    number: int
    handed_out_at: datetime | None


class _Row(msgspec.Struct):
    code: str
    programme: str
    name: Text
    entries_from: date
    entries_to: date
    closes_on: date
    draws_on: date
    prizes: list[Prize]
    points_per_entry: int | None
    entries_per_person_max: int
    public_value_source: Text | None
    public_value_terms: PublicValueTerms | None
    public_value: str | None
    claim: Text
    is_closed: bool
    is_drawn: bool
    is_void: bool
    points_earned: int
    entries_now: int
    entries_listed: int
    person: str | None
    won: list[_Won]


async def own_draws(pool: Pool, resident_id: int, *, today: date, now: datetime) -> OwnDraws:
    """The resident's draws."""
    rows = await pool.fetch(
        *OWN_DRAWS(
            resident_id=resident_id,
            revealed_after=now - SHOWN_AFTER_DRAW,
            today=today + SHOWN_BEFORE_ENTRIES,
            draws_max=OWN_DRAWS_MAX,
        ),
    )
    items = [_own_draw(msgspec.json.decode(row["draw"], type=_Row)) for row in rows]
    return OwnDraws(items=items, lottery_number=resident_id)


def _own_draw(row: _Row) -> OwnDraw:
    return OwnDraw(
        code=row.code,
        programme=row.programme,
        name=row.name,
        state=_state(row),
        entries_from=row.entries_from,
        entries_to=row.entries_to,
        closes_on=row.closes_on,
        draws_on=row.draws_on,
        prizes=row.prizes,
        points_per_entry=row.points_per_entry,
        points_earned=row.points_earned,
        points_to_next_entry=_points_to_next_entry(row),
        entries=row.entries_listed if row.is_closed else row.entries_now,
        person=row.person,
        prizes_won=_prizes_won(row) if row.is_drawn else None,
        public_value_source=row.public_value_source,
        public_value_terms=row.public_value_terms,
        public_value_round=round_waited_for(row.public_value_terms),
        public_value=row.public_value,
        claim=row.claim,
    )


def _state(row: _Row) -> Literal["open", "closed", "drawn", "void"]:
    if row.is_void:
        return "void"
    if row.is_drawn:
        return "drawn"
    return "closed" if row.is_closed else "open"


def _points_to_next_entry(row: _Row) -> int | None:
    if (
        row.is_closed
        or row.points_per_entry is None
        or row.entries_now >= row.entries_per_person_max
    ):
        return None
    return row.points_per_entry - row.points_earned % row.points_per_entry


def _prizes_won(row: _Row) -> list[OwnPrize]:
    assert row.person is not None or not row.won, "only those in the list win"
    return [
        OwnPrize(
            entry=entry_of(row.person or "", winner.number),
            prize=row.prizes[winner.prize - 1].name,
            handed_out_at=winner.handed_out_at,
        )
        for winner in row.won
    ]
