"""Holds whose time is over give back their points and units."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Final, NamedTuple

from wellness_api.database.isolating import isolated
from wellness_api.database.pool import Pool
from wellness_api.database.sql import read_named_sql
from wellness_api.work.set_aside.items import Item, forget_untried, mended, set_aside

LAPSED_HOLDS: Final = read_named_sql(__package__, "lapsed_holds")
RELEASE: Final = "SELECT rewards.release_lapsed_holds($1, $2, $3, $4)"

RELEASED_AT_ONCE_MAX: Final = 200
"""The number of wallets that one statement locks; the next statement takes the rest."""


class Hold(NamedTuple):
    """A redemption that is held, by its keys."""

    resident_id: int
    redemption_id: int

    @property
    def item(self) -> Item:
        """The item under which the hold is set aside."""
        return Item("hold", str(self.redemption_id), self.resident_id)


BEFORE_ALL: Final = Hold(-1, -1)


async def release_lapsed_holds(pool: Pool, *, now: datetime, city_day: date) -> None:
    """Releases all holds that have lapsed by now. A hold that cannot be released is set aside alone, and tried again
    later.
    """

    async def release(holds: Sequence[Hold]) -> None:
        residents, redemptions = zip(*holds, strict=True)
        await pool.execute(RELEASE, now, city_day, residents, redemptions)

    after = BEFORE_ALL
    while rows := await pool.fetch(
        *LAPSED_HOLDS(
            now=now,
            after_resident=after.resident_id,
            after_redemption=after.redemption_id,
            holds_max=RELEASED_AT_ONCE_MAX,
        )
    ):
        holds = [Hold(*row) for row in rows]
        after = holds[-1]
        failed = dict((await isolated(holds, release)).failed)
        for hold, error in failed.items():
            await set_aside(pool, hold.item, error, now=now)
        await mended(pool, [hold.item for hold in holds if hold not in failed])
    await forget_untried(pool, "hold", now=now)
