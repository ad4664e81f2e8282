"""The definition of a draw."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Annotated, Any, Final, Literal

import msgspec

from points.programme import Programme
from points.said import Text
from wellness_api.rewards.draws.problems import InvalidDraw

DRAW_EXAMPLE: Final[dict[str, Any]] = {
    "code": "autumn_2036",
    "programme": "yokohama",
    "purpose": "quarterly_vouchers",
    "name": {"ja": "秋の抽選", "en": "Autumn draw"},
    "entries_from": "2036-10-01",
    "entries_to": "2036-12-31",
    "closes_on": "2037-01-14",
    "draws_on": "2037-01-20",
    "points_per_entry": 200,
    "prizes": [{"name": {"ja": "3,000円の商品券", "en": "a 3,000-yen voucher"}, "count": 10}],
    "public_value_source": {
        "ja": "2037年1月19日抽せんのナンバーズ4の当せん番号",
        "en": "the winning number of Numbers 4 of 19 January 2037",
    },
    "public_value_terms": {
        "kind": "digits",
        "digits": 4,
        "known_on": "2037-01-19",
        "last_day": "2037-01-26",
    },
    "claim": {
        "ja": "市役所の窓口で、この画面をお見せください。",
        "en": "Show this page at the counter of the city hall.",
    },
}
"""A draw like Yokohama's: an entry for every 200 points of a quarter. Its days have to lie in the future."""


CODE_PATTERN: Final = r"^[a-z][a-z0-9_]{0,31}$(?!\n)"
PRIZES_MAX: Final = 20
"""A draw of more kinds of prizes is refused with 422."""

WINNERS_MAX: Final = 10_000
"""A draw of more prizes in all is refused with 422."""

ENTRIES_PER_PERSON_MAX: Final = 1_000
"""The limit holds even when the draw has none of its own: the server, and everybody who checks the draw, hash the
entries one by one."""

LIST_OUT_DAYS_MIN: Final = 2
"""From the last day of entries to the draw: the list is fixed on the day after the last day of entries, and is public
for at least a day."""

LIST_BEFORE_VALUE_DAYS_MIN: Final = 2
"""From the last day of entries to the day on which the public value is known: the list is fixed on the day between."""

VALUE_WAITED_FOR_DAYS_MAX: Final = 31
"""From the day on which the public value is known to the last day on which it may be entered; a later day is refused."""

Count = Annotated[int, msgspec.Meta(ge=1, le=WINNERS_MAX)]


