"""Ledgers of before: chained and balanced, and with what groups gave, when the schema is brought up to date."""

from datetime import date

import asyncpg
from alembic import command
from alembic.config import Config
from sqlalchemy import Connection
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

from tests.conftest import Servers
from wellness_api.database.migrate import MIGRATIONS, migrate
from wellness_api.rewards.proof.verify import verify_ledger

BEFORE_THE_CHAIN = "0004"
BEFORE_GROUP_AWARDS = "0008"
BEFORE_OWED_CAME_FIRST = "0009"
BEFORE_WHAT_LAPSED_WAS_KEPT = "0018"

UNCHAINED_TRANSFERS = """
INSERT INTO rewards.transfer
    (resident_id, programme, version, rule, period_start, debit_account, credit_account, amount, facts)
VALUES
    (7, 'yokohama', 1, 'walk', '2026-04-01', 'budget', 'wallet', 5, '{"steps": 10000, "points": 5, "points_before": 0}'),
    (9, 'yokohama', 1, 'walk', '2026-04-01', 'budget', 'wallet', 1, '{"steps": 2000, "points": 1, "points_before": 0}'),
    (7, 'yokohama', 1, 'walk', '2026-04-02', 'budget', 'wallet', 2, '{"steps": 4000, "points": 2, "points_before": 0}'),
    (9, 'yokohama', 1, 'walk', '2026-04-01', 'wallet', 'budget', 1, '{"steps": 0, "points": 0, "points_before": 1}'),
    (9, 'yokohama', 1, 'walk', '2026-04-01', 'owed', 'budget', 3, '{"steps": 0, "points": 0, "points_before": 3}');
INSERT INTO rewards.wallet VALUES (7, 7, 0, now()), (9, 0, 3, now());
"""


def _upgrade(connection: Connection, revision: str) -> None:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["connection"] = connection
    command.upgrade(config, revision)
    connection.commit()


PAIRED_TRANSFERS = """
INSERT INTO rewards.transfer
    (resident_id, transfer_id, posted_at, programme, version, rule, period_start, period_end, debit_account, credit_account,
    amount, spendable_from, expires_on, facts, hash)
VALUES
    (7, 1, now(), 'city', 1, 'walk', '2026-04-06', '2026-04-06', 'budget', 'pending', 5, '2026-04-21', 'infinity',
        '{"steps": 10000, "points": 5, "points_before": 0}', ''),
    (7, 2, now(), 'city', 1, 'pair', '2026-04-06', '2026-04-12', 'budget', 'pending', 20, '2026-04-27', 'infinity',
        '{"own_days": 4, "team_days": 10, "members": 2, "points": 20, "points_before": 0}', ''),
    (9, 1, now(), 'city', 1, 'pair', '2026-04-06', '2026-04-12', 'budget', 'pending', 20, '2026-04-27', 'infinity',
        '{"own_days": 6, "team_days": 10, "members": 2, "points": 20, "points_before": 0}', ''),
    (9, 2, now(), 'city', 1, 'pair', '2026-04-06', '2026-04-12', 'pending', 'budget', 20, '2026-04-27', 'infinity',
        '{"points": 0, "points_before": 20}', ''),
    (0, 1, now(), 'city', 1, 'all', '2026-04-06', '2026-04-12', 'budget', 'donated', 1000, null, null,
        '{"participants": 9, "total": 99}', '');
"""


OWED_BESIDE_POINTS = """
INSERT INTO rewards.transfer
    (resident_id, transfer_id, posted_at, programme, version, rule, period_start, period_end, debit_account, credit_account,
    amount, spendable_from, expires_on, facts, hash)
VALUES
    (7, 1, now(), 'city', 1, 'walk', '2026-04-06', '2026-04-06', 'budget', 'wallet', 5, null, 'infinity', '{}', ''),
    (7, 2, now(), 'city', 1, 'walk', '2026-04-06', '2026-04-06', 'owed', 'budget', 3, null, null, '{}', ''),
    (8, 1, now(), 'city', 1, 'walk', '2026-04-06', '2026-04-06', 'budget', 'wallet', 2, null, 'infinity', '{}', ''),
    (8, 2, now(), 'city', 1, 'walk', '2026-04-06', '2026-04-06', 'owed', 'budget', 6, null, null, '{}', ''),
    (9, 1, now(), 'city', 1, 'walk', '2026-04-06', '2026-04-06', 'budget', 'wallet', 4, null, 'infinity', '{}', '');
INSERT INTO rewards.wallet (resident_id, balance, owed, updated_at) VALUES (7, 5, 3, now()), (8, 2, 6, now()), (9, 4, 0, now());
INSERT INTO rewards.expiring_points VALUES (7, 'infinity', 5), (8, 'infinity', 2), (9, 'infinity', 4);
"""

CHAIN_ALL = """
DO $$
DECLARE
    one rewards.transfer;
    head bytea;
BEGIN
    FOR one IN SELECT * FROM rewards.transfer ORDER BY resident_id, transfer_id LOOP
        SELECT chain_head INTO head FROM rewards.wallet WHERE resident_id = one.resident_id;
        head := sha256(head || convert_to(rewards.transfer_line(one), 'UTF8'));
        UPDATE rewards.transfer SET hash = head WHERE resident_id = one.resident_id AND transfer_id = one.transfer_id;
        UPDATE rewards.wallet SET chain_head = head, last_transfer_id = one.transfer_id WHERE resident_id = one.resident_id;
    END LOOP;
END $$;
"""

