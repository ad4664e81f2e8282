"""A ledger of before the chain is numbered, chained and balanced when the schema is brought up to date."""

from datetime import date

import asyncpg
import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import Connection
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

from tests.conftest import Servers
from wellness_api.database.migrate import MIGRATIONS, migrate
from wellness_api.proof.verify import verify_ledger

BEFORE = "0004"

OLD_TRANSFERS = """
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


@pytest.fixture
async def old_url(servers: Servers) -> str:
    """A database as it was before, with a few transfers."""
    owner = await asyncpg.connect(servers.postgres_url)
    await owner.execute("DROP DATABASE IF EXISTS before_the_chain WITH (FORCE)")
    await owner.execute("CREATE DATABASE before_the_chain")
    await owner.close()
    url = servers.database("before_the_chain")
    _, _, rest = url.partition("://")
    engine = create_async_engine(f"postgresql+asyncpg://{rest}", poolclass=NullPool)
    async with engine.connect() as connection:
        await connection.run_sync(_upgrade, BEFORE)
    await engine.dispose()
    owner = await asyncpg.connect(url)
    await owner.execute(OLD_TRANSFERS)
    await owner.close()
    return url


async def test_old_transfers_are_chained_and_nobody_loses_a_point(old_url: str) -> None:
    await migrate(old_url)
    connection = await asyncpg.connect(old_url)
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
