"""The wallet: what can be spent, what is on its way, and each movement with its reason in both languages."""

from datetime import timedelta

import pytest

from tests.town import LATE_WINDOW_DAYS, NOON, Person, Town, steps
from wellness_api.residents.view.entries import SEEN_AS

TODAY = NOON.date()

MOVES = {
    "held": ("wallet", "held", -1),
    "released": ("held", "wallet", 1),
    "redeemed": ("held", "redeemed", -1),
    "donated": ("held", "donated", -1),
    "refunded": ("redeemed", "wallet", 1),
    "expired": ("wallet", "expired", -1),
}


@pytest.fixture
async def hanako(town: Town) -> Person:
    """Someone with five points to spend."""
    await town.put_in_force()
    hanako = await town.resident()
    await town.upload(hanako, steps([100] * 100))
    await town.settle()
    town.clock.advance(timedelta(days=LATE_WINDOW_DAYS + 1))
    await town.worker.turn_day()
    return hanako


async def move(town: Town, person: Person, debit: str, credit: str) -> None:
    await town.owner.execute(
        "SELECT rewards.append_transfer($1, $2, $3, $4, $5, 1, 8, '{}')",
        *(person.principal_id, town.clock(), TODAY, debit, credit),
    )


async def test_a_new_resident_has_nothing_and_nothing_on_the_way(town: Town) -> None:
    wallet = (await town.get("/v1/me/wallet", await town.resident())).json
    assert wallet == {
        "balance": 0,
        "pending": 0,
        "next_spendable": None,
        "held": 0,
        "owed": 0,
        "expiring": None,
        "programme": None,
    }


async def test_the_wallet_says_what_is_set_aside(town: Town, hanako: Person) -> None:
    await move(town, hanako, "wallet", "held")
    wallet = (await town.get("/v1/me/wallet", hanako)).json
    assert (wallet["balance"], wallet["held"], wallet["pending"]) == (4, 1, 0)


@pytest.mark.parametrize("kind", MOVES)
async def test_every_movement_has_its_kind_its_sign_and_a_reason_in_both_languages(
    town: Town, hanako: Person, kind: str
) -> None:
    debit, credit, points = MOVES[kind]
    if debit != "wallet":
        await move(town, hanako, "wallet", "held")
    if debit == "redeemed":
        await move(town, hanako, "held", "redeemed")
    await move(town, hanako, debit, credit)
    newest = (await town.get("/v1/me/wallet/entries", hanako)).json["items"][0]
    assert (newest["kind"], newest["points"]) == (kind, points)
    assert newest["account"] == ("held" if debit == "held" and points < 0 else "wallet")
    assert newest["reason"]["ja"]
    assert newest["reason"]["en"]
    assert (newest["programme"], newest["version"], newest["rule"]) == (None, None, None)


async def test_points_that_became_spendable_say_since_when(town: Town, hanako: Person) -> None:
    spendable, award = (await town.get("/v1/me/wallet/entries", hanako)).json["items"]
    assert (award["kind"], award["account"], award["points"]) == ("award", "pending", 5)
    assert (spendable["kind"], spendable["account"], spendable["points"]) == (
        "spendable",
        "wallet",
        5,
    )
    assert spendable["reason"] == {
        "ja": "12月3日(木)から使えるポイント",
        "en": "Ready to use from 3 Dec",
    }


async def test_the_page_knows_every_move_that_the_database_allows(town: Town) -> None:
    definition = await town.owner.fetchval(
        "SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conname = 'transfer_accounts'"
    )
    allowed = [
        (debit, credit)
        for debit in (
            "budget",
            "pending",
            "wallet",
            "owed",
            "held",
            "redeemed",
            "donated",
            "expired",
        )
        for credit in (
            "budget",
            "pending",
            "wallet",
            "owed",
            "held",
            "redeemed",
            "donated",
            "expired",
        )
        if await town.owner.fetchval(
            f"SELECT {definition.removeprefix('CHECK ')}"
            f" FROM (SELECT '{debit}'::text AS debit_account, '{credit}'::text AS credit_account) AS move"
        )
    ]
    city_only = {("budget", "donated")}
    assert set(allowed) - city_only == SEEN_AS.keys()
