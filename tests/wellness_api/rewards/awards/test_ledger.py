"""The ledger: append-only, double entry, with the reason of each transfer; late data leads to corrections."""

from datetime import timedelta

import asyncpg
import msgspec
import pytest

from points.presets import preset_text
from points.programme import read_programme
from tests.town import LATE_WINDOW_DAYS, NOON, Town, local_morning, steps
from wellness_api.database.pool import Role, open_pool
from wellness_api.rewards.awards.programmes import ProgrammeVersionInForce, add_programme

TODAY = NOON.date()


async def transfers(town: Town) -> list[tuple[str, str, int]]:
    rows = await town.owner.fetch(
        "SELECT debit_account, credit_account, amount FROM rewards.transfer ORDER BY transfer_id"
    )
    return [tuple(row) for row in rows]


async def test_an_award_moves_points_from_the_budget_to_those_that_wait(town: Town) -> None:
    await town.put_in_force()
    hanako = await town.resident()
    await town.upload(hanako, steps([100] * 45))
    await town.settle()
    assert await transfers(town) == [("budget", "pending", 2)]
    (row,) = await town.owner.fetch(
        "SELECT posted_at, period_start, period_end, spendable_from FROM rewards.transfer"
    )
    assert tuple(row) == (NOON, TODAY, TODAY, TODAY + timedelta(days=LATE_WINDOW_DAYS + 1))


async def test_more_steps_later_post_the_difference_only(town: Town) -> None:
    await town.put_in_force()
    hanako = await town.resident()
    for minutes in (25, 45, 45, 80):
        await town.upload(hanako, steps([100] * minutes))
        await town.settle()
    assert await transfers(town) == [("budget", "pending", amount) for amount in (1, 1, 2)]


async def test_steps_taken_back_are_corrected_by_a_transfer_back(town: Town) -> None:
    await town.put_in_force()
    hanako = await town.resident()
    await town.upload(hanako, steps([100] * 45))
    await town.settle()
    await town.upload(hanako, steps([None] * 30, revision=1))
    await town.settle()
    assert await transfers(town) == [("budget", "pending", 2), ("pending", "budget", 2)]
    newest, oldest = (await town.get("/v1/me/wallet/entries", hanako)).json["items"]
    assert (newest["kind"], newest["points"]) == ("award_taken_back", -2)
    assert (oldest["kind"], oldest["points"]) == ("award", 2)
    assert newest["facts"] == {"steps": 1_500, "points": 0, "points_before": 2}
    assert "2ポイントから0ポイント" in newest["reason"]["ja"]
    assert "from 2 to 0 points" in newest["reason"]["en"]


async def test_each_transfer_names_its_rule_version_and_facts(town: Town) -> None:
    programme = await town.put_in_force()
    hanako = await town.resident()
    await town.upload(hanako, steps([100] * 45))
    await town.settle()
    (row,) = await town.owner.fetch("SELECT * FROM rewards.transfer")
    assert (row["programme"], row["version"], row["rule"]) == ("yokohama", 1, "walk")
    facts = msgspec.json.decode(row["facts"])
    rule = programme.rule(row["rule"])
    assert facts["steps"] // rule.steps_per_point == facts["points"] == row["amount"]


@pytest.mark.parametrize("role", ["wellness_api", "wellness_worker"])
@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE rewards.transfer SET amount = 1000",
        "DELETE FROM rewards.transfer",
        "TRUNCATE rewards.transfer",
    ],
)
async def test_no_process_may_change_or_remove_a_transfer(
    town: Town, role: Role, statement: str
) -> None:
    assert town.settings.database_url is not None
    pool = await open_pool(town.settings.database_url, role=role, connections_max=1)
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await pool.execute(statement)
    await pool.close()


@pytest.mark.parametrize(
    ("debit", "credit", "amount"),
    [
        ("budget", "wallet", 0),
        ("budget", "wallet", -5),
        ("wallet", "wallet", 5),
        ("bank", "wallet", 5),
        ("budget", "redeemed", 5),
        ("wallet", "redeemed", 5),
        ("expired", "wallet", 5),
        ("budget", "pending", 5),
    ],
    ids=[
        "of no points",
        "of fewer than none",
        "to where it comes from",
        "from an account that there is not",
        "past the resident",
        "past what is held",
        "of points that lapsed",
        "to wait until no day",
    ],
)
async def test_the_database_refuses_what_is_no_transfer(
    town: Town, debit: str, credit: str, amount: int
) -> None:
    with pytest.raises(asyncpg.CheckViolationError):
        await town.owner.execute(
            "INSERT INTO rewards.transfer (resident_id, transfer_id, posted_at, programme, version, rule, period_start,"
            " period_end, debit_account, credit_account, amount, expires_on, facts, hash)"
            " VALUES (1, 1, $4, 'yokohama', 1, 'walk', $5, $5, $1, $2, $3, $5, '{}', '')",
            debit,
            credit,
            amount,
            NOON,
            TODAY,
        )


