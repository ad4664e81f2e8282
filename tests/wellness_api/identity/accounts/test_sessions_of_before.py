"""Codes and sessions of a database from before go on through the migration."""

from datetime import UTC, datetime, timedelta

import asyncpg

from tests.conftest import Servers
from tests.town import Town, open_town
from tests.wellness_api.database.test_ledger_migration import database_of
from tests.wellness_api.identity.accounts.test_sign_in import refusal, sign_in
from wellness_api.database.migrate import migrate
from wellness_api.identity.accounts.secrets import digest_of, digest_of_code
from wellness_api.process.settings import Settings

BEFORE = "0009"
PEOPLE = """
INSERT INTO identity.principal (role, display_name)
VALUES ('resident', '花子'), ('health_staff', '担当'), ('resident', '太郎');
INSERT INTO identity.resident (resident_id, birth_year, sex, zone, time_zone)
VALUES (1, 1950, 'female', 'chuo', 'Asia/Tokyo'), (3, 1950, 'male', 'chuo', 'Asia/Tokyo');
"""


async def an_old_city(servers: Servers) -> str:
    """Hanako (1) has an old and a newer code, both unused; Taro (3) has used his; two sessions, one of staff."""
    url = await database_of(servers, BEFORE, PEOPLE)
    owner = await asyncpg.connect(url)
    now = datetime.now(UTC)
    await owner.executemany(
        "INSERT INTO identity.sign_in_code VALUES ($1, $2, $3, $4)",
        [
            (digest_of_code("HANA-KOOO-OLDE"), 1, 1, now + timedelta(days=3)),
            (digest_of_code("HANA-KOOO-NEWE"), 1, 1, now + timedelta(days=20)),
            (digest_of_code("TARO-USED-UPPP"), 3, 0, now + timedelta(days=20)),
            (digest_of_code("STAF-FOVE-RRRR"), 2, 1, now - timedelta(days=1)),
        ],
    )
    await owner.executemany(
        "INSERT INTO identity.session VALUES ($1, $2, $3)",
        [
            (digest_of("hanakos-token"), 1, now + timedelta(hours=5)),
            (digest_of("staffs-token"), 2, now + timedelta(days=9)),
        ],
    )
    await owner.close()
    await migrate(url)
    return url


async def who_am_i(town: Town, token: str) -> int:
    headers = {"Authorization": f"Bearer {token}"}
    return (await town.call("GET", "/v1/me", headers=headers)).status


async def test_codes_and_sessions_of_before_go_on(servers: Servers) -> None:
    settings = Settings(database_url=await an_old_city(servers), redis_url=servers.redis_url)
    async with open_town(settings) as town:
        town.clock.now = datetime.now(UTC)
        assert refusal(await sign_in(town, "HANA-KOOO-OLDE")) == (401, "code_replaced")
        assert refusal(await sign_in(town, "TARO-USED-UPPP")) == (401, "wrong_code")
        assert refusal(await sign_in(town, "STAF-FOVE-RRRR")) == (401, "wrong_code")
        town.clock.advance(timedelta(hours=4))
        assert await who_am_i(town, "hanakos-token") == 200
        assert await who_am_i(town, "staffs-token") == 200
        town.clock.advance(timedelta(days=100))
        assert (await sign_in(town, "HANA-KOOO-NEWE")).status == 201
        assert await who_am_i(town, "hanakos-token") == 200
        assert await who_am_i(town, "staffs-token") == 401


async def test_the_cookie_of_before_is_read_for_sessions_of_before_and_renamed(
    servers: Servers,
) -> None:
    settings = Settings(
        database_url=await an_old_city(servers), redis_url=servers.redis_url, secure_cookies=True
    )
    async with open_town(settings) as town:
        town.clock.now = datetime.now(UTC)
        old = {"Cookie": "wellness_session=hanakos-token"}
        answer = await town.call("GET", "/v1/me", headers=old)
        assert answer.status == 200
        new = next(
            cookie for cookie in answer.headers.getall("Set-Cookie") if cookie.startswith("__Host-")
        )
        assert new.startswith("__Host-wellness_session=hanakos-token;")
        assert "Secure" in new

        signed_in = (await sign_in(town, "HANA-KOOO-NEWE")).json["token"]
        planted = {"Cookie": f"wellness_session={signed_in}"}
        assert (await town.call("GET", "/v1/me", headers=planted)).status == 401
        named = {"Cookie": f"__Host-wellness_session={signed_in}"}
        assert (await town.call("GET", "/v1/me", headers=named)).status == 200
