"""The catalogue's items: adds a version, changes offer dates, withdraws an item, and reads everything."""

from datetime import datetime
from typing import Final

import msgspec

from wellness_api.database.pool import Connection
from wellness_api.database.sql import read_named_sql, read_sql
from wellness_api.database.texts import in_table
from wellness_api.rewards.items.checks import check_item
from wellness_api.rewards.items.problems import InvalidItem, VersionExists
from wellness_api.rewards.items.shapes import (
    CatalogueItem,
    ItemCatalogue,
    ItemVersion,
    NewItem,
    OfferDates,
    Partner,
    Terms,
)
from wellness_api.rewards.redemptions.shapes import Kind

ADD_ITEM: Final = read_named_sql(__package__, "add_item")
ADD_PARTNER: Final = read_named_sql(__package__, "add_partner")
ITEMS: Final = read_sql(__package__, "items")
CHANGE_DATES: Final = "UPDATE rewards.reward_item SET offered_from = $3, offered_to = $4 WHERE item = $1 AND version = $2"
WITHDRAW: Final = (
    "UPDATE rewards.reward_item SET withdrawn_at = $2 WHERE item = $1 AND withdrawn_at IS NULL"
)


class NoSuchItem(Exception):
    """There is no item of that code."""


async def catalogue(connection: Connection, *, after: str, limit: int) -> ItemCatalogue:
    """At most `limit` items, ordered by code, after the code `after`."""
    rows = await connection.fetch(ITEMS, None, after, limit + 1)
    items = [msgspec.json.decode(row["described"], type=CatalogueItem) for row in rows[:limit]]
    return ItemCatalogue(items=items, next_cursor=items[-1].item if len(rows) > limit else None)


async def item_of(connection: Connection, item: str) -> CatalogueItem:
    """One item; raises NoSuchItem."""
    row = await connection.fetchrow(ITEMS, item, None, 1)
    if row is None:
        raise NoSuchItem
    return msgspec.json.decode(row["described"], type=CatalogueItem)


async def add_item(connection: Connection, new: NewItem, *, now: datetime) -> CatalogueItem:
    """Adds a version of an item, within a transaction. Adding the same version again changes nothing. Raises
    RewardRefused.
    """
    check_item(new)
    try:
        before = await item_of(connection, new.item)
    except NoSuchItem:
        versions: list[ItemVersion] = []
    else:
        versions = before.versions
        existing = next((version for version in versions if version.version == new.version), None)
        if existing is not None and _terms(existing) == _terms(new):
            return before
        if existing is None and versions[0].kind != new.kind:
            raise InvalidItem(
                "kind", versions[0].kind, "An item keeps its kind; give this one a code of its own."
            )
    if new.partner is not None:
        await _add_partner(connection, new.partner, new.kind)
    if await connection.fetchval(*ADD_ITEM(**_row(new), now=now)) is None:
        following = 1 + max((version.version for version in versions), default=0)
        raise VersionExists(new.item, following=following)
    return await item_of(connection, new.item)


async def change_dates(connection: Connection, item: str, dates: OfferDates) -> CatalogueItem:
    """Changes the offer dates of the newest version; raises NoSuchItem and RewardRefused."""
    newest = (await item_of(connection, item)).versions[0]
    if dates.offered_to is not None and dates.offered_to < dates.offered_from:
        raise InvalidItem(
            "offered_to", "offered_from or later", "The last day is before the first."
        )
    await connection.execute(
        CHANGE_DATES, item, newest.version, dates.offered_from, dates.offered_to
    )
    return await item_of(connection, item)


async def withdraw(connection: Connection, item: str, *, now: datetime) -> None:
    """Ends the offer of every version; raises NoSuchItem."""
    await item_of(connection, item)
    await connection.execute(WITHDRAW, item, now)


async def _add_partner(connection: Connection, partner: Partner, kind: Kind) -> None:
    form = "by_line" if kind == "municipal_points" else "by_sum"
    added = await connection.fetchval(
        *ADD_PARTNER(partner=partner.partner, name=in_table(partner.name), form=form)
    )
    if added is None:
        raise InvalidItem(
            "partner.partner",
            "another code",
            "A municipal point system is settled line by line and every other partner by sums; this code is of the"
            " other sort.",
        )


def _terms(version: NewItem) -> Terms:
    """The terms, which must not change within a version."""
    return msgspec.convert(
        {field: getattr(version, field) for field in Terms.__struct_fields__}, Terms
    )


def _row(new: NewItem) -> dict[str, object]:
    """The version as the arguments of add_item.sql."""
    limit, checkup = new.per_person, new.checkup_ages
    return {
        "item": new.item,
        "version": new.version,
        "kind": new.kind,
        "name": in_table(new.name),
        "description": in_table(new.description),
        "price_points": new.price_points,
        "worth": new.worth,
        "partner": new.partner and new.partner.partner,
        "place": new.place and in_table(new.place),
        "draw": new.draw,
        "is_unlimited": new.is_unlimited,
        "per_person_max": limit and limit.max,
        "per_person_span": limit and limit.span,
        "offered_from": new.offered_from,
        "offered_to": new.offered_to,
        "age_min": new.age_min,
        "age_max": new.age_max,
        "checkup_age_min": checkup and checkup.min,
        "checkup_age_max": checkup and checkup.max,
        "hold_hours": new.hold_hours,
    }
