"""What is missing for the next point: kept by the worker, told in one statement, and right at any moment."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import msgspec
import pytest

from points.presets import preset_text
from points.programme import read_programme
from tests.statements import statements_sent
from tests.town import NOON, Person, Town, local_morning, steps
from wellness_api.rewards.awards import next_awards

DAY = timedelta(days=1)
MIDNIGHT = local_morning(NOON.date()) + timedelta(hours=18)


@pytest.fixture
async def hanako(town: Town) -> Person:
    await town.put_in_force()
    return await town.resident()


async def next_point(town: Town, person: Person) -> dict[str, Any] | None:
    answer = await town.get("/v1/me/today", person)
    assert answer.status == 200
    told: dict[str, Any] | None = answer.json["next_point"]
    return told


@contextmanager
def nobody_works_it_out(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    def at_a_look(*_: object) -> None:
        raise AssertionError("the engine is asked by the worker alone")

    with monkeypatch.context() as patched:
        patched.setattr(next_awards, "nearest_awards", at_a_look)
        yield


async def test_a_view_is_one_statement_and_none_of_the_engine(
    town: Town, hanako: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    await town.upload(hanako, steps([100] * 25))
    await town.settle()
    await town.get("/v1/me/today", hanako)  # Whose session is known from now on.
    with nobody_works_it_out(monkeypatch), statements_sent() as sent:
        assert await next_point(town, hanako) == {"steps_needed": 1_500, "points": 1}
    assert len(sent) == 1
    with statements_sent() as sent:
        wallet = await town.get("/v1/me/wallet", hanako)
    assert wallet.json["programme"]["code"] == "yokohama"
    assert len(sent) == 1
    with statements_sent() as sent:
        await town.get("/v1/me/wallet/entries", hanako)
    assert len(sent) == 2, "the entries and the programmes that gave them"


async def test_it_follows_each_day_that_is_counted(town: Town, hanako: Person) -> None:
    for hour, (minutes, missing) in enumerate([(5, 1_500), (14, 100), (2, 1_900)]):
        start = local_morning(NOON.date()) + timedelta(hours=hour)
        await town.upload(hanako, steps([100] * minutes, start=start))
        await town.settle()
        assert await next_point(town, hanako) == {"steps_needed": missing, "points": 1}


async def test_it_begins_anew_at_midnight_also_for_who_walked_that_day(
    town: Town, hanako: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    await town.upload(hanako, steps([100] * 100))
    await town.settle()
    town.clock.now = MIDNIGHT - timedelta(seconds=1)
    assert await next_point(town, hanako) is None, "the day's ceiling is reached"
    town.clock.now = MIDNIGHT
    with nobody_works_it_out(monkeypatch):
        assert await next_point(town, hanako) == {"steps_needed": 2_000, "points": 1}


async def test_the_day_turn_renews_it_for_those_who_did_not_walk(
    town: Town, hanako: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(3):
        assert await town.worker.turn_day()
        town.clock.advance(DAY)
        with nobody_works_it_out(monkeypatch):
            assert await next_point(town, hanako) == {"steps_needed": 2_000, "points": 1}


async def test_a_turn_looks_at_nobody_twice(town: Town, hanako: Person) -> None:
    await town.upload(hanako, steps([100] * 25))
    await town.settle()
    await town.worker.turn_day()
    with statements_sent() as sent:
        await town.worker.turn_day()
    assert not any("INSERT INTO rewards.next_award" in text for text in sent)


async def test_before_the_worker_has_come_it_is_worked_out_for_who_looks(
    town: Town, hanako: Person
) -> None:
    await town.upload(hanako, steps([100] * 25))
    await town.settle()
    await town.owner.execute("DELETE FROM rewards.next_award")  # As right after an upgrade.
    assert await next_point(town, hanako) == {"steps_needed": 1_500, "points": 1}


async def test_a_new_programme_counts_from_its_first_moment_on(town: Town, hanako: Person) -> None:
    await town.upload(hanako, steps([100] * 25))
    await town.settle()
    walk = read_programme(preset_text("yokohama"))
    shorter = msgspec.structs.replace(walk.rules[0], steps_per_point=1_000)
    await town.put_in_force(msgspec.structs.replace(walk, code="stroll", rules=[shorter]))
    assert await next_point(town, hanako) == {"steps_needed": 500, "points": 1}


async def test_withdrawing_a_consent_that_a_programme_asks_for_ends_it_at_once(town: Town) -> None:
    programme = read_programme(preset_text("yokohama"))
    asks = msgspec.json.decode(msgspec.json.encode(programme))
    asks["eligibility"] = {"consents": ["research"]}
    await town.put_in_force(msgspec.convert(asks, type(programme)))
    hanako = await town.resident()

    async def say(*, given: bool) -> None:
        said = await town.call(
            "PUT",
            "/v1/me/consents/research",
            json={"given": given, "version": 1},
            headers=hanako.headers,
        )
        assert said.status == 200

    await town.worker.turn_day()
    assert await next_point(town, hanako) is None
    await say(given=True)
    assert await next_point(town, hanako) == {"steps_needed": 2_000, "points": 1}
    await town.worker.turn_day()
    assert await next_point(town, hanako) == {"steps_needed": 2_000, "points": 1}
    town.clock.advance(DAY)
    await say(given=False)
    town.clock.advance(DAY)
    assert await next_point(town, hanako) is None
