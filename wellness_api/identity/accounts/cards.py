"""Whose a card is that was shown at a station."""

from typing import Final, NamedTuple

from wellness_api.database.pool import Pool
from wellness_api.database.sql import read_sql
from wellness_api.identity.accounts.secrets import digests_of_card

RESIDENT_OF_CARD: Final = read_sql(__package__, "resident_of_card")


class Holder(NamedTuple):
    """The resident whose card it is, and the time zone that their days are in."""

    resident_id: int
    time_zone: str


async def holder_of(pool: Pool, card: str) -> Holder | None:
    """By the number on the card, as it is typed or as it was given; None for a card that is not enrolled."""
    row = await pool.fetchrow(RESIDENT_OF_CARD, *digests_of_card(card))
    return Holder(*row) if row is not None else None
