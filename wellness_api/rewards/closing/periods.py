"""Points that come or go because a day ends or begins: granted points, improvements, regrets, points for having joined."""

from collections.abc import AsyncIterator, Sequence
from datetime import date, datetime
from typing import Final

from points.programme import Programme
from wellness_api.database.pool import Connection, Pool
from wellness_api.database.sql import read_sql
from wellness_api.identity.accounts.resident_facts import ResidentFacts, residents_of
from wellness_api.rewards.awards.at_fault import (
    ProgrammeAtFault,
    item_of,
    of_programme,
    programmes_at_days_end,
)
from wellness_api.rewards.awards.posting import post_points
from wellness_api.rewards.awards.scope import scope_since
from wellness_api.rewards.closing.batches import Step, in_batches
from wellness_api.rewards.closing.regrets import keep_regrets
from wellness_api.rewards.ledger.days import LedgerDays
from wellness_api.work.set_aside.items import set_aside

NEVER_TURNED: Final = date(2000, 1, 1)
"""The first turn of all begins here. Then no version takes over days that were given to another version."""

RESIDENTS: Final = read_sql(__package__, "residents")
RESIDENTS_OF_ZONE: Final = read_sql(__package__, "residents_of_zone")


async def close_periods(
    pool: Pool,
    *,
    since: date,
    until: date,
    days: LedgerDays,
    now: datetime,
    only_owed: bool,
    time_zone: str | None = None,
) -> AsyncIterator[set[int]]:
    """Evaluates what the days from `since` on give now that they are over, for everybody or for the residents of a time
    zone, up to `until`, which has begun. Yields the residents who got or lost points.

    `only_owed`: only for residents for whom it failed earlier.
    """
    programmes = [
        programme
        for programme in await programmes_at_days_end(pool, since=since)
        # A version that begins takes its days over from the version before it, also for residents without samples of
        # these days.
        if programme.waits_for_day_end
        or (since > NEVER_TURNED and since <= programme.in_force_from <= until)
    ]
    residents = RESIDENTS if time_zone is None else RESIDENTS_OF_ZONE
    while programmes:
        try:
            async for changed in _close(
                pool,
                programmes,
                Step("periods", residents, since, until, now, time_zone),
                days=days,
                only_owed=only_owed,
            ):
                yield changed
        except ProgrammeAtFault as error:
            item = item_of(error.programme)
            await set_aside(pool, item, error.reason, now=now, from_day=since)
            programmes = [programme for programme in programmes if item_of(programme) != item]
        else:
            return


async def _close(
    pool: Pool,
    programmes: Sequence[Programme],
    step: Step,
    *,
    days: LedgerDays,
    only_owed: bool,
) -> AsyncIterator[set[int]]:
    until, now = step.today, step.now

    async def give(
        connection: Connection, programme: Programme, people: Sequence[ResidentFacts], since: date
    ) -> set[int]:
        scope = scope_since(programme, [person.resident_id for person in people], since, until)
        if scope is None:
            return set()
        changed = await post_points(connection, programme, people, scope, now=now, days=days)
        await keep_regrets(
            connection, programme, people, since=since, until=until, days=days, now=now
        )
        return changed

    async def work(connection: Connection, residents: Sequence[int], since: date) -> set[int]:
        people = await residents_of(connection, residents)
        changed: set[int] = set()
        for programme in programmes:
            changed |= await of_programme(programme, give(connection, programme, people, since))
        return changed

    async for changed in in_batches(pool, step, work, only_owed=only_owed):
        yield changed
