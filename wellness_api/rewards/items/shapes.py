"""Reward items as staff send and see them. Nothing in them names a resident or shows a voucher's code."""

from datetime import date, datetime
from typing import Annotated, Any, Final

import msgspec

from points.said import Text
from wellness_api.rewards.draws.definition import CODE_PATTERN
from wellness_api.rewards.redemptions.problems import LimitPeriod
from wellness_api.rewards.redemptions.shapes import ItemCode, Kind

ITEM_EXAMPLE: Final[dict[str, Any]] = {
    "item": "example-towel",
    "version": 1,
    "kind": "pickup_goods",
    "name": {"ja": "タオル", "en": "Towel"},
    "description": {"ja": "市のマークのタオルです。", "en": "A towel with the city's mark."},
    "price_points": 300,
    "place": {"ja": "市役所1階", "en": "City hall, ground floor"},
    "is_unlimited": False,
    "per_person": {"max": 1, "span": "fiscal_year"},
    "hold_hours": 336,
    "offered_from": "2026-04-01",
    "offered_to": "2027-03-31",
}


AGE_MAX = 130
"""In years; a higher one is refused with 422."""

UNITS_MAX = 1_000_000
"""A stock of more units is refused with 422."""

Age = Annotated[int, msgspec.Meta(ge=0, le=AGE_MAX)]
Points = Annotated[int, msgspec.Meta(ge=1, le=10_000_000)]


class Limit(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """How many of an item a person may redeem within a span, over all of its versions."""

    max: Annotated[int, msgspec.Meta(ge=1, le=1_000)]
    span: LimitPeriod


class Ages(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """From one age to another, both included, as reached in the calendar year."""

    min: Age
    max: Age


class Partner(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """A partner that a settlement pays or credits: a code of the city's own, and a name."""

    partner: ItemCode
    name: Text


class Terms(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """The terms of a version of an item, which never change within it.

    `worth`: what one redemption is worth to the partner, in yen or in the partner's own points. `partner`: needed by
    shop_points, municipal_points and donation. `place`: needed by pickup_goods. `draw`: needed by draw_entry, the
    draw's code; entries count until the draw closes, so offer the item no longer than that. `checkup_ages`: the ages
    that need a checkup in the fiscal year. `hold_hours`: how long a held redemption waits to be confirmed or picked up.
    """

    kind: Kind
    name: Text
    description: Text
    price_points: Points
    worth: Points | None = None
    partner: Partner | None = None
    place: Text | None = None
    draw: Annotated[str, msgspec.Meta(pattern=CODE_PATTERN)] | None = None
    is_unlimited: bool
    per_person: Limit | None = None
    age_min: Age | None = None
    age_max: Age | None = None
    checkup_ages: Ages | None = None
    hold_hours: Annotated[int, msgspec.Meta(ge=1, le=24 * 366)]


class NewItem(Terms, kw_only=True, forbid_unknown_fields=True):
    """A new version of an item. The first is 1, and each later one is one above the version before.

    A version is offered from its first day on; the version before it ends the day before.
    """

    item: ItemCode
    version: Annotated[int, msgspec.Meta(ge=1, le=10_000)]
    offered_from: date
    offered_to: date | None = None


class ItemVersion(NewItem, kw_only=True):
    """A stored version. `withdrawn_at`: since when it is no longer offered, whatever its days say."""

    added_at: datetime
    withdrawn_at: datetime | None


class CatalogueItem(msgspec.Struct, kw_only=True):
    """An item: its stock (null: unlimited), how often it was redeemed, and its versions, newest first."""

    item: str
    units_total: int | None
    units_left: int | None
    held: int
    confirmed: int
    cancelled: int
    lapsed: int
    points_redeemed: int
    versions: list[ItemVersion]


class ItemCatalogue(msgspec.Struct, kw_only=True):
    """A page of every item that was ever offered or will be, ordered by code; `next_cursor` leads to the next page."""

    items: list[CatalogueItem]
    next_cursor: str | None


class OfferDates(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """Other offer dates for an item's newest version."""

    offered_from: date
    offered_to: date | None = None


class Stock(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """The number of units in all, taken ones included."""

    units_total: Annotated[int, msgspec.Meta(ge=0, le=UNITS_MAX)]


class CodesAdded(msgspec.Struct, kw_only=True):
    """How many codes were added."""

    added: int


class Pickup(msgspec.Struct, kw_only=True):
    """Goods that wait at their place, or were just handed out. The city does not say whose they are."""

    redemption_id: int
    item: str
    name: Text
    place: Text
    begun_at: datetime
    held_until: datetime


class HandedOut(msgspec.Struct, kw_only=True):
    """Goods that were handed out: when, and by which member of staff; null when that was not stored yet."""

    redemption_id: int
    item: str
    name: Text
    handed_out_at: datetime
    handed_out_by: str | None


class Pickups(msgspec.Struct, kw_only=True):
    """The goods that wait, the oldest first; at most a few hundred.

    `handed_out`: what was handed out for the code, when nothing waits under it any more.
    """

    items: list[Pickup]
    handed_out: HandedOut | None = None


class HandedOver(HandedOut, kw_only=True):
    """The goods of a redemption may be handed out: it is confirmed, and its code is used up.

    `is_repeated`: the goods were handed out before, so they must not be handed out again.
    """

    is_repeated: bool
