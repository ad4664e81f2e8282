"""The ledger is verified against itself: what somebody with all rights changed in it is found, and where."""

from datetime import timedelta

import pytest

from tests.town import LATE_WINDOW_DAYS, NOON, Person, Town, local_morning, steps
from tests.wellness_api.rewards.redemptions.shop import offer, redeem
from wellness_api.rewards.proof import verify as module
from wellness_api.rewards.proof.verify import BalanceDiffers, Verification, verify_ledger

TODAY = NOON.date()


async def verify(town: Town) -> Verification:
    async with town.owner.transaction():
        return await verify_ledger(town.owner, on_step=lambda *_: None)


async def walked(town: Town, person: Person) -> None:
    """Six days of points, one of them corrected: seven transfers, of which the first days' are spendable already."""
    for day in range(6):
        morning = local_morning(TODAY + timedelta(days=day))
        town.clock.now = morning + timedelta(hours=12)
        await town.upload(person, steps([100] * 60, start=morning))
        await town.settle()
    await town.upload(person, steps([None] * 30, start=morning, revision=1))
    await town.settle()


@pytest.fixture
async def city(town: Town) -> Town:
    await town.put_in_force()
    people = await town.residents(3)
    for person in people:
        await walked(town, person)
    town.clock.now = NOON + timedelta(days=LATE_WINDOW_DAYS + 3)
    await town.worker.turn_day()
    goods = await offer(town, "pickup_goods", price_points=3)
    for person in people:
        assert (await redeem(town, person, goods)).status == 201
    return town


async def somebody(town: Town) -> int:
    resident_id: int = await town.owner.fetchval("SELECT min(resident_id) + 1 FROM rewards.wallet")
    return resident_id


async def tamper(town: Town, statement: str) -> int:
    """Does as the owner of the database what the statement says, to one resident ($1), and says to whom."""
    resident_id = await somebody(town)
    done = await town.owner.execute(statement, resident_id)
    assert done.split()[-1] != "0", "something was changed"
    return resident_id


@pytest.mark.parametrize("residents_per_step", [1, 2, 500])
async def test_a_ledger_that_nobody_touched_is_as_its_transfers(
    city: Town, monkeypatch: pytest.MonkeyPatch, residents_per_step: int
) -> None:
    monkeypatch.setattr(module, "RESIDENTS_PER_STEP", residents_per_step)
    verification = await verify(city)
    assert (verification.balances, verification.chains) == ([], [])
    assert verification.is_sound
    assert verification.residents == 3
    wallets = await city.owner.fetch("SELECT pending, balance, held FROM rewards.wallet")
    assert [tuple(row) for row in wallets] == [(7, 6, 3)] * 3


@pytest.mark.parametrize("account", ["balance", "owed", "pending", "held"])
async def test_a_changed_balance_is_found(city: Town, account: str) -> None:
    # Whoever may do everything can do without the check that nobody has points and owes some.
    await city.owner.execute("ALTER TABLE rewards.wallet DROP CONSTRAINT wallet_has_or_owes")
    resident_id = await tamper(
        city, f"UPDATE rewards.wallet SET {account} = {account} + 5 WHERE resident_id = $1"
    )
    (difference,) = (await verify(city)).balances
    assert (difference.resident_id, difference.kept - difference.moved) == (resident_id, 5)
    assert difference.balance == ("wallet" if account == "balance" else account)


async def test_points_that_are_to_wait_less_long_are_found(city: Town) -> None:
    resident_id = await tamper(
        city,
        "UPDATE rewards.pending_points SET spendable_from = spendable_from - 1 WHERE resident_id = $1"
        " AND spendable_from = (SELECT min(spendable_from) FROM rewards.pending_points WHERE resident_id = $1)",
    )
    balances = (await verify(city)).balances
    first = TODAY + timedelta(days=LATE_WINDOW_DAYS + 4)
    assert [
        (balance.balance, balance.spendable_from, balance.kept, balance.moved)
        for balance in balances
    ] == [
        ("pending_points", first - timedelta(days=1), 3, 0),
        ("pending_points", first, 0, 3),
    ]
    assert {balance.resident_id for balance in balances} == {resident_id}


