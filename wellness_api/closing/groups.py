"""Pairs, teams, leagues and the whole city: what they reached, once a period is over, and again until it is frozen."""

from collections.abc import AsyncIterator, Sequence
from datetime import date, datetime, timedelta
from typing import Final

from points.evaluate import Award
from points.groups import (
    CITY,
    Contributed,
    GroupPoints,
    contributions_of,
    group_periods,
    group_rules,
    groups_look_back_to,
    share_out,
)
from points.periods import Span
from points.programme import Programme
from wellness_api.closing.batches import in_batches
from wellness_api.closing.periods import RESIDENTS
from wellness_api.database.pool import Connection, Pool
from wellness_api.database.sql import read_sql
from wellness_api.identity.resident_facts import residents_of
from wellness_api.ledger.append import append_transfers, lock_wallets
from wellness_api.ledger.differences import post_differences
from wellness_api.ledger.transfer import Transfer
from wellness_api.rewards.cohorts import cohort_from
from wellness_api.rewards.history import history_of
from wellness_api.rewards.posting import Key, difference
from wellness_api.rewards.programmes import programmes_kept
from wellness_api.rewards.tickets import with_tickets

HELD_OF_GROUPS: Final = read_sql(__package__, "held_of_groups")

RESIDENTS_PER_CHUNK: Final = 1000
"""Some weeks of so many residents are some ten megabytes on the way."""

NOBODY: Final = -1
AFTER: Final = (
    "SELECT resident_id FROM identity.resident WHERE resident_id > $1 ORDER BY resident_id LIMIT $2"
)


async def close_groups(
    pool: Pool, *, since: date, today: date, now: datetime
) -> AsyncIterator[set[int]]:
    """Brings the ledger to what group rules give for periods that are over; yields who got or lost points.

    A period is evaluated again each day until the late window is over, counted from `since`, the day up to which that
    was done before. The city's own gifts are made when nothing can change any more.
    """
    async with pool.acquire() as connection:
        programmes = [each for each in await programmes_kept(connection) if group_rules(each)]
    for programme in programmes:
        oldest = since - timedelta(days=programme.late_window_days + 1)
        spans = group_periods(programme, since=oldest, today=today)
        if spans:
            of_groups = await _evaluated(pool, programme, spans, today=today, now=now)
            async for changed in _posted(pool, programme, of_groups, spans, today=today, now=now):
                yield changed
            await _give_for_the_city(pool, programme, of_groups, today=today, now=now)


async def _evaluated(
    pool: Pool, programme: Programme, spans: Sequence[Span], *, today: date, now: datetime
) -> list[GroupPoints]:
    days = Span(groups_look_back_to(programme, spans), max(span.last for span in spans))
    since = min(span.last for span in spans)
    chunks: list[list[Contributed]] = []
    after = NOBODY
    while rows := await pool.fetch(AFTER, after, RESIDENTS_PER_CHUNK):
        residents = [row["resident_id"] for row in rows]
        after = residents[-1]
        async with pool.acquire() as connection, connection.transaction():
            people = await residents_of(connection, residents)
            history = await history_of(connection, programme, residents, days)
            cohort = cohort_from(programme, people, days, today=today, history=history, counted=())
            cohort = await with_tickets(connection, programme, cohort, now=now)
        chunks.append(contributions_of(programme, cohort, since=since))
    return share_out(chunks)


async def _posted(
    pool: Pool,
    programme: Programme,
    of_groups: Sequence[GroupPoints],
    spans: Sequence[Span],
    *,
    today: date,
    now: datetime,
) -> AsyncIterator[set[int]]:
    given = {
        Key(award.resident_id, award.span, award.rule): award
        for each in of_groups
        for award in each.awards()
        if award.resident_id != CITY
    }
    by_resident: dict[int, list[Key]] = {}
    for key in given:
        by_resident.setdefault(key.resident_id, []).append(key)

    async def work(connection: Connection, residents: Sequence[int]) -> set[int]:
        held = await _held(connection, programme, residents, spans)
        mine = [key for resident_id in residents for key in by_resident.get(resident_id, ())]
        changed = sorted(
            key
            for key in {*mine, *held}
            if (given[key].points if key in given else 0) != held.get(key, 0)
        )
        await post_differences(
            connection,
            [
                difference(
                    programme,
                    key,
                    given[key].points if key in given else 0,
                    held.get(key, 0),
                    facts=given[key].facts if key in given else {},
                )
                for key in changed
            ],
            now=now,
            today=today,
        )
        return {key.resident_id for key in changed}

    async for changed in in_batches(pool, RESIDENTS, work, today=today):
        yield changed


async def _give_for_the_city(
    pool: Pool,
    programme: Programme,
    of_groups: Sequence[GroupPoints],
    *,
    today: date,
    now: datetime,
) -> None:
    """The donations of periods of which no late data counts any more, each once."""
    frozen = today - timedelta(days=programme.late_window_days)
    gifts = [award for each in of_groups for award in each.of_city if award.span.last < frozen]
    if not gifts:
        return
    async with pool.acquire() as connection, connection.transaction():
        wallets = await lock_wallets(connection, {CITY}, now=now)
        held = await _held(connection, programme, [CITY], [award.span for award in gifts])
        new = [gift for gift in gifts if Key(CITY, gift.span, gift.rule) not in held]
        await append_transfers(
            connection, [_gift(programme, gift) for gift in new], wallets, now=now
        )


def _gift(programme: Programme, award: Award) -> Transfer:
    return Transfer(
        resident_id=CITY,
        programme=programme.code,
        version=programme.version,
        rule=award.rule,
        period_start=award.span.first,
        period_end=award.span.last,
        debit="budget",
        credit="donated",
        amount=award.points,
        spendable_from=None,
        expires_on=None,
        redemption_id=None,
        facts=award.facts,
    )


async def _held(
    connection: Connection, programme: Programme, residents: Sequence[int], spans: Sequence[Span]
) -> dict[Key, int]:
    rows = await connection.fetch(
        HELD_OF_GROUPS,
        residents,
        programme.code,
        [rule.code for rule in group_rules(programme)],
        min(span.first for span in spans),
        min(span.last for span in spans),
    )
    wanted = set(spans)
    return {
        Key(resident_id, Span(start, end), rule): points
        for resident_id, start, end, rule, points in rows
        if Span(start, end) in wanted
    }