async def test_what_waits_is_always_the_sum_of_its_transfers(town: Town) -> None:
    await town.put_in_force()
    for person in await town.residents(3):
        await town.upload(person, steps([100] * 70))
        await town.settle()
        await town.upload(person, steps([10] * 40, revision=1))
        await town.settle()
    rows = await town.owner.fetch(
        "SELECT pending, balance, owed, (SELECT sum(CASE 'pending' WHEN credit_account THEN amount"
        " WHEN debit_account THEN -amount ELSE 0 END) FROM rewards.transfer"
        " WHERE transfer.resident_id = wallet.resident_id) AS total FROM rewards.wallet"
    )
    assert [tuple(row) for row in rows] == [(1, 0, 0, 1)] * 3


async def test_late_data_counts_within_the_window_and_the_day_is_frozen_after_it(
    town: Town,
) -> None:
    await town.put_in_force()
    hanako = await town.resident()
    await town.upload(hanako, steps([100] * 25))
    await town.settle()
    town.clock.advance(timedelta(days=LATE_WINDOW_DAYS))
    await town.upload(hanako, steps([100] * 45))
    await town.settle()
    assert [points for *_, points in await town.awards()] == [2]
    town.clock.advance(timedelta(days=1))
    await town.upload(hanako, steps([None] * 45, revision=1))
    await town.upload(hanako, steps([100] * 90, source="watch:found-again"))
    await town.settle()
    assert [points for *_, points in await town.awards()] == [2]
    summary = await town.owner.fetchval("SELECT value FROM health.day_summary WHERE figure = 1")
    assert summary == 9_000, "the resident sees what was measured all the same"


async def test_days_outside_of_the_programme_earn_nothing(town: Town) -> None:
    preset = read_programme(preset_text("yokohama"))
    await town.put_in_force(msgspec.structs.replace(preset, in_force_from=TODAY))
    hanako = await town.resident()
    await town.upload(
        hanako, steps([100] * 45, start=local_morning(TODAY - timedelta(days=1))), steps([100] * 25)
    )
    await town.settle()
    assert [(day, points) for *_, day, points in await town.awards()] == [(TODAY, 1)]


async def test_a_new_version_takes_over_on_its_first_day_and_the_old_keeps_its_own(
    town: Town,
) -> None:
    first = await town.put_in_force()
    generous = msgspec.structs.replace(
        first,
        version=2,
        in_force_from=TODAY,
        rules=[msgspec.structs.replace(first.rules[0], steps_per_point=1_000)],
    )
    await town.put_in_force(generous)
    hanako = await town.resident()
    yesterday = TODAY - timedelta(days=1)
    await town.upload(hanako, steps([100] * 45, start=local_morning(yesterday)), steps([100] * 45))
    await town.settle()
    assert [(day, points) for *_, day, points in await town.awards()] == [
        (yesterday, 2),
        (TODAY, 4),
    ]


async def test_a_version_in_force_is_never_changed(town: Town) -> None:
    first = await town.put_in_force()
    with pytest.raises(ProgrammeVersionInForce, match="version 2"):
        await add_programme(town.owner, msgspec.structs.replace(first, late_window_days=3))


async def test_points_of_a_rule_that_a_new_version_dropped_are_taken_back_with_a_reason(
    town: Town,
) -> None:
    first = await town.put_in_force()
    hanako = await town.resident()
    await town.upload(hanako, steps([100] * 45))
    await town.settle()
    renamed = [msgspec.structs.replace(first.rules[0], code="stroll", steps_per_point=1_000)]
    await town.put_in_force(
        msgspec.structs.replace(first, version=2, in_force_from=TODAY, rules=renamed)
    )
    await town.upload(hanako, steps([100] * 46))
    await town.settle()
    entries = (await town.get("/v1/me/wallet/entries", hanako)).json["items"]
    assert [(entry["rule"], entry["points"]) for entry in entries] == [
        ("walk", -2),
        ("stroll", 4),
        ("walk", 2),
    ]
    assert "2,000 steps" in entries[0]["reason"]["en"]
