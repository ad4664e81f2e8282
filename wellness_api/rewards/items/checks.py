"""Checks an item before it is stored."""

from collections.abc import Iterator
from typing import Final, NamedTuple

from wellness_api.rewards.items.problems import InvalidItem
from wellness_api.rewards.items.shapes import NewItem

PARTNER_NEEDED: Final = frozenset({"shop_points", "municipal_points", "donation"})
TEXT_LENGTH_MAX: Final = 400
"""In characters, in each language; a longer text is refused with 422."""


class Wrong(NamedTuple):
    """One fault of an item."""

    field: str
    limit: str
    detail: str


def check_item(new: NewItem) -> None:
    """Raises InvalidItem for the first fault."""
    for wrong in _wrong_with(new):
        raise InvalidItem(*wrong)


def _wrong_with(new: NewItem) -> Iterator[Wrong]:
    kind = new.kind
    if kind in PARTNER_NEEDED and new.partner is None:
        yield Wrong("partner", "a code and a name", f"{kind} needs the partner it is settled with.")
    if kind in PARTNER_NEEDED and new.worth is None:
        yield Wrong("worth", "yen, or the partner's points", f"{kind} needs what one is worth.")
    if (kind == "pickup_goods") != (new.place is not None):
        yield Wrong("place", "a place for pickup_goods alone", "Say where the goods are picked up.")
    if (kind == "draw_entry") != (new.draw is not None):
        yield Wrong("draw", "a draw's code for draw_entry alone", "Say which draw the entry is to.")
    if kind == "voucher_code" and new.is_unlimited:
        yield Wrong("is_unlimited", "false", "Vouchers are as many as their codes.")
    yield from _wrong_ranges(new)
    yield from _wrong_texts(new)


def _wrong_ranges(new: NewItem) -> Iterator[Wrong]:
    if new.offered_to is not None and new.offered_to < new.offered_from:
        yield Wrong("offered_to", "offered_from or later", "The last day is before the first.")
    if new.age_min is not None and new.age_max is not None and new.age_max < new.age_min:
        yield Wrong("age_max", "age_min or more", "Nobody is of that age.")
    if new.checkup_ages is not None and new.checkup_ages.max < new.checkup_ages.min:
        yield Wrong("checkup_ages.max", "checkup_ages.min or more", "Nobody is of that age.")


def _wrong_texts(new: NewItem) -> Iterator[Wrong]:
    for field in ("name", "description", "place"):
        text = getattr(new, field)
        if text is not None and not all(
            0 < len(words.strip()) <= TEXT_LENGTH_MAX for words in text.values()
        ):
            yield Wrong(
                field,
                f"1 to {TEXT_LENGTH_MAX} letters in each language",
                "A text is empty or too long.",
            )