class Prize(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A kind of prize, and how many there are of it."""

    name: Text
    count: Count


class PublicValueTerms(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The form of a public value, and when it may be entered.

    `kind`: `drand`, the signature of the first beacon of drand's network quicknet at noon UTC of `known_on` or after
    it, which the server verifies; `digits`, so many `digits`, as a lottery's number; `characters`, any others.
    `known_on`: the day on which the source publishes the value; the list is fixed before it. `last_day`: the last day
    on which the value may be entered. Without a value by then the draw is void, so that nobody may wait for a value
    that they like.
    """

    kind: Literal["drand", "digits", "characters"]
    digits: Annotated[int, msgspec.Meta(ge=1, le=64)] | None = None
    known_on: date
    last_day: date


class NewDraw(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A draw to be made. It cannot be changed afterwards.

    `purpose`: what the draw is held for, in one word of your own. A programme has one draw of a purpose for the same
    days, so that nobody can hold two and keep the one that they like. `in_place_of`: the code of a void draw of the
    same purpose and entries that this draw replaces; entries that were bought for the void draw count here.
    `entries_from`, `entries_to`: awards of the programme for periods that end within these days make entries, one for
    every `points_per_entry` points earned; without it only bought entries count. `closes_on`: the last day for entries
    and for corrections of points. `draws_on`: the day of the draw, at least two days later. `one_prize_each`: nobody
    wins twice. `prizes`: the first prize first. `public_value_source`: a value that becomes public only after the list
    is fixed and is mixed into the draw, such as a lottery's winning number of a named day. `public_value_terms`: its
    form and its days. `claim`: what winners have to do.
    """

    code: Annotated[str, msgspec.Meta(pattern=CODE_PATTERN)]
    programme: Annotated[str, msgspec.Meta(pattern=CODE_PATTERN)]
    purpose: Annotated[str, msgspec.Meta(pattern=CODE_PATTERN)]
    in_place_of: Annotated[str, msgspec.Meta(pattern=CODE_PATTERN)] | None = None
    name: Text
    entries_from: date
    entries_to: date
    closes_on: date
    draws_on: date
    points_per_entry: Annotated[int, msgspec.Meta(ge=1, le=1_000_000)] | None = None
    entries_per_person_max: Annotated[int, msgspec.Meta(ge=1, le=ENTRIES_PER_PERSON_MAX)] = (
        ENTRIES_PER_PERSON_MAX
    )
    one_prize_each: bool = True
    prizes: Annotated[list[Prize], msgspec.Meta(min_length=1, max_length=PRIZES_MAX)]
    public_value_source: Text | None = None
    public_value_terms: PublicValueTerms | None = None
    claim: Text


def check_draw(draw: NewDraw, *, programmes: Sequence[Programme], today: date) -> None:
    """Raises InvalidDraw for a draw that could not be held as it is described."""
    if draw.programme not in {programme.code for programme in programmes}:
        raise InvalidDraw(
            "programme",
            limit="a code of GET /v1/programmes",
            detail=f"There is no programme {draw.programme}.",
        )
    if draw.entries_to < draw.entries_from:
        raise InvalidDraw(
            "entries_to",
            limit=f"{draw.entries_from} or later",
            detail="The days that make entries end before they begin.",
        )
    earliest = max(draw.entries_to, today)
    if draw.closes_on < earliest:
        raise InvalidDraw(
            "closes_on",
            limit=f"{earliest} or later",
            detail="The draw would close before its days are over, or before it is made.",
        )
    earliest = draw.closes_on + timedelta(days=LIST_OUT_DAYS_MIN)
    if draw.draws_on < earliest:
        raise InvalidDraw(
            "draws_on",
            limit=f"{earliest} or later",
            detail="The list of entries must stand for a day before the seed is revealed.",
        )
    _check_public_value(draw)
    if sum(prize.count for prize in draw.prizes) > WINNERS_MAX:
        raise InvalidDraw(
            "prizes",
            limit=f"at most {WINNERS_MAX} in all",
            detail="There are more prizes than one draw can have.",
        )


def _check_public_value(draw: NewDraw) -> None:
    terms = draw.public_value_terms
    if (terms is None) != (draw.public_value_source is None):
        raise InvalidDraw(
            "public_value_terms",
            limit="with public_value_source, and not without it",
            detail="Say both which value it is and when it may be entered, or neither.",
        )
    if terms is None:
        return
    if (terms.kind == "digits") != (terms.digits is not None):
        raise InvalidDraw(
            "public_value_terms.digits",
            limit="with the kind digits, and not without it",
            detail="Only of digits it is said how many.",
        )
    earliest = draw.closes_on + timedelta(days=LIST_BEFORE_VALUE_DAYS_MIN)
    if terms.known_on < earliest:
        raise InvalidDraw(
            "public_value_terms.known_on",
            limit=f"{earliest} or later",
            detail="The list of entries must be fixed before anybody can know the value.",
        )
    latest = terms.known_on + timedelta(days=VALUE_WAITED_FOR_DAYS_MAX)
    if not terms.known_on <= terms.last_day <= latest:
        raise InvalidDraw(
            "public_value_terms.last_day",
            limit=f"from {terms.known_on} to {latest}",
            detail="The value is entered once it is known, and soon.",
        )