async def test_points_that_are_to_be_good_for_longer_are_found(city: Town) -> None:
    await tamper(
        city,
        "UPDATE rewards.expiring_points SET expires_on = '2030-03-31' WHERE resident_id = $1",
    )
    assert [balance.balance for balance in (await verify(city)).balances] == ["expiring_points"] * 2


async def test_points_that_are_to_have_lapsed_are_found(city: Town) -> None:
    await tamper(city, "UPDATE rewards.expiring_points SET lapsed = 1 WHERE resident_id = $1")
    assert [balance.balance for balance in (await verify(city)).balances] == ["lapsed_points"]


@pytest.mark.parametrize(
    ("change", "transfer_id"),
    [
        ("amount = 1", 2),
        ("facts = facts || '{\"steps\": 9000}'", 3),
        ("posted_at = posted_at - interval '1 microsecond'", 1),
        ("rule = 'stroll'", 4),
        ("period_start = period_start - 1", 4),
        ("expires_on = '2030-03-31'", 4),
        ("hash = sha256('x')", 5),
    ],
)
async def test_a_changed_transfer_is_found_also_when_the_wallet_was_made_to_fit(
    city: Town, change: str, transfer_id: int
) -> None:
    resident_id = await tamper(
        city,
        f"UPDATE rewards.transfer SET {change} WHERE resident_id = $1 AND transfer_id = {transfer_id}",
    )
    await make_fit(city)
    verification = await verify(city)
    assert verification.balances == []
    assert verification.chains == [(resident_id, transfer_id)]


async def test_a_changed_amount_is_found_by_the_balance_too(city: Town) -> None:
    resident_id = await tamper(
        city, "UPDATE rewards.transfer SET amount = 1 WHERE resident_id = $1 AND transfer_id = 2"
    )
    balances = (await verify(city)).balances
    assert {(balance.resident_id, balance.balance) for balance in balances} == {
        (resident_id, "pending"),
        (resident_id, "pending_points"),
    }
    assert isinstance(balances[0], BalanceDiffers)


@pytest.mark.parametrize(("transfer_id", "of"), [(1, "first"), (4, "middle"), (11, "last")])
async def test_a_deleted_transfer_is_found(city: Town, transfer_id: int, of: str) -> None:
    resident_id = await somebody(city)
    last = await city.owner.fetchval(
        "SELECT max(transfer_id) FROM rewards.transfer WHERE resident_id = $1", resident_id
    )
    assert last == 11
    await tamper(
        city,
        f"DELETE FROM rewards.transfer WHERE resident_id = $1 AND transfer_id = {transfer_id}",
    )
    await make_fit(city)
    verification = await verify(city)
    assert verification.balances == [], of
    assert verification.chains == [(resident_id, transfer_id)]


async def test_an_inserted_transfer_is_found_also_with_a_fitting_hash(city: Town) -> None:
    resident_id = await tamper(
        city,
        "INSERT INTO rewards.transfer SELECT (one).* FROM (SELECT jsonb_populate_record(transfer,"
        " '{\"transfer_id\": 12}') AS one FROM rewards.transfer WHERE resident_id = $1 AND transfer_id = 1) AS copy",
    )
    await city.owner.execute(
        "UPDATE rewards.transfer SET hash = sha256((SELECT chain_head FROM rewards.wallet WHERE resident_id = $1)"
        " || convert_to(rewards.transfer_line(transfer), 'UTF8')) WHERE resident_id = $1 AND transfer_id = 12",
        resident_id,
    )
    await make_fit(city)
    verification = await verify(city)
    assert verification.balances == []
    assert verification.chains == [(resident_id, 12)]


