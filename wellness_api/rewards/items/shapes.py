"""What the staff say and see of reward items. Nothing of it names a resident or shows a voucher's code."""

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
    """From an age to an age, both included, as reached in the calendar year."""

    min: Age
    max: Age


class Partner(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """Who is paid or credited by a settlement: a code of the city's own, and a name."""

    partner: ItemCode
    name: Text


class Terms(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """What a version of an item says, and what never changes in it.

    `worth`: what one redemption is worth to the partner, in yen or in the partner's own points. `partner`: needed by
    shop_points, municipal_points and donation. `place`: by pickup_goods. `draw`: by draw_entry, the draw's code; entries
    count until it closes, so offer the item no longer than that. `checkup_ages`: whose ages need a checkup in the fiscal
    year. `hold_hours`: how long what is held waits to be confirmed or picked up.
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
    """A version of an item to be: the first is 1, and each is one above the one before.

    A version is offered from its first day on; the one before ends the day before.
    """

    item: ItemCode
    version: Annotated[int, msgspec.Meta(ge=1, le=10_000)]
    offered_from: date
    offered_to: date | None = None


class ItemVersion(NewItem, kw_only=True):
    """A version as it is kept. `withdrawn_at`: since when it is not offered any more, whatever its days say."""

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
    """A page of every item that was ever offered or will be, by code; `next_cursor` leads to those after it."""

    items: list[CatalogueItem]
    next_cursor: str | None


class OfferDates(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """Other offer dates for an item's newest version."""

    offered_from: date
    offered_to: date | None = None


class Stock(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """How many units there are in all, those that are taken included."""

    units_total: Annotated[int, msgspec.Meta(ge=0, le=UNITS_MAX)]


class CodesAdded(msgspec.Struct, kw_only=True):
    """How many codes were added."""

    added: int


class Pickup(msgspec.Struct, kw_only=True):
    """Goods that wait at their place, or were just handed out; of whom, the city does not say."""

    redemption_id: int
    item: str
    name: Text
    place: Text
    begun_at: datetime
    held_until: datetime


class HandedOut(msgspec.Struct, kw_only=True):
    """Goods that were handed out: when, and by which member of the staff, null when that was not noted yet."""

    redemption_id: int
    item: str
    name: Text
    handed_out_at: datetime
    handed_out_by: str | None


class Pickups(msgspec.Struct, kw_only=True):
    """What waits, the oldest first; at most a few hundred.

    `handed_out`: of a code that nothing waits under any more, what was handed out for it.
    """

    items: list[Pickup]
    handed_out: HandedOut | None = None


class HandedOver(HandedOut, kw_only=True):
    """The goods of a redemption may be handed out: it is confirmed, and its code is used up.

    `is_repeated`: they were handed out before, so they are not to be handed out again.
    """

    is_repeated: bool
