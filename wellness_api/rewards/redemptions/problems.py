"""Why something about rewards cannot be done, in words; for residents, and for the staff who keep the catalogue."""

from datetime import date
from typing import Final, Literal

import msgspec

Span = Literal["total", "fiscal_year", "month", "week", "day"]
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
"""Why a request about a redemption is refused."""

SPANS: Final[dict[Span, str]] = {
    "total": "in all",
    "fiscal_year": "in a fiscal year, April to March",
    "month": "in a calendar month",
    "week": "in a week, Monday to Sunday",
    "day": "in a day",
}


class Obstacle(msgspec.Struct, kw_only=True, omit_defaults=True):
    """Why not, with its figures.

    `missing_points`: how many more are needed. `limit`: the age, or the number of redemptions in the `span`.
    `from_day`: the first day on which it may be done again, if there is one.
    """

    code: Refusal
    missing_points: int | None = None
    limit: int | None = None
    span: Span | None = None
    from_day: date | None = None


class RewardProblem(Exception):
    """What was asked cannot be done: `field` says where, `limit` what would do. Nothing was changed."""

    def __init__(self, code: str, status: int, *, field: str, limit: str, detail: str) -> None:
        super().__init__(detail)
        self.code = code
        self.status = status
        self.field = field
        self.limit = limit
        self.detail = detail


FIXED: Final[dict[Refusal, tuple[int, str, str, str]]] = {
    "unknown_item": (
        *(404, "item", "a code of GET /v1/reward-items"),
        "There is no such reward item.",
    ),
    "sold_out": (409, "item", "an item that is left", "All of this item are taken."),
    "needs_checkup": (
        *(409, "item", "a checkup attended in this fiscal year"),
        "At your age this item needs a checkup in this fiscal year; redeem it after the city has noted yours.",
    ),
    "account_missing": (
        *(422, "account", "the account's number in the municipal point system"),
        "Say which account of the municipal point system the points are for.",
    ),
    "account_not_needed": (
        *(422, "account", "left out"),
        "This item needs no account; what is not needed is not kept.",
    ),
    "idempotency_key_reused": (
        *(422, "Idempotency-Key", "one key for one redemption"),
        "This key came before with another request; send this one with a key of its own.",
    ),
    "confirmed_at_pickup": (
        *(409, "redemption_id", "a redemption that is not picked up"),
        "The staff confirm it when they hand the goods out; show them the pick-up code.",
    ),
    "already_confirmed": (
        *(409, "redemption_id", "a redemption that is held"),
        "The redemption is confirmed and cannot be cancelled any more.",
    ),
    "already_cancelled": (
        *(409, "redemption_id", "a redemption that is held"),
        "The redemption was cancelled and its points given back; redeem the item anew.",
    ),
    "hold_lapsed": (
        *(409, "redemption_id", "a redemption that is held"),
        "The time to confirm is over and the points are given back; redeem the item anew.",
    ),
}
"""Status, field, limit and detail of those that have no figures."""


def problem_of(obstacle: Obstacle) -> RewardProblem:
    """The obstacle as a problem report says it."""
    status, field, limit, detail = FIXED.get(obstacle.code) or _with_figures(obstacle)
    return RewardProblem(obstacle.code, status, field=field, limit=limit, detail=detail)


def _with_figures(obstacle: Obstacle) -> tuple[int, str, str, str]:
    match obstacle.code:
        case "not_offered":
            when = f"from {obstacle.from_day}" if obstacle.from_day else "an item that is offered"
            return 409, "item", when, f"This item is not offered now; {when}."
        case "too_young":
            return 409, "item", f"age {obstacle.limit} or more", "You are too young for this item."
        case "too_old":
            return 409, "item", f"age {obstacle.limit} or less", "You are too old for this item."
        case "too_few_points":
            missing = obstacle.missing_points
            return 409, "item", "a price within your points", f"You need {missing} more points."
        case "limit_reached":
            assert obstacle.span is not None, "a limit has its span"
            limit = f"{obstacle.limit} {SPANS[obstacle.span]}"
            again = f"again from {obstacle.from_day}" if obstacle.from_day else "not again"
            return 409, "item", limit, f"You have redeemed this item {limit}; {again}."
        case _:
            raise AssertionError(obstacle.code)
