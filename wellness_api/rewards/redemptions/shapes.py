"""Reward items and redemptions as residents see them, and the requests that residents send."""

from datetime import datetime
from typing import Annotated, Literal

import msgspec

from points.said import Text
from wellness_api.process.codes import TYPED_BREAK, TYPED_LETTER, as_written
from wellness_api.rewards.redemptions.problems import Obstacle

Kind = Literal[
    "voucher_code", "shop_points", "municipal_points", "donation", "draw_entry", "pickup_goods"
]
State = Literal["held", "confirmed", "cancelled", "lapsed"]

ITEM_PATTERN = r"^[a-z][a-z0-9-]{1,39}$(?!\n)"
ACCOUNT_PATTERN = rf"^[{TYPED_LETTER}][{TYPED_LETTER}{TYPED_BREAK}]{{0,39}}$(?!\n)"

ItemCode = Annotated[str, msgspec.Meta(pattern=ITEM_PATTERN)]


class Offer(msgspec.Struct, kw_only=True):
    """A reward item that is offered now.

    `price_points`: the price of one. `is_left`: whether one is left. `obstacle`: why the resident may not redeem it
    now, null when they may. `needs_account`: whether a redemption names an account of the municipal point system.
    `place`: where goods are picked up, within `hold_hours`.
    """

    item: str
    version: int
    kind: Kind
    name: Text
    description: Text
    price_points: int
    is_left: bool
    needs_account: bool
    partner: Text | None
    place: Text | None
    hold_hours: int
    obstacle: Obstacle | None


class Offers(msgspec.Struct, kw_only=True):
    """The offers now, the cheapest first. `spendable_points`: the points that the resident can spend today."""

    spendable_points: int
    items: list[Offer]


class NewRedemption(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """Redeems one unit of an item.

    `account`: of the municipal point system, only for its points; width and spaces do not matter. `confirm`: true
    confirms at once, false holds the redemption until it is confirmed separately; goods are confirmed when they are
    picked up.
    """

    item: ItemCode
    account: Annotated[str, msgspec.Meta(pattern=ACCOUNT_PATTERN)] | None = None
    confirm: bool = True

    def __post_init__(self) -> None:
        """Stores an account as it stands on its card, however it was typed."""
        if self.account is not None:
            self.account = as_written(self.account)


class Redemption(msgspec.Struct, kw_only=True):
    """A redemption as its resident sees it.

    `held_until` and `pickup_code` are there while it is held; `voucher_code` is there once it is confirmed, at every
    request.
    """

    redemption_id: int
    item: str
    version: int
    kind: Kind
    name: Text
    partner: Text | None
    place: Text | None
    draw: str | None
    points: int
    state: State
    begun_at: datetime
    held_until: datetime | None
    ended_at: datetime | None
    account: str | None
    pickup_code: str | None
    voucher_code: str | None


class Redemptions(msgspec.Struct, kw_only=True):
    """A page of redemptions, newest first; `next_cursor` leads to the older ones."""

    items: list[Redemption]
    next_cursor: str | None


class Outcome(msgspec.Struct, kw_only=True):
    """What the database answers to a request about a redemption: either an obstacle or the redemption."""

    obstacle: Obstacle | None = None
    redemption: Redemption | None = None
    is_repeated: bool = False