LAPSED = """
INSERT INTO rewards.transfer
    (resident_id, transfer_id, posted_at, programme, version, rule, period_start, period_end, debit_account, credit_account,
    amount, spendable_from, expires_on, facts, hash)
VALUES
    (7, 1, now(), 'city', 1, 'walk', '2026-03-28', '2026-03-28', 'budget', 'wallet', 5, null, '2026-03-31', '{}', ''),
    (7, 2, now(), null, null, null, '2026-03-31', '2026-03-31', 'wallet', 'expired', 4, null, null, '{}', ''),
    (7, 3, now(), 'city', 1, 'walk', '2026-03-28', '2026-03-28', 'wallet', 'budget', 1, null, '2026-03-31', '{}', '');
INSERT INTO rewards.wallet (resident_id, balance, owed, updated_at) VALUES (7, 0, 0, now());
INSERT INTO rewards.expiring_points VALUES (7, '2026-03-31', 4);
INSERT INTO rewards.partner VALUES ('market', '市場', 'Market', 'by_sum');
INSERT INTO rewards.settlement (partner, from_day, to_day, made_at) VALUES ('market', '2026-03-01', '2026-03-31', now());
"""


async def database_of(servers: Servers, revision: str, transfers: str) -> str:
    """A database as it was at the revision, with a few transfers."""
    name = f"at_{revision}"
    owner = await asyncpg.connect(servers.postgres_url)
    await owner.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
    await owner.execute(f"CREATE DATABASE {name}")
    await owner.close()
    url = servers.database(name)
    _, _, rest = url.partition("://")
    engine = create_async_engine(f"postgresql+asyncpg://{rest}", poolclass=NullPool)
    async with engine.connect() as connection:
        await connection.run_sync(_upgrade, revision)
    await engine.dispose()
    owner = await asyncpg.connect(url)
    await owner.execute(transfers)
    await owner.close()
    return url


async def test_old_transfers_are_chained_and_nobody_loses_a_point(servers: Servers) -> None:
    url = await database_of(servers, BEFORE_THE_CHAIN, UNCHAINED_TRANSFERS)
    await migrate(url)
    connection = await asyncpg.connect(url)
    async with connection.transaction():
        verification = await verify_ledger(connection, on_step=lambda *_: None)
    assert (verification.residents, verification.balances, verification.chains) == (2, [], [])
    wallets = await connection.fetch(
        "SELECT resident_id, balance, owed, pending, last_transfer_id FROM rewards.wallet ORDER BY 1"
    )
    assert [tuple(row) for row in wallets] == [(7, 7, 0, 0, 2), (9, 0, 3, 0, 3)]
    rows = await connection.fetch("SELECT DISTINCT expires_on FROM rewards.expiring_points")
    assert [row["expires_on"] for row in rows] == [date.max], "old points never lapse"
    await connection.close()


async def test_what_groups_gave_before_is_known_afterwards(servers: Servers) -> None:
    url = await database_of(servers, BEFORE_GROUP_AWARDS, PAIRED_TRANSFERS)
    await migrate(url)
    connection = await asyncpg.connect(url)
    rows = await connection.fetch(
        "SELECT resident_id, rule, period_start, period_end, points, facts FROM rewards.group_award ORDER BY 1"
    )
    week = date(2026, 4, 6), date(2026, 4, 12)
    assert [tuple(row) for row in rows] == [
        (7, "pair", *week, 20, '{"members": 2, "own_days": 4, "team_days": 10}'),
        (9, "pair", *week, 0, '{"members": 2, "own_days": 6, "team_days": 10}'),
    ]
    await connection.close()


async def test_points_that_stood_beside_a_debt_have_paid_it(servers: Servers) -> None:
    url = await database_of(servers, BEFORE_OWED_CAME_FIRST, OWED_BESIDE_POINTS + CHAIN_ALL)
    await migrate(url)
    connection = await asyncpg.connect(url)
    async with connection.transaction():
        verification = await verify_ledger(connection, on_step=lambda *_: None)
    assert (verification.residents, verification.balances, verification.chains) == (3, [], [])
    wallets = await connection.fetch(
        "SELECT resident_id, balance, owed, last_transfer_id FROM rewards.wallet ORDER BY 1"
    )
    assert [tuple(row) for row in wallets] == [(7, 2, 0, 3), (8, 0, 4, 3), (9, 4, 0, 1)]
    rows = await connection.fetch(
        "SELECT resident_id, amount FROM rewards.transfer"
        " WHERE (debit_account, credit_account) = ('wallet', 'owed') ORDER BY 1"
    )
    assert [tuple(row) for row in rows] == [(7, 3), (8, 2)]
    await connection.close()


async def test_what_had_lapsed_before_is_known_by_its_last_day_afterwards(servers: Servers) -> None:
    url = await database_of(servers, BEFORE_WHAT_LAPSED_WAS_KEPT, LAPSED + CHAIN_ALL)
    await migrate(url)
    connection = await asyncpg.connect(url)
    # As the worker keeps it of these transfers.
    await connection.execute("INSERT INTO rewards.programme_total VALUES ('city', 1, 4, 1, now())")
    async with connection.transaction():
        verification = await verify_ledger(connection, on_step=lambda *_: None)
    assert verification.is_sound, "a settlement of nothing is gone too"
    (lot,) = await connection.fetch(
        "SELECT expires_on, credited, lapsed FROM rewards.expiring_points"
    )
    assert tuple(lot) == (date(2026, 3, 31), 4, 4)
    await connection.close()