@pytest.mark.parametrize(
    "change", ["chain_head = sha256('x')", "chain_head = ''", "last_transfer_id = 12"]
)
async def test_a_changed_end_of_the_chain_is_found(city: Town, change: str) -> None:
    resident_id = await tamper(city, f"UPDATE rewards.wallet SET {change} WHERE resident_id = $1")
    ((broken, _),) = (await verify(city)).chains
    assert broken == resident_id


async def test_a_removed_wallet_is_found(city: Town) -> None:
    resident_id = await tamper(city, "DELETE FROM rewards.wallet WHERE resident_id = $1")
    verification = await verify(city)
    assert {balance.resident_id for balance in verification.balances} == {resident_id}
    assert verification.chains == [(resident_id, 1)]


async def test_a_whole_chain_made_anew_shows_in_the_fingerprint_only(city: Town) -> None:
    before = await verify(city)
    assert (await verify(city)).fingerprint == before.fingerprint
    resident_id = await tamper(
        city,
        "UPDATE rewards.transfer SET facts = facts || '{\"steps\": 9000}'"
        " WHERE resident_id = $1 AND transfer_id = 3",
    )
    await chain_anew(city, resident_id)
    after = await verify(city)
    assert (after.balances, after.chains) == ([], [])
    assert after.fingerprint != before.fingerprint


async def test_the_city_itself_may_have_transfers(city: Town) -> None:
    await city.owner.execute(
        "INSERT INTO rewards.wallet (resident_id, balance, owed, updated_at) VALUES (0, 0, 0, $1)",
        NOON,
    )
    assert (await verify(city)).residents == 4
    assert (await city.get("/readyz")).status == 200


async def make_fit(town: Town) -> None:
    """Brings everything that is kept to what the transfers say now, but not the chains."""
    await town.owner.execute(
        """
        UPDATE rewards.wallet SET (balance, pending, held, owed) = (
            SELECT coalesce(sum((credit_account = 'wallet')::int * amount - (debit_account = 'wallet')::int * amount), 0),
                coalesce(sum((credit_account = 'pending')::int * amount - (debit_account = 'pending')::int * amount), 0),
                coalesce(sum((credit_account = 'held')::int * amount - (debit_account = 'held')::int * amount), 0),
                coalesce(sum((debit_account = 'owed')::int * amount - (credit_account = 'owed')::int * amount), 0)
            FROM rewards.transfer WHERE transfer.resident_id = wallet.resident_id);
        DELETE FROM rewards.pending_points;
        INSERT INTO rewards.pending_points
        SELECT resident_id, spendable_from, expires_on, sum(CASE 'pending' WHEN credit_account THEN amount ELSE -amount END)
        FROM rewards.transfer WHERE spendable_from IS NOT NULL GROUP BY 1, 2, 3;
        DELETE FROM rewards.expiring_points;
        INSERT INTO rewards.expiring_points
        SELECT resident_id, expires_on, sum(CASE 'wallet' WHEN credit_account THEN amount ELSE -amount END)
        FROM rewards.transfer
        WHERE expires_on IS NOT NULL AND 'wallet' IN (debit_account, credit_account) GROUP BY 1, 2;
        """
    )


async def chain_anew(town: Town, resident_id: int) -> None:
    """What somebody could do who knows the code and may do everything in the database."""
    head = b""
    for transfer_id in range(1, 12):
        head = await town.owner.fetchval(
            "UPDATE rewards.transfer SET hash = sha256($3::bytea || convert_to(rewards.transfer_line(transfer), 'UTF8'))"
            " WHERE resident_id = $1 AND transfer_id = $2 RETURNING hash",
            resident_id,
            transfer_id,
            head,
        )
    await town.owner.execute(
        "UPDATE rewards.wallet SET chain_head = $2 WHERE resident_id = $1", resident_id, head
    )
