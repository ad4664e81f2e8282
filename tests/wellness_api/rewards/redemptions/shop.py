"""Reward items of a small shop, and residents who have points to spend."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from tests.town import Answer, Person, Town
from wellness_api.health.samples.local_days import local_date
from wellness_api.rewards.ledger.differences import Difference, post_differences

MARKET = {"partner": "furano-market", "name": {"ja": "フラノ市場", "en": "Furano market"}}
CITY_POINTS = {"partner": "city-points", "name": {"ja": "市ポイント", "en": "City points"}}

EXTRAS: dict[str, dict[str, Any]] = {
    "voucher_code": {"partner": MARKET, "worth": 500},
    "shop_points": {"partner": MARKET, "worth": 500},
    "municipal_points": {"partner": CITY_POINTS, "worth": 100},
    "donation": {"partner": MARKET, "worth": 50},
    "draw_entry": {"draw": "autumn"},
    "pickup_goods": {"place": {"ja": "市役所1階", "en": "City hall"}},
}


def item(kind: str, **changes: Any) -> dict[str, Any]:
    """A version 1 of an unlimited item (vouchers: of codes) for 100 points."""
    return {
        "item": kind.replace("_", "-"),
        "version": 1,
        "kind": kind,
        "name": {"ja": f"品物 {kind}", "en": f"Item {kind}"},
        "description": {"ja": "説明", "en": "About it"},
        "price_points": 100,
        "is_unlimited": kind != "voucher_code",
        "hold_hours": 48,
        "offered_from": "2026-04-01",
        **EXTRAS[kind],
    } | changes


async def offer(town: Town, kind: str, *, codes: Sequence[str] = (), **changes: Any) -> str:
    """Lets the officer add the item, with codes if there are any; returns its code."""
    officer = await town.staff("programme_officer")
    new = item(kind, **changes)
    added = await town.call("POST", "/v1/catalogue/items", json=new, headers=officer.headers)
    assert added.status == 201, added.json
    if codes:
        stocked = await add_codes(town, officer, new["item"], codes)
        assert stocked.json == {"added": len(codes)}
    code: str = new["item"]
    return code


async def add_codes(town: Town, officer: Person, code: str, codes: Sequence[str]) -> Answer:
    return await town.call(
        "POST",
        f"/v1/catalogue/items/{code}/codes",
        data="\n".join(codes).encode(),
        headers=officer.headers | {"Content-Type": "text/csv"},
    )


async def set_stock(town: Town, code: str, units: int) -> Answer:
    officer = await town.staff("programme_officer")
    return await town.call(
        "PUT",
        f"/v1/catalogue/items/{code}/stock",
        json={"units_total": units},
        headers=officer.headers,
    )


async def give_points(
    town: Town, *people: Person, points: int, expires_on: date = date(2027, 3, 31)
) -> None:
    """An award that can be spent at once, in the name of the Yokohama preset."""
    today = local_date(town.clock(), town.settings.time_zone)
    async with town.owner.transaction():
        await post_differences(
            town.owner,
            [
                Difference(
                    resident_id=person.principal_id,
                    programme="yokohama",
                    version=1,
                    rule="walk",
                    period_start=today,
                    period_end=today,
                    spendable_from=today,
                    expires_on=expires_on,
                    points=points,
                    facts={"points": points, "points_before": 0},
                )
                for person in people
            ],
            now=town.clock(),
            today=today,
        )


async def rich_resident(town: Town, *, points: int = 1_000, **about: Any) -> Person:
    person = await town.resident(**about)
    await give_points(town, person, points=points)
    return person


async def redeem(
    town: Town, person: Person, code: str, *, key: str | None = None, **more: Any
) -> Answer:
    return await town.call(
        "POST",
        "/v1/me/redemptions",
        json={"item": code, **more},
        headers=person.headers | {"Idempotency-Key": key or f"redeem-{next(town.keys):08}"},
    )


async def end(town: Town, person: Person, redemption_id: int, ending: str) -> Answer:
    return await town.call(
        "POST", f"/v1/me/redemptions/{redemption_id}/{ending}", headers=person.headers
    )


async def purse(town: Town, person: Person) -> tuple[int, int]:
    """What the wallet has: to spend, and held."""
    row = await town.owner.fetchrow(
        "SELECT balance, held FROM rewards.wallet WHERE resident_id = $1", person.principal_id
    )
    assert row is not None
    return tuple(row)


async def assert_books_balance(town: Town) -> None:
    """Each wallet is what its transfers lead to, and nobody's chain is broken."""
    differing = await town.owner.fetch("""
        SELECT resident_id FROM rewards.wallet JOIN (
            SELECT resident_id,
                sum(CASE 'wallet' WHEN credit_account THEN amount WHEN debit_account THEN -amount ELSE 0 END) AS balance,
                sum(CASE 'held' WHEN credit_account THEN amount WHEN debit_account THEN -amount ELSE 0 END) AS held,
                max(transfer_id) AS last_id, count(*) AS transfers
            FROM rewards.transfer GROUP BY resident_id
        ) AS led USING (resident_id)
        WHERE (wallet.balance, wallet.held, wallet.last_transfer_id, transfers)
            IS DISTINCT FROM (led.balance, led.held, led.last_id, led.last_id)
    """)
    assert differing == []
    broken = await town.owner.fetch("""
        SELECT resident_id FROM (
            SELECT transfer, resident_id, hash,
                lag(hash, 1, '') OVER (PARTITION BY resident_id ORDER BY transfer_id) AS before
            FROM rewards.transfer
        ) AS chained
        WHERE hash <> sha256(before || convert_to(rewards.transfer_line(transfer), 'UTF8'))
    """)
    assert broken == []
