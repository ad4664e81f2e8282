"""What comes or goes because a day is over or begins: granted points, improvements, regrets, points for having joined."""

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
from wellness_api.work.set_aside.items import set_aside

RESIDENTS: Final = read_sql(__package__, "residents")


async def close_periods(
    pool: Pool, *, since: date, today: date, now: datetime, only_owed: bool
) -> AsyncIterator[set[int]]:
    """Evaluates for everybody what the days from `since` on give now that they are over; yields who got or lost points.

    `only_owed`: for those alone for whom it failed earlier.
    """
    programmes = [
        programme
        for programme in await programmes_at_days_end(pool, since=since)
        if programme.waits_for_day_end
    ]
    while programmes:
        try:
            async for changed in _close(
                pool, programmes, since=since, today=today, now=now, only_owed=only_owed
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
    *,
    since: date,
    today: date,
    now: datetime,
    only_owed: bool,
) -> AsyncIterator[set[int]]:
    async def give(
        connection: Connection, programme: Programme, people: Sequence[ResidentFacts], since: date
    ) -> set[int]:
        scope = scope_since(programme, [person.resident_id for person in people], since, today)
        if scope is None:
            return set()
        changed = await post_points(connection, programme, people, scope, now=now, today=today)
        await keep_regrets(connection, programme, people, since=since, today=today, now=now)
        return changed

    async def work(connection: Connection, residents: Sequence[int], since: date) -> set[int]:
        people = await residents_of(connection, residents)
        changed: set[int] = set()
        for programme in programmes:
            changed |= await of_programme(programme, give(connection, programme, people, since))
        return changed

    step = Step("periods", RESIDENTS, since, today, now)
    async for changed in in_batches(pool, step, work, only_owed=only_owed):
        yield changed
