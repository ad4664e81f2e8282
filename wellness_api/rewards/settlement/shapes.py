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
    """The days to settle, both included; the last day has to be over."""

    first_day: date
    last_day: date


class Sums(msgspec.Struct, kw_only=True):
    """The number of redemptions, the residents' points for them, and what they are worth to the partner."""

    redemptions: int
    points: int
    worth: int


class Settlement(Sums, kw_only=True):
    """A settlement that was made. The partner knows it by `number`."""

    number: int
    partner: str
    first_day: date
    last_day: date
    made_at: datetime


class SpanSums(Sums, kw_only=True):
    """The sums of a span if it were settled now.

    `settlement`: the number of the settlement of exactly these days, if there is one; the sums are then its sums.
    """

    partner: str
    first_day: date
    last_day: date
    settlement: int | None


class Unsettled(Sums, kw_only=True):
    """What is in no settlement with the partner yet, and the days on which it was confirmed."""

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
    """A page of the partners, ordered by code; `next_cursor` leads to the next page.

    `last_day_over`: the last day that can be settled; redemptions confirmed later are settled later.
    """

    last_day_over: date
    items: list[PartnerAccount]
    next_cursor: str | None


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """A redemption of a settlement. It has no account and no time if the resident was erased since."""

    redemption_id: int
    item: str
    version: int
    name: str
    points: int
    worth: int | None
    confirmed_on: date
    confirmed_at: datetime | None
    account: str | None
