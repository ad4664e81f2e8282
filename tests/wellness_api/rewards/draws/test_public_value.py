"""A draw's public value: of the form and the day that were announced, in time, and nobody's choice."""

import asyncio
import subprocess
import sys
from datetime import UTC, date, datetime, timedelta
from typing import Any

import asyncpg
import msgspec
import pytest

from tests.town import NOON, Person, Town
from tests.wellness_api.rewards.draws.draws import (
    AFTER_CLOSING,
    CODE,
    DAY_OF_DRAW,
    LOTTERY,
    VALUE_KNOWN,
    draw_at,
    enter_value,
    make_draw,
    published,
    walk,
)
from wellness_api.database.pool import open_pool
from wellness_api.rewards.draws import beacon
from wellness_api.rewards.draws.beacon import is_beacon, round_of
from wellness_api.rewards.draws.published import PublishedDraw
from wellness_api.rewards.draws.verify import faults_of

TODAY = NOON.date()
LAST_DAY = datetime(2026, 12, 25, 3, 0, tzinfo=UTC)
REFUSED = (409, "urn:wellness:public_value_refused")
WRONG = (422, "urn:wellness:public_value_wrong")

ROUND_1000 = (
    "b44679b9a59af2ec876b1a6b1ad52ea9b1615fc3982b19576350f93447cb1125"  # pragma: allowlist secret
    "e342b73a8dd2bacbe47e4b6b63ed5e39"  # pragma: allowlist secret
)
"""A real beacon of quicknet, of 23 August 2023."""


@pytest.fixture
async def officer(town: Town) -> Person:
    """Who has made a draw with a lottery's number, of one resident with an entry."""
    await town.put_in_force()
    officer = await town.staff("programme_officer")
    assert (await make_draw(town, officer, **LOTTERY)).status == 201
    await walk(town, await town.resident(), 2, day=TODAY)
    return officer


async def test_the_draw_waits_for_its_public_value(town: Town, officer: Person) -> None:
    assert await enter_value(town, officer, "0417") == REFUSED, "the list is not fixed yet"
    await draw_at(town, AFTER_CLOSING)
    assert await enter_value(town, officer, "0417") == REFUSED, "it cannot be known yet"
    await draw_at(town, DAY_OF_DRAW)
    assert (await published(town))["seed"] is None
    assert (await enter_value(town, officer, "0417"))[0] == 204
    assert (await enter_value(town, officer, "0417"))[0] == 204
    assert await enter_value(town, officer, "0418") == REFUSED, "the first stays"
    assert (await enter_value(town, officer, "数字"))[0] == 422
    await town.worker.draw()
    shown = await published(town)
    assert (shown["public_value"], len(shown["winners"])) == ("0417", 1)
    assert list(faults_of(msgspec.convert(shown, PublishedDraw))) == []


async def test_residents_are_told_which_value_their_draw_waits_for(town: Town) -> None:
    await town.put_in_force()
    hanako, officer = await town.resident(), await town.staff("programme_officer")
    beacon_of_day = LOTTERY["public_value_terms"] | {"kind": "drand", "digits": None}
    changes = {"code": "beacon", "purpose": "beacon", "public_value_terms": beacon_of_day}
    for each in (LOTTERY, LOTTERY | changes, {"code": "plain", "purpose": "plain"}):
        assert (await make_draw(town, officer, **each)).status == 201
    await walk(town, hanako, 2, day=TODAY)
    await draw_at(town, AFTER_CLOSING)
    town.clock.now = VALUE_KNOWN
    assert (await enter_value(town, officer, "0417"))[0] == 204
    told = {of["code"]: of for of in (await town.get("/v1/me/draws", hanako)).json["items"]}
    assert {code: (of["public_value"], of["public_value_round"]) for code, of in told.items()} == {
        CODE: ("0417", None),
        "beacon": (None, round_of(date(2026, 12, 19))),
        "plain": (None, None),
    }
    assert told["beacon"]["public_value_terms"] == beacon_of_day
    assert told["beacon"]["public_value_source"] == LOTTERY["public_value_source"]
    assert told["plain"]["public_value_terms"] is None


