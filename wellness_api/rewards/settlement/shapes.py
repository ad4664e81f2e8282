"""Settlements as the staff see them."""

from datetime import date, datetime
from typing import Literal

import msgspec

from points.said import Text

Form = Literal["by_sum", "by_line"]


class NewSettlement(
    msgspec.Struct,
    kw_only=True,
    forbid_unknown_fields=True,
    rename={"first_day": "from", "last_day": "to"},
):
    """The days to settle, both included; the last is over."""

    first_day: date
    last_day: date


class Sums(msgspec.Struct, kw_only=True):
    """How many redemptions, for how many of the residents' points, and what they are worth to the partner."""

    redemptions: int
    points: int
    worth: int


class Settlement(Sums, kw_only=True):
    """A settlement that was made. `number` names it to the partner."""

    number: int
    partner: str
    first_day: date
    last_day: date
    made_at: datetime


class SpanSums(Sums, kw_only=True):
    """What a span would come to if it were settled now.

    `settlement`: the number of the one that was made of exactly these days; the sums are then what it has.
    """

    partner: str
    first_day: date
    last_day: date
    settlement: int | None


class Unsettled(Sums, kw_only=True):
    """What the partner has not been told of yet, and on which days it was confirmed."""

    first_day: date
    last_day: date


class SettlementPage(msgspec.Struct, kw_only=True):
    """Settlements with one partner, newest first; `next_cursor` leads to the older ones."""

    items: list[Settlement]
    next_cursor: str | None


class PartnerAccount(msgspec.Struct, kw_only=True):
    """A partner, what is not settled yet, and the newest settlements."""

    partner: str
    name: Text
    form: Form
    unsettled: Unsettled | None
    made: SettlementPage


class PartnerAccounts(msgspec.Struct, kw_only=True):
    """A page of the partners, by code; `next_cursor` leads to those after it.

    `last_day_over`: the last day that can be settled; what was confirmed later is settled later.
    """

    last_day_over: date
    items: list[PartnerAccount]
    next_cursor: str | None


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """A redemption of a settlement. No account and no time where the resident was erased since."""

    redemption_id: int
    item: str
    version: int
    name: str
    points: int
    worth: int | None
    confirmed_on: date
    confirmed_at: datetime | None
    account: str | None
