"""Redeems, confirms and cancels. Each is one function of the database, which locks the wallet and does everything."""

import secrets
from datetime import date, datetime
from typing import Final, Literal, NamedTuple

import msgspec

from wellness_api.database.pool import Pool
from wellness_api.database.sql import read_sql
from wellness_api.health.figures.catalogue import FIGURE_BY_CODE
from wellness_api.health.samples.digests import digest
from wellness_api.identity.accounts.secrets import CODE_ALPHABET
from wellness_api.rewards.redemptions.problems import refusal_of
from wellness_api.rewards.redemptions.shapes import (
    NewRedemption,
    Offers,
    Outcome,
    Redemption,
    Redemptions,
)

OFFERS: Final = read_sql(__package__, "offers")
OWN_REDEMPTIONS: Final = read_sql(__package__, "own_redemptions")
OWN_REDEMPTION: Final = read_sql(__package__, "own_redemption")
REDEEM: Final = "SELECT rewards.redeem($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)"
END_REDEMPTION: Final = "SELECT rewards.end_redemption($1, $2, $3, $4, $5, false)"

CHECKUP: Final = FIGURE_BY_CODE["checkup_attended"].number

PICKUP_CODE_LENGTH: Final = 8
"""40 bits: the resident shows the code to a person who would notice guessing, and the code is good for a few days."""


class NoSuchRedemption(Exception):
    """The resident has no redemption with that number."""


class Redeemed(NamedTuple):
    """A redemption, and whether an earlier request with the same key had made it."""

    redemption: Redemption
    is_repeated: bool


class Moment(NamedTuple):
    """Now, and the city's day at that time. Settlements go by the city's day."""

    now: datetime
    city_day: date


async def offers_to(pool: Pool, resident_id: int, *, today: date) -> Offers:
    """The offers to the resident on their day."""
    return msgspec.json.decode(
        await pool.fetchval(OFFERS, resident_id, today, CHECKUP), type=Offers
    )


async def redeem(
    pool: Pool, resident_id: int, asked: NewRedemption, *, idempotency_key: str, moment: Moment
) -> Redeemed:
    """Redeems one unit; the same key again returns the same redemption. Raises RewardRefused."""
    outcome = _decoded(
        await pool.fetchval(
            REDEEM,
            *(resident_id, asked.item, asked.account, asked.confirm),
            digest(idempotency_key.encode()),
            digest(msgspec.json.encode(asked)),
            new_pickup_code(),
            *moment,
            CHECKUP,
        )
    )
    return Redeemed(_redemption_of(outcome), outcome.is_repeated)


async def end_redemption(
    pool: Pool,
    resident_id: int,
    redemption_id: int,
    ending: Literal["confirmed", "cancelled"],
    *,
    moment: Moment,
) -> Redemption:
    """Confirms or cancels; a repeated call does nothing more. Raises NoSuchRedemption and RewardRefused."""
    answered = await pool.fetchval(END_REDEMPTION, resident_id, redemption_id, ending, *moment)
    if answered is None:
        raise NoSuchRedemption
    return _redemption_of(_decoded(answered))


async def own_redemptions(pool: Pool, resident_id: int, *, below: int, limit: int) -> Redemptions:
    """At most `limit` redemptions with a number below `below`."""
    rows = await pool.fetch(OWN_REDEMPTIONS, resident_id, below, limit + 1)
    items = [msgspec.json.decode(row["shown"], type=Redemption) for row in rows[:limit]]
    return Redemptions(
        items=items, next_cursor=str(items[-1].redemption_id) if len(rows) > limit else None
    )


async def own_redemption(pool: Pool, resident_id: int, redemption_id: int) -> Redemption:
    """One redemption; raises NoSuchRedemption."""
    shown = await pool.fetchval(OWN_REDEMPTION, resident_id, redemption_id)
    if shown is None:
        raise NoSuchRedemption
    return msgspec.json.decode(shown, type=Redemption)


def new_pickup_code() -> str:
    """A code that staff read from a screen and type: two groups of four."""
    letters = "".join(secrets.choice(CODE_ALPHABET) for _ in range(PICKUP_CODE_LENGTH))
    return f"{letters[:4]}-{letters[4:]}"


def _decoded(answered: str) -> Outcome:
    return msgspec.json.decode(answered, type=Outcome)


def _redemption_of(outcome: Outcome) -> Redemption:
    if outcome.obstacle is not None:
        raise refusal_of(outcome.obstacle)
    assert outcome.redemption is not None, "without an obstacle there is a redemption"
    return outcome.redemption
