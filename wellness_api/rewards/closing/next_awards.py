"""How much residents have to walk for more points, for residents whose stored row is no longer valid."""

from collections.abc import AsyncIterator, Sequence
from datetime import date, datetime
from typing import Final

from wellness_api.database.pool import Connection, Pool
from wellness_api.database.sql import read_sql
from wellness_api.identity.accounts.resident_facts import residents_of
from wellness_api.rewards.awards.next_awards import keep_next_awards
from wellness_api.rewards.awards.programmes import programmes_kept
from wellness_api.rewards.closing.batches import Step, in_batches

RESIDENTS_WITHOUT_NEXT_AWARD: Final = read_sql(__package__, "residents_without_next_award")


def renew_next_awards(pool: Pool, *, today: date, now: datetime) -> AsyncIterator[set[int]]:
    """Works the next awards out from the days as they stand. Yields nobody, since nothing changes that anybody sees."""

    async def work(connection: Connection, residents: Sequence[int], _: date) -> set[int]:
        people = await residents_of(connection, residents)
        await keep_next_awards(connection, await programmes_kept(connection), people, now=now)
        return set()

    step = Step("next_awards", RESIDENTS_WITHOUT_NEXT_AWARD, today, today, now)
    return in_batches(pool, step, work)
