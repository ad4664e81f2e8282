"""What comes or goes because a day is over or begins: granted points, improvements, regrets, points for having joined."""

from collections.abc import AsyncIterator, Sequence
from datetime import date, datetime
from typing import Final

from wellness_api.closing.batches import Step, in_batches
from wellness_api.closing.regrets import keep_regrets
from wellness_api.database.pool import Connection, Pool
from wellness_api.database.sql import read_sql
from wellness_api.identity.resident_facts import residents_of
from wellness_api.rewards.posting import post_points
from wellness_api.rewards.programmes import programmes_kept
from wellness_api.rewards.scope import scope_since

RESIDENTS: Final = read_sql(__package__, "residents")


async def close_periods(
    pool: Pool, *, since: date, today: date, now: datetime, only_owed: bool
) -> AsyncIterator[set[int]]:
    """Evaluates for everybody what the days from `since` on give now that they are over; yields who got or lost points.

    `only_owed`: for those alone for whom it failed earlier.
    """
    async with pool.acquire() as connection:
        programmes = [
            programme
            for programme in await programmes_kept(connection)
            if programme.waits_for_day_end
        ]
    if not programmes:
        return

    async def work(connection: Connection, residents: Sequence[int], since: date) -> set[int]:
        people = await residents_of(connection, residents)
        changed: set[int] = set()
        for programme in programmes:
            scope = scope_since(programme, [each.resident_id for each in people], since, today)
            if scope is not None:
                changed |= await post_points(
                    connection, programme, people, scope, now=now, today=today
                )
                await keep_regrets(connection, programme, people, since=since, today=today, now=now)
        return changed

    step = Step("periods", RESIDENTS, since, today, now)
    async for changed in in_batches(pool, step, work, only_owed=only_owed):
        yield changed