@pytest.mark.parametrize("value", ["417", "04170", "041a", "-417"])
async def test_a_value_of_another_form_than_its_source_gives_is_refused(
    town: Town, officer: Person, value: str
) -> None:
    await draw_at(town, AFTER_CLOSING)
    town.clock.now = VALUE_KNOWN
    assert await enter_value(town, officer, value) == WRONG
    assert (await published(town))["public_value"] is None


async def test_nobody_waits_for_a_value_that_they_like(town: Town, officer: Person) -> None:
    await draw_at(town, AFTER_CLOSING)
    await draw_at(town, LAST_DAY)
    assert (await published(town))["voided_at"] is None
    await draw_at(town, LAST_DAY + timedelta(days=1))
    shown = await published(town)
    assert (shown["void_reason"], shown["seed"], shown["winners"]) == ("no_value_in_time", None, [])
    assert await enter_value(town, officer, "0417") == REFUSED
    await draw_at(town, LAST_DAY + timedelta(days=2))
    assert await published(town) == shown


async def test_a_value_after_its_last_day_is_refused_also_while_no_worker_runs(
    town: Town, officer: Person
) -> None:
    await draw_at(town, AFTER_CLOSING)
    town.clock.now = LAST_DAY + timedelta(days=1)
    assert await enter_value(town, officer, "0417") == REFUSED
    await town.worker.draw()
    assert (await published(town))["void_reason"] == "no_value_in_time"


async def test_on_its_last_day_a_value_is_still_taken_and_the_draw_is_not_void(
    town: Town, officer: Person
) -> None:
    await draw_at(town, AFTER_CLOSING)
    town.clock.now = LAST_DAY
    assert (await enter_value(town, officer, "0417"))[0] == 204
    await draw_at(town, LAST_DAY + timedelta(days=1))
    shown = await published(town)
    assert (shown["voided_at"], len(shown["winners"])) == (None, 1)


async def test_a_list_that_is_fixed_when_the_value_is_public_makes_the_draw_void(
    town: Town, officer: Person
) -> None:
    town.clock.now = VALUE_KNOWN
    assert await enter_value(town, officer, "0417") == REFUSED
    await town.worker.draw()  # Which was away until now.
    assert await enter_value(town, officer, "0417") == REFUSED
    await draw_at(town, DAY_OF_DRAW + timedelta(days=1))
    assert (await published(town))["void_reason"] == "list_too_late"


async def test_of_a_value_and_a_voiding_at_once_one_holds(town: Town, officer: Person) -> None:
    await draw_at(town, AFTER_CLOSING)
    town.clock.now = LAST_DAY + timedelta(hours=14)  # The next day has begun in the city.
    async with town.worker_pool.acquire() as worker:
        entered, void = await asyncio.gather(
            town.owner.fetchval(
                "SELECT rewards.enter_public_value($1, '0417', $2, $3, 1)",
                *(CODE, LAST_DAY.date(), LAST_DAY),
            ),
            worker.fetchval(
                "SELECT rewards.void_draw($1, $2, $3)", CODE, date(2026, 12, 26), town.clock()
            ),
        )
    assert (entered, void) in [("entered", None), ("void", "no_value_in_time")]
    values = await town.owner.fetchval("SELECT count(*) FROM rewards.draw_public_value")
    voided = await town.owner.fetchval("SELECT count(*) FROM rewards.draw_void")
    assert values + voided == 1


async def test_a_draw_without_a_public_value_takes_none(town: Town) -> None:
    await town.put_in_force()
    officer = await town.staff("programme_officer")
    await make_draw(town, officer)
    assert await enter_value(town, officer, "1") == REFUSED


