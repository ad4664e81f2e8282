"""Finds the resident whose card was shown at a station."""

from typing import Final, NamedTuple

from wellness_api.database.pool import Pool
from wellness_api.database.sql import read_sql
from wellness_api.identity.accounts.secrets import digests_of_card

RESIDENT_OF_CARD: Final = read_sql(__package__, "resident_of_card")


class Holder(NamedTuple):
    """The resident who holds the card, and the time zone of that resident's days."""

    resident_id: int
    time_zone: str


async def holder_of(pool: Pool, card: str) -> Holder | None:
    """The holder of a card by its number, as people type it or as it was first entered; None for a card that is not enrolled."""
    row = await pool.fetchrow(RESIDENT_OF_CARD, *digests_of_card(card))
    return Holder(*row) if row is not None else None
