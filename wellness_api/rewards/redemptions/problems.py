"""Why a request about rewards cannot be carried out, in words for residents and for the staff who maintain the
catalogue.
"""

from datetime import date
from typing import Final, Literal

import msgspec

from wellness_api.http.refused import Refused

LimitPeriod = Literal["total", "fiscal_year", "month", "week", "day"]
Reason = Literal[
    "not_offered",
    "sold_out",
    "too_young",
    "too_old",
    "needs_checkup",
    "limit_reached",
    "too_few_points",
]
"""Why a resident may not redeem an item now."""

Refusal = (
    Reason
    | Literal[
        "unknown_item",
        "account_missing",
        "account_not_needed",
        "idempotency_key_reused",
        "confirmed_at_pickup",
        "already_confirmed",
        "already_cancelled",
        "hold_lapsed",
    ]
)
"""Why a request about a redemption is refused: the reasons that the database answers."""

SPANS: Final[dict[LimitPeriod, str]] = {
    "total": "in all",
    "fiscal_year": "in a fiscal year, April to March",
    "month": "in a calendar month",
    "week": "in a week, Monday to Sunday",
    "day": "in a day",
}


class Obstacle(msgspec.Struct, kw_only=True, omit_defaults=True):
    """Why a request is refused, with its figures.

    `missing_points`: how many more points are needed. `limit`: the age, or the number of redemptions in the `span`.
    `from_day`: the first day on which the resident may try again, if there is one.
    """

    code: Refusal
    missing_points: int | None = None
    limit: int | None = None
    span: LimitPeriod | None = None
    from_day: date | None = None


class RewardRefused(Refused):
    """The request about a reward cannot be carried out."""

    title = "This cannot be done with the reward"
    kept = "Nothing was changed."


class RedemptionRefused(RewardRefused):
    """A redemption that cannot be made, confirmed or cancelled, with the figures of its obstacle."""

    field = "item"
    status = 409

    def __init__(self, obstacle: Obstacle) -> None:
        first_day, span = obstacle.from_day, obstacle.span
        super().__init__(
            missing_points=obstacle.missing_points,
            number=obstacle.limit,
            span=SPANS[span] if span else "",
            first_day=f"from {first_day}" if first_day else "an item that is offered",
            again=f"again from {first_day}" if first_day else "not again",
        )


class UnknownItem(RedemptionRefused):
    """The catalogue never had the item."""

    code = "unknown_item"
    status = 404
    limit = "a code of GET /v1/reward-items"
    detail = "There is no such reward item."


class NotOffered(RedemptionRefused):
    """The item is not offered yet, or no longer."""

    code = "not_offered"
    limit = "{first_day}"
    detail = "This item is not offered now; {first_day}."


class SoldOut(RedemptionRefused):
    """No unit is left."""

    code = "sold_out"
    limit = "an item that is left"
    detail = "All of this item are taken."


class TooYoung(RedemptionRefused):
    """The resident is below the item's age."""

    code = "too_young"
    limit = "age {number} or more"
    detail = "You are too young for this item."


class TooOld(RedemptionRefused):
    """The resident is above the item's age."""

    code = "too_old"
    limit = "age {number} or less"
    detail = "You are too old for this item."


class NeedsCheckup(RedemptionRefused):
    """The item is for residents whose checkup of the year was recorded."""

    code = "needs_checkup"
    limit = "a checkup attended in this fiscal year"
    detail = "At your age this item needs a checkup in this fiscal year; redeem it after the city has noted yours."


class LimitReached(RedemptionRefused):
    """The resident has redeemed the item as often as one person may."""

    code = "limit_reached"
    limit = "{number} {span}"
    detail = "You have redeemed this item {number} {span}; {again}."


class TooFewPoints(RedemptionRefused):
    """The wallet has less than the price."""

    code = "too_few_points"
    limit = "a price within your points"
    detail = "You need {missing_points} more points."


class AccountMissing(RedemptionRefused):
    """Points of a municipal system go to an account, and the request names none."""

    code = "account_missing"
    status = 422
    field = "account"
    limit = "the account's number in the municipal point system"
    detail = "Say which account of the municipal point system the points are for."


class AccountNotNeeded(RedemptionRefused):
    """The item needs no account, and an account that is not needed is not stored."""

    code = "account_not_needed"
    status = 422
    field = "account"
    limit = "left out"
    detail = "This item needs no account; what is not needed is not kept."


class RedemptionKeyReused(RedemptionRefused):
    """The key was used before with another item or account."""

    code = "idempotency_key_reused"
    status = 422
    field = "Idempotency-Key"
    limit = "one key for one redemption"
    detail = "This key came before with another request; send this one with a key of its own."


class ConfirmedAtPickup(RedemptionRefused):
    """Staff confirm the redemption, not the resident."""

    code = "confirmed_at_pickup"
    field = "redemption_id"
    limit = "a redemption that is not picked up"
    detail = "The staff confirm it when they hand the goods out; show them the pick-up code."


class AlreadyConfirmed(RedemptionRefused):
    """The redemption is confirmed for good."""

    code = "already_confirmed"
    field = "redemption_id"
    limit = "a redemption that is held"
    detail = "The redemption is confirmed and cannot be cancelled any more."


class AlreadyCancelled(RedemptionRefused):
    """The redemption was cancelled, and its points were given back."""

    code = "already_cancelled"
    field = "redemption_id"
    limit = "a redemption that is held"
    detail = "The redemption was cancelled and its points given back; redeem the item anew."


class HoldLapsed(RedemptionRefused):
    """Nobody confirmed the redemption in time."""

    code = "hold_lapsed"
    field = "redemption_id"
    limit = "a redemption that is held"
    detail = "The time to confirm is over and the points are given back; redeem the item anew."


_KINDS: Final = {kind.code: kind for kind in RedemptionRefused.__subclasses__()}


def refusal_of(obstacle: Obstacle) -> RedemptionRefused:
    """The obstacle as a refusal."""
    return _KINDS[obstacle.code](obstacle)
