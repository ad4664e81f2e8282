"""Makes settlements and reads them back."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Final, NamedTuple

import asyncpg
import msgspec

from wellness_api.database.pool import Pool
from wellness_api.database.sql import read_named_sql, read_sql
from wellness_api.database.texts import from_table
from wellness_api.http.paging import NEWEST
from wellness_api.rewards.redemptions.redeeming import Moment
from wellness_api.rewards.settlement.problems import (
    InvalidSettlementSpan,
    NothingToSettle,
    TooMuchToSettle,
)
from wellness_api.rewards.settlement.shapes import (
    Form,
    Line,
    NewSettlement,
    PartnerAccount,
    PartnerAccounts,
    Settlement,
    SettlementPage,
    SpanSums,
    Unsettled,
)
from wellness_api.words.speaking import FIRST, in_language

SETTLEMENTS: Final = read_named_sql(__package__, "settlements")
LINES: Final = read_sql(__package__, "lines")
SETTLE: Final = "SELECT rewards.settle($1, $2, $3, $4)"
WOULD_BE_SETTLED: Final = "SELECT * FROM rewards.what_would_be_settled($1, $2, $3)"
UNSETTLED: Final = "SELECT * FROM rewards.unsettled()"
PARTNERS: Final = (
    "SELECT partner, name, form FROM rewards.partner WHERE partner > $1 ORDER BY partner LIMIT $2"
)

SETTLEMENTS_WITH_PARTNER_MAX: Final = 12
"""A year of months; older settlements are on the pages of `GET /v1/settlements/{partner}/made`."""

SETTLED_AT_ONCE_MAX: Final = 100_000
"""Redemptions. A longer span is refused before anything is settled, since its file is made in memory."""


class NoSuchPartner(Exception):
    """There is no partner of that code."""


class NotSettled(Exception):
    """There is no settlement of exactly that span."""


class Settled(NamedTuple):
    """A settlement with everything that its file needs."""

    settlement: Settlement
    form: Form
    lines: list[Line]


async def settle(pool: Pool, partner: str, asked: NewSettlement, *, moment: Moment) -> Settlement:
    """Settles what is open in the span; the same span returns the same settlement.

    Raises NoSuchPartner; InvalidSettlementSpan for a span that is not over, since redemptions could still be added; and
    NothingToSettle for a span in which nothing is open.
    """
    would_be = await would_be_settled(pool, partner, asked, moment=moment)
    if would_be.settlement is None and would_be.redemptions > SETTLED_AT_ONCE_MAX:
        raise TooMuchToSettle(SETTLED_AT_ONCE_MAX)
    number = await pool.fetchval(SETTLE, partner, asked.first_day, asked.last_day, moment.now)
    if number is None:
        raise NothingToSettle
    return (await settled(pool, partner, asked)).settlement


async def would_be_settled(
    pool: Pool, partner: str, asked: NewSettlement, *, moment: Moment
) -> SpanSums:
    """What `settle` would settle, without writing anything; raises what `settle` raises."""
    await _check(pool, partner, asked, moment=moment)
    row = await pool.fetchrow(WOULD_BE_SETTLED, partner, asked.first_day, asked.last_day)
    assert row is not None, "the statement always gives one row"
    return SpanSums(
        partner=partner, first_day=asked.first_day, last_day=asked.last_day, **dict(row)
    )


async def _check(pool: Pool, partner: str, asked: NewSettlement, *, moment: Moment) -> None:
    if not asked.first_day <= asked.last_day < moment.city_day:
        raise InvalidSettlementSpan(moment.city_day)
    if await _form_of(pool, partner) is None:
        raise NoSuchPartner


async def settled(pool: Pool, partner: str, span: NewSettlement) -> Settled:
    """The settlement of exactly that span; raises NoSuchPartner and NotSettled."""
    form = await _form_of(pool, partner)
    if form is None:
        raise NoSuchPartner
    row = await pool.fetchrow(
        *SETTLEMENTS(
            partners=[partner],
            first_day=span.first_day,
            last_day=span.last_day,
            below=NEWEST,
            settlements_max=1,
        )
    )
    if row is None:
        raise NotSettled
    settlement = _settlement(row)
    lines = await pool.fetch(LINES, settlement.number)
    return Settled(settlement, form, [_line(line) for line in lines])


async def partner_accounts(
    pool: Pool, *, after: str, limit: int, city_day: date
) -> PartnerAccounts:
    """At most `limit` partners, ordered by code, after the code `after`: what is open, and what was settled last."""
    rows = await pool.fetch(PARTNERS, after, limit + 1)
    partners = rows[:limit]
    made = await pool.fetch(
        *SETTLEMENTS(
            partners=[row["partner"] for row in partners],
            first_day=None,
            last_day=None,
            below=NEWEST,
            settlements_max=SETTLEMENTS_WITH_PARTNER_MAX + 1,
        )
    )
    still_open = {
        row["partner"]: Unsettled(
            first_day=row["first_day"],
            last_day=row["last_day"],
            redemptions=row["redemptions"],
            points=row["points"],
            worth=row["worth"] or 0,
        )
        for row in await pool.fetch(UNSETTLED)
    }
    return PartnerAccounts(
        last_day_over=city_day - timedelta(days=1),
        items=[
            PartnerAccount(
                partner=row["partner"],
                name=from_table(row["name"]),
                form=row["form"],
                unsettled=still_open.get(row["partner"]),
                made=_page(
                    [settlement for settlement in made if settlement["partner"] == row["partner"]],
                    SETTLEMENTS_WITH_PARTNER_MAX,
                ),
            )
            for row in partners
        ],
        next_cursor=partners[-1]["partner"] if len(rows) > limit else None,
    )


async def settlements_of(pool: Pool, partner: str, *, below: int, limit: int) -> SettlementPage:
    """At most `limit` settlements with the partner whose numbers are below `below`, newest first; raises NoSuchPartner."""
    if await _form_of(pool, partner) is None:
        raise NoSuchPartner
    rows = await pool.fetch(
        *SETTLEMENTS(
            partners=[partner],
            first_day=None,
            last_day=None,
            below=below,
            settlements_max=limit + 1,
        )
    )
    return _page(rows, limit)


def _page(rows: Sequence[asyncpg.Record], limit: int) -> SettlementPage:
    items = [_settlement(row) for row in rows[:limit]]
    return SettlementPage(
        items=items, next_cursor=str(items[-1].number) if len(rows) > limit else None
    )


def _line(row: asyncpg.Record) -> Line:
    """Files for partners are in the first language."""
    return Line(**{**row, "name": in_language(from_table(row["name"]), FIRST)})


def span_of(first_day: date, last_day: date) -> NewSettlement:
    """The span of these days."""
    return NewSettlement(first_day=first_day, last_day=last_day)


async def _form_of(pool: Pool, partner: str) -> Form | None:
    form: Form | None = await pool.fetchval(
        "SELECT form FROM rewards.partner WHERE partner = $1", partner
    )
    return form


def _settlement(row: asyncpg.Record) -> Settlement:
    return msgspec.convert(dict(row), Settlement)
