"""Pairs, teams, leagues and the whole city: what they reached when a period is over, evaluated again each day until the
period is frozen.
"""

from collections import defaultdict
from collections.abc import AsyncIterator, Sequence
from datetime import date, datetime, timedelta
from typing import Final

from points.evaluate import Award
from points.groups import CITY, Contributed, GroupPoints, group_rules, share_out
from points.periods import DaySpan
from points.programme import Programme
from wellness_api.database.errors import server_is_gone
from wellness_api.database.isolating import isolated
from wellness_api.database.pool import Connection, Pool
from wellness_api.identity.accounts.resident_facts import residents_of
from wellness_api.process.panics import panics_as_errors
from wellness_api.rewards.awards.at_fault import programmes_at_days_end
from wellness_api.rewards.awards.cohorts import cohort_from
from wellness_api.rewards.awards.group_awards import keep_group_awards
from wellness_api.rewards.awards.groups import (
    awards_by_key,
    city_awards,
    contributed,
    days_needed,
    first_end_looked_at,
    gifts_of_city,
    kept_awards,
    periods_looked_at,
    points_at,
)
from wellness_api.rewards.awards.history import history_of
from wellness_api.rewards.awards.posting import Key, post_points
from wellness_api.rewards.awards.scope import scope_of_group_awards
from wellness_api.rewards.closing.batches import Step, in_batches
from wellness_api.rewards.closing.periods import RESIDENTS
from wellness_api.rewards.ledger.append import append_transfers, lock_wallets
from wellness_api.rewards.ledger.days import LedgerDays
from wellness_api.rewards.ledger.transfer import Transfer
from wellness_api.work.set_aside.items import Item, mended, set_aside

RESIDENTS_PER_CHUNK: Final = 1000
"""Some weeks of this many residents take some ten megabytes in transit."""

NOBODY: Final = -1
AFTER: Final = (
    "SELECT resident_id FROM identity.resident WHERE resident_id > $1 ORDER BY resident_id LIMIT $2"
)


async def close_groups(
    pool: Pool, *, since: date, days: LedgerDays, now: datetime
) -> AsyncIterator[set[int]]:
    """Brings the ledger to what group rules give for periods that are over. Yields the residents who got or lost
    points.

    A period is evaluated again each day until its late window is over. `since`: the day up to which this was done
    before. The city's own gifts are made when nothing can change any more.
    """
    at_work = await programmes_at_days_end(pool, since=since)
    programmes = [programme for programme in at_work if group_rules(programme)]
    for programme in programmes:
        item = Item("closing", f"groups of {programme.code} version {programme.version}")
        try:
            with panics_as_errors():
                async for changed in _close(pool, programme, since=since, days=days, now=now):
                    yield changed
        except Exception as error:
            if server_is_gone(error):
                raise
            await set_aside(pool, item, error, now=now)
        else:
            await mended(pool, [item])


async def _close(
    pool: Pool, programme: Programme, *, since: date, days: LedgerDays, now: datetime
) -> AsyncIterator[set[int]]:
    oldest = since - timedelta(days=programme.late_window_days + 1)
    async with pool.acquire() as connection:
        first_end = await first_end_looked_at(connection, oldest)
    spans = periods_looked_at(programme, first_end=first_end, before=days.city)
    if spans:
        of_groups = await _evaluated(pool, programme, spans, days=days, now=now)
        async for changed in _posted(pool, programme, of_groups, spans, days=days, now=now):
            yield changed
        await _give_for_the_city(pool, programme, of_groups, spans, today=days.city, now=now)


async def _evaluated(
    pool: Pool, programme: Programme, spans: Sequence[DaySpan], *, days: LedgerDays, now: datetime
) -> list[GroupPoints]:
    """The contributions of all residents, shared out. A resident whose contribution cannot be worked out brings
    nothing, and is set aside until tomorrow.
    """
    needed = days_needed(programme, spans)

    async def work(residents: Sequence[int]) -> list[Contributed]:
        async with pool.acquire() as connection, connection.transaction():
            people = await residents_of(connection, residents)
            history = await history_of(connection, programme, residents, needed)
            cohort = cohort_from(programme, people, needed, days=days, history=history)
            return await contributed(connection, programme, cohort, spans, now=now)

    chunks: list[list[Contributed]] = []
    after = NOBODY
    while rows := await pool.fetch(AFTER, after, RESIDENTS_PER_CHUNK):
        residents = [row["resident_id"] for row in rows]
        after = residents[-1]
        outcome = await isolated(residents, work)
        chunks += outcome.results
        for resident_id, error in outcome.failed:
            await set_aside(pool, Item("closing", "groups", resident_id), error, now=now)
    return share_out(chunks)


async def _posted(
    pool: Pool,
    programme: Programme,
    of_groups: Sequence[GroupPoints],
    spans: Sequence[DaySpan],
    *,
    days: LedgerDays,
    now: datetime,
) -> AsyncIterator[set[int]]:
    awards = awards_by_key(of_groups)
    by_resident: defaultdict[int, list[Key]] = defaultdict(list)
    for key in awards:
        by_resident[key.resident_id].append(key)
    by_rule = {of_group.rule.code: of_group for of_group in of_groups}

    async def work(connection: Connection, residents: Sequence[int], _: date) -> set[int]:
        kept = await kept_awards(connection, programme, residents, spans)
        due = {key for resident_id in residents for key in by_resident.get(resident_id, ())}
        changed = [
            awards.get(key) or _nothing(by_rule.get(key.rule), key)
            for key in sorted(due | kept.keys())
            if points_at(awards, key) != points_at(kept, key)
        ]
        if not changed:
            return set()
        people = await residents_of(connection, sorted({award.resident_id for award in changed}))
        # Somebody may have been erased since the contributions were gathered.
        still_here = {person.resident_id for person in people}
        changed = [award for award in changed if award.resident_id in still_here]
        scope = scope_of_group_awards(programme, changed, today=days.latest)
        if scope is None:
            return set()
        await keep_group_awards(connection, programme, changed)
        return await post_points(
            connection,
            programme,
            [person for person in people if person.resident_id in scope.residents],
            scope,
            now=now,
            days=days,
        )

    async for changed in in_batches(
        pool, Step("groups", RESIDENTS, days.city, days.city, now), work
    ):
        yield changed


def _nothing(of_rule: GroupPoints | None, key: Key) -> Award:
    """An award of zero points with its facts, in place of one that no longer exists; without facts if its rule no
    longer exists.
    """
    if of_rule is None:
        return Award(key.resident_id, key.span, key.rule, 0, {})
    return of_rule.award_of(key.resident_id, key.span)


async def _give_for_the_city(
    pool: Pool,
    programme: Programme,
    of_groups: Sequence[GroupPoints],
    spans: Sequence[DaySpan],
    *,
    today: date,
    now: datetime,
) -> None:
    """Makes each gift once."""
    gifts = city_awards(programme, of_groups, today=today)
    if not gifts:
        return
    async with pool.acquire() as connection, connection.transaction():
        wallets = await lock_wallets(connection, {CITY}, now=now)
        held = await gifts_of_city(connection, programme, spans)
        new = [_gift(programme, gift) for key, gift in sorted(gifts.items()) if key not in held]
        await append_transfers(connection, new, wallets, now=now)


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
