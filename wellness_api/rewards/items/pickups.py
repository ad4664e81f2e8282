"""Goods that wait to be picked up, and handing them out."""

from datetime import datetime
from typing import Final

import msgspec

from wellness_api.database.pool import Pool
from wellness_api.database.texts import from_table
from wellness_api.http.principals import Principal
from wellness_api.process.codes import letters_of
from wellness_api.rewards.items.shapes import HandedOut, HandedOver, Pickup, Pickups
from wellness_api.rewards.redemptions.problems import Obstacle, refusal_of
from wellness_api.rewards.redemptions.redeeming import Moment

WAITING: Final = (
    "SELECT waiting.*, name, place FROM rewards.waiting_pickups($1, $2, $3) AS waiting"
    " JOIN rewards.reward_item USING (item, version) ORDER BY redemption_id"
)
HANDED_OUT: Final = "SELECT rewards.handed_out($1)"
HAND_OVER: Final = "SELECT rewards.hand_over($1, $2, $3, $4)"

PICKUPS_LISTED_MAX: Final = 500
"""The oldest. Newer ones are listed once these are handed out or have lapsed, and are always found by their code."""


class NothingWaits(Exception):
    """Nothing waits under that pick-up code, and nothing was handed out for it."""


class _Outcome(msgspec.Struct, kw_only=True):
    obstacle: Obstacle | None = None
    handed_out: HandedOut | None = None
    is_repeated: bool = False


async def waiting_pickups(pool: Pool, code: str | None, *, now: datetime) -> Pickups:
    """The goods that wait. With a code: the goods that wait under it, or else the goods that were handed out for it."""
    printed = None if code is None else as_printed(code)
    rows = await pool.fetch(WAITING, printed, now, PICKUPS_LISTED_MAX)
    pickups = Pickups(
        items=[
            Pickup(
                redemption_id=row["redemption_id"],
                item=row["item"],
                name=from_table(row["name"]),
                place=from_table(row["place"]),
                begun_at=row["begun_at"],
                held_until=row["held_until"],
            )
            for row in rows
        ]
    )
    if printed is not None and not rows:
        answered = await pool.fetchval(HANDED_OUT, printed)
        pickups.handed_out = answered and msgspec.json.decode(answered, type=HandedOut)
    return pickups


async def hand_over(pool: Pool, code: str, *, by: Principal, moment: Moment) -> HandedOver:
    """Confirms that the goods of the code are handed out, or says that they were before; raises NothingWaits and
    RewardRefused.
    """
    answered = await pool.fetchval(HAND_OVER, as_printed(code), by.principal_id, *moment)
    if answered is None:
        raise NothingWaits
    outcome = msgspec.json.decode(answered, type=_Outcome)
    if outcome.obstacle is not None:
        raise refusal_of(outcome.obstacle)
    assert outcome.handed_out is not None, "without an obstacle the goods are handed out"
    return HandedOver(**msgspec.structs.asdict(outcome.handed_out), is_repeated=outcome.is_repeated)


def as_printed(code: str) -> str:
    """The stored form of a code that was typed: case, width, spaces and dashes do not matter."""
    letters = letters_of(code)
    return f"{letters[:4]}-{letters[4:]}"
