"""Goods that wait to be picked up, and handing them out."""

from datetime import datetime
from typing import Final

import msgspec

from points.words import Text
from wellness_api.codes import letters_of
from wellness_api.database.pool import Pool
from wellness_api.redemptions.problems import problem_of
from wellness_api.redemptions.redeeming import Moment
from wellness_api.redemptions.shapes import Outcome
from wellness_api.reward_items.shapes import HandedOver, Pickup, Pickups

WAITING: Final = (
    "SELECT waiting.*, name_ja, name_en, place_ja, place_en FROM rewards.waiting_pickups($1, $2, $3) AS waiting"
    " JOIN rewards.reward_item USING (item, version) ORDER BY redemption_id"
)
HAND_OVER: Final = "SELECT rewards.hand_over($1, $2, $3)"

PICKUPS_LISTED_MAX: Final = 500


class NothingWaits(Exception):
    """Nothing waits under that pick-up code."""


async def waiting_pickups(pool: Pool, code: str | None, *, now: datetime) -> Pickups:
    """What waits; with a code, what waits under it."""
    rows = await pool.fetch(
        WAITING, None if code is None else as_printed(code), now, PICKUPS_LISTED_MAX
    )
    return Pickups(
        items=[
            Pickup(
                redemption_id=row["redemption_id"],
                item=row["item"],
                name=Text(ja=row["name_ja"], en=row["name_en"]),
                place=Text(ja=row["place_ja"], en=row["place_en"]),
                begun_at=row["begun_at"],
                held_until=row["held_until"],
            )
            for row in rows
        ]
    )


async def hand_over(pool: Pool, code: str, *, moment: Moment) -> HandedOver:
    """Confirms that the goods of the code are handed out; raises NothingWaits and RewardProblem."""
    answered = await pool.fetchval(HAND_OVER, as_printed(code), *moment)
    if answered is None:
        raise NothingWaits
    outcome = msgspec.json.decode(answered, type=Outcome)
    if outcome.obstacle is not None:
        raise problem_of(outcome.obstacle)
    redemption = outcome.redemption
    assert redemption is not None, "without an obstacle there is a redemption"
    return HandedOver(
        redemption_id=redemption.redemption_id, item=redemption.item, name=redemption.name
    )


def as_printed(code: str) -> str:
    """The code as it is kept, from what was typed: case, width, spaces and dashes do not matter."""
    letters = letters_of(code)
    return f"{letters[:4]}-{letters[4:]}"
