"""Seeds of the daily lotteries. They are chosen before their days, and revealed when nothing of their days can change
any more.

A chain covers 800 days of a programme, the same days in every city. Each day's seed is the SHA-256 of the next day's
seed. So the published anchor fixes all seeds, and anybody checks a revealed seed by hashing it down to the anchor or to
a seed that was revealed earlier. A day's seed counts as chosen before the day only if the day came after the chain's
`made_at`.
"""

import secrets
from collections import defaultdict
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from functools import partial
from typing import Final

import msgspec

from points.draws import SEED_BYTES, anchor, chain
from wellness_api.database.pool import Connection, Pool
from wellness_api.database.sql import read_sql
from wellness_api.rewards.lotteries.problems import NoSuchLottery
from wellness_api.work.set_aside.items import Item, attempt

CHAIN_DAYS: Final = 800
MADE_AHEAD: Final = timedelta(days=60)
REVEALED_AFTER: Final = timedelta(days=2)
"""Counted after the late window. By then a day and its late data are over everywhere on Earth, also for a resident who
travels. So nobody who has seen the seed can still change what the day's lottery pays."""

SEEDS_SHOWN_MAX: Final = 100
"""Earlier seeds are the SHA-256 of the seeds that are shown."""

PROGRAMMES: Final = "SELECT DISTINCT code FROM rewards.programme ORDER BY code"
MAKE_CHAIN: Final = (
    "WITH made AS (INSERT INTO rewards.lottery_chain VALUES ($1, $2, $3, $4)"
    " ON CONFLICT DO NOTHING RETURNING programme, first_day)"
    " INSERT INTO rewards.lottery_secret SELECT programme, first_day, $5 FROM made"
)
LATE_WINDOW: Final = "SELECT max((definition ->> 'late_window_days')::integer) FROM rewards.programme WHERE code = $1"
LAST_SEED: Final = (
    "SELECT last_seed FROM rewards.lottery_secret WHERE programme = $1 AND first_day = $2"
)
TO_REVEAL: Final = read_sql(__package__, "seeds_to_reveal")
REVEAL: Final = (
    "INSERT INTO rewards.lottery_seed SELECT $1, day, seed, $4"
    " FROM unnest($2::date[], $3::bytea[]) AS over (day, seed) ON CONFLICT DO NOTHING"
)
CHAINS: Final = read_sql(__package__, "chains")
SEEDS: Final = read_sql(__package__, "seeds")


class LotteryChain(msgspec.Struct, kw_only=True):
    """The seeds of 800 days from `first_day` on: `anchor` is the SHA-256 of the first day's seed, as hexadecimal."""

    first_day: date
    days: int
    anchor: str
    made_at: datetime


class LotterySeed(msgspec.Struct, kw_only=True):
    """The seed of a day that is over and whose late data no longer counts, as hexadecimal. Its SHA-256, over the 32
    bytes, is the seed of the day before.
    """

    day: date
    seed: str


class Lottery(msgspec.Struct, kw_only=True):
    """The published values with which anybody checks a programme's daily lotteries, newest first. Each rule's key of a
    day is the SHA-256 of the day's seed followed by the rule's code.
    """

    programme: str
    chains: list[LotteryChain]
    seeds: list[LotterySeed]


async def day_seeds(
    connection: Connection, programme: str, days: Iterable[date], *, now: datetime
) -> dict[date, bytes]:
    """The secret seeds of the days, 32 bytes each, for the worker alone. A chain is made when it is first needed."""
    by_chain: dict[date, list[date]] = defaultdict(list)
    for day in days:
        by_chain[_first_day(day)].append(day)
    by_day: dict[date, bytes] = {}
    for first_day, days_of_chain in by_chain.items():
        seeds = await _chain(connection, programme, first_day, now=now)
        by_day |= {day: seeds[(day - first_day).days] for day in days_of_chain}
    return by_day


async def keep_seeds(pool: Pool, *, today: date, now: datetime) -> None:
    """Prepares and reveals seeds for every programme, each in its own transaction.

    A programme that fails is set aside and tried again the next time; no other programme waits for it.
    """
    for (programme,) in await pool.fetch(PROGRAMMES):
        item = Item("chore", f"lottery seeds of {programme}")
        await attempt(pool, item, partial(_keep_seeds, pool, programme, today, now), now=now)


async def _keep_seeds(pool: Pool, programme: str, today: date, now: datetime) -> None:
    async with pool.acquire() as connection, connection.transaction():
        await prepare_and_reveal(connection, programme, today=today, now=now)


async def prepare_and_reveal(
    connection: Connection, programme: str, *, today: date, now: datetime
) -> None:
    """Makes chains ahead of their days, and reveals the seeds of days whose late data no version counts any more."""
    await day_seeds(connection, programme, [today, today + MADE_AHEAD], now=now)
    late = timedelta(days=await connection.fetchval(LATE_WINDOW, programme))
    await _reveal(connection, programme, over=today - late - REVEALED_AFTER, now=now)


async def _reveal(connection: Connection, programme: str, *, over: date, now: datetime) -> None:
    for row in await connection.fetch(TO_REVEAL, over, CHAIN_DAYS, programme):
        first_day, start = row["first_day"], row["next_day"]
        end = min(over, first_day + timedelta(days=CHAIN_DAYS - 1))
        days = [start + timedelta(days=day) for day in range((end - start).days + 1)]
        seeds = await day_seeds(connection, programme, days, now=now)
        await connection.execute(REVEAL, programme, days, list(seeds.values()), now)


async def lottery_of(pool: Pool, programme: str) -> Lottery:
    """The published seeds of a programme; raises NoSuchLottery."""
    chains = [LotteryChain(days=CHAIN_DAYS, **row) for row in await pool.fetch(CHAINS, programme)]
    if not chains:
        raise NoSuchLottery(programme)
    seeds = await pool.fetch(SEEDS, programme, SEEDS_SHOWN_MAX)
    return Lottery(programme=programme, chains=chains, seeds=[LotterySeed(**row) for row in seeds])


def _first_day(day: date) -> date:
    """The first day of the chain that the day belongs to."""
    return date.fromordinal(max(day.toordinal() // CHAIN_DAYS * CHAIN_DAYS, 1))


async def _chain(
    connection: Connection, programme: str, first_day: date, *, now: datetime
) -> list[bytes]:
    """The chain's seeds, first day first. When two processes make a chain at once, one of the two is stored."""
    last_seed = await connection.fetchval(LAST_SEED, programme, first_day)
    if last_seed is None:
        new_seed = secrets.token_bytes(SEED_BYTES)
        fixed = anchor(chain(new_seed, CHAIN_DAYS)[0])
        await connection.execute(MAKE_CHAIN, programme, first_day, fixed, now, new_seed)
        last_seed = await connection.fetchval(LAST_SEED, programme, first_day)
    assert isinstance(last_seed, bytes), "a chain and its secret are made together"
    return chain(last_seed, CHAIN_DAYS)
