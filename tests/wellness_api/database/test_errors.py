"""Which errors say that the server is gone, as the real server and the real driver raise them."""

import asyncio

import asyncpg
import pytest

from tests.town import Town
from wellness_api.database.errors import may_pass, server_is_gone


async def raised_by(
    connection: "asyncpg.Connection[asyncpg.Record]", statement: str, *args: object
) -> Exception:
    (error,) = await asyncio.gather(connection.execute(statement, *args), return_exceptions=True)
    assert isinstance(error, Exception)
    return error


@pytest.mark.parametrize(
    ("statement", "arguments"),
    [
        ("SELECT $1::integer", ("not a number",)),
        ("SELECT $1::integer", (2**63,)),
        ("SELECT $1::text", ("a\x00b",)),
        ("SELECT $1::integer", ()),
        ("SELECT $1::integer", (1, 2)),
        ("SELECT 1 / 0", ()),
        ("SELECT no_such_column", ()),
        ("INSERT INTO identity.resident (resident_id) VALUES (0)", ()),
    ],
)
async def test_an_error_of_what_was_asked_does_not_say_that_the_server_is_gone(
    town: Town, statement: str, arguments: tuple[object, ...]
) -> None:
    error = await raised_by(town.owner, statement, *arguments)
    assert not server_is_gone(error), repr(error)
    assert not may_pass(error), repr(error)


async def test_an_ended_session_says_that_the_server_is_gone_at_every_use(town: Town) -> None:
    connection = await asyncpg.connect(town.settings.database_url)
    await town.owner.execute("SELECT pg_terminate_backend($1)", connection.get_server_pid())
    for _ in range(3):
        assert server_is_gone(await raised_by(connection, "SELECT 1"))


async def test_a_closed_pool_and_a_read_only_server_say_so_too(town: Town) -> None:
    pool = asyncpg.create_pool(town.settings.database_url, min_size=1, max_size=1)
    async with pool, pool.acquire() as connection, connection.transaction(readonly=True):
        error = await raised_by(connection, "CREATE TABLE x ()")
        assert isinstance(error, asyncpg.ReadOnlySQLTransactionError)
        assert server_is_gone(error)
    with pytest.raises(asyncpg.InterfaceError) as closed:
        await pool.execute("SELECT 1")
    assert server_is_gone(closed.value)


async def test_waiting_too_long_for_a_connection_or_an_answer_says_so_too(town: Town) -> None:
    pool = asyncpg.create_pool(town.settings.database_url, min_size=1, max_size=1)
    async with pool, pool.acquire() as connection:
        with pytest.raises(TimeoutError) as no_place:
            await pool.acquire(timeout=0.01)
        with pytest.raises(TimeoutError) as no_answer:
            await connection.execute("SELECT pg_sleep(5)", timeout=0.01)
    assert server_is_gone(no_place.value)
    assert server_is_gone(no_answer.value)


@pytest.mark.parametrize("kind", [OSError, TimeoutError, FileNotFoundError, ConnectionResetError])
def test_an_operating_systems_error_of_anything_else_is_the_items_own(kind: type[OSError]) -> None:
    with pytest.raises(kind) as raised:
        raise kind
    assert not server_is_gone(raised.value)


async def test_a_lock_that_somebody_holds_and_a_time_limit_may_pass(town: Town) -> None:
    other = await asyncpg.connect(town.settings.database_url)
    async with town.owner.transaction():
        await town.owner.execute("LOCK TABLE health.upload")
        await other.execute("SET lock_timeout = '20ms'")
        assert may_pass(await raised_by(other, "SELECT FROM health.upload"))
    await other.execute("SET statement_timeout = '20ms'")
    assert may_pass(await raised_by(other, "SELECT pg_sleep(5)"))
    await other.close()


async def test_a_full_server_and_a_missing_one_are_gone_and_a_wrong_password_is_not() -> None:
    assert server_is_gone(asyncpg.TooManyConnectionsError("sorry, too many clients already"))
    with pytest.raises(ConnectionRefusedError) as refused:
        await asyncpg.connect("postgresql://127.0.0.1:1/nowhere")
    assert server_is_gone(refused.value)
    assert not server_is_gone(asyncpg.InvalidPasswordError("no"))
    assert not server_is_gone(asyncpg.ClientConfigurationError("no such option"))