@pytest.mark.parametrize("role", ["wellness_api", "wellness_worker"])
async def test_no_process_can_enter_a_value_or_void_a_draw_by_another_way(
    town: Town, officer: Person, role: Any
) -> None:
    await draw_at(town, AFTER_CLOSING)
    assert town.settings.database_url is not None
    pool = await open_pool(town.settings.database_url, role=role, connections_max=1)
    for statement in (
        "INSERT INTO rewards.draw_public_value VALUES ('autumn', '1', now(), 1)",
        "INSERT INTO rewards.draw_void VALUES ('autumn', 'no_value_in_time', now())",
        "DELETE FROM rewards.draw_void",
        "UPDATE rewards.draw SET public_value_terms = NULL",
    ):
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await pool.fetch(statement)
    await pool.close()


# drand's beacons


def test_checking_a_beacon_leaves_recursion_as_bounded_as_it_was() -> None:
    """In a process of its own: a library is imported once."""
    check = f"""
import sys
from wellness_api.rewards.draws.beacon import is_beacon
before, set_limit = sys.getrecursionlimit(), sys.setrecursionlimit
assert is_beacon("{ROUND_1000}", 1000)
assert (sys.getrecursionlimit(), sys.setrecursionlimit) == (before, set_limit)
"""
    ended = subprocess.run(
        [sys.executable, "-c", check], capture_output=True, text=True, check=False
    )
    assert ended.returncode == 0, ended.stderr


def test_a_real_beacon_is_known_by_its_signature_and_nothing_else_is() -> None:
    assert is_beacon(ROUND_1000, 1000)
    assert not is_beacon(ROUND_1000, 1001)
    assert not is_beacon(ROUND_1000.upper(), 1000)
    assert not is_beacon(ROUND_1000[:-1], 1000)
    assert not is_beacon("ff" * 48, 1000)
    assert not is_beacon("c0" + "00" * 47, 1000)  # The point at infinity.
    flipped = f"{int(ROUND_1000, 16) ^ (1 << 381):096x}"  # The other point of the same x.
    assert not is_beacon(flipped, 1000)


def test_a_days_round_is_the_first_at_noon_of_utc_or_after_it() -> None:
    for day in (date(2023, 8, 24), date(2026, 12, 19), date(2036, 2, 29)):
        noon = int(datetime(day.year, day.month, day.day, 12, tzinfo=UTC).timestamp())
        published_seconds = beacon.GENESIS_SECONDS + (round_of(day) - 1) * beacon.PERIOD_SECONDS
        assert noon <= published_seconds < noon + beacon.PERIOD_SECONDS


async def test_a_beacon_is_taken_only_with_the_signature_of_the_announced_round(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    await town.put_in_force()
    officer = await town.staff("programme_officer")
    terms = LOTTERY["public_value_terms"] | {"kind": "drand", "digits": None}
    made = await make_draw(town, officer, **LOTTERY | {"public_value_terms": terms})
    assert made.json["public_value_round"] == round_of(date(2026, 12, 19))
    await walk(town, await town.resident(), 2, day=TODAY)
    await draw_at(town, AFTER_CLOSING)
    town.clock.now = VALUE_KNOWN
    for wrong in ("0417", "ab" * 48, ROUND_1000):
        assert await enter_value(town, officer, wrong) == WRONG
    # The network's clock is set so that its round 1000 is that of the day.
    later = (round_of(date(2026, 12, 19)) - 1000) * beacon.PERIOD_SECONDS
    monkeypatch.setattr(beacon, "GENESIS_SECONDS", beacon.GENESIS_SECONDS + later)
    assert (await enter_value(town, officer, ROUND_1000))[0] == 204
    await draw_at(town, DAY_OF_DRAW)
    shown = await published(town)
    assert (shown["public_value"], shown["public_value_round"]) == (ROUND_1000, 1000)
    assert len(shown["winners"]) == 1
    assert list(faults_of(msgspec.convert(shown, PublishedDraw))) == []
