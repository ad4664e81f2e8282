"""One official draw of a purpose and its days: no second one beside it, and one in the place of a void one."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.town import NOON, Person, Town
from tests.wellness_api.rewards.draws.draws import (
    AFTER_CLOSING,
    CODE,
    LOTTERY,
    draw_at,
    make_draw,
    own,
    published,
    walk,
)

TODAY = NOON.date()
AFTER_LAST_DAY = datetime(2026, 12, 26, 3, 0, tzinfo=UTC)

AGAIN: dict[str, Any] = {
    "code": "autumn_again",
    "in_place_of": CODE,
    "closes_on": "2026-12-28",
    "draws_on": "2027-01-05",
}
AGAIN_CLOSED = datetime(2026, 12, 29, 3, 0, tzinfo=UTC)
AGAIN_DRAWN = datetime(2027, 1, 5, 3, 0, tzinfo=UTC)


@pytest.fixture
async def officer(town: Town) -> Person:
    """Who has made a draw with a lottery's number."""
    await town.put_in_force()
    officer = await town.staff("programme_officer")
    assert (await make_draw(town, officer, **LOTTERY)).status == 201
    return officer


async def let_it_be_void(town: Town) -> None:
    await draw_at(town, AFTER_CLOSING)
    await draw_at(town, AFTER_LAST_DAY)
    assert (await published(town))["voided_at"] is not None


async def test_a_programme_has_one_draw_of_a_purpose_for_the_same_days(
    town: Town, officer: Person
) -> None:
    for changes, status in [
        ({"code": "second"}, 409),
        ({"code": "longer", "entries_from": "2026-10-01", "entries_to": "2026-12-14"}, 409),
        ({"code": "a_day", "entries_from": "2026-11-30", "entries_to": "2026-11-30"}, 409),
        ({"code": "other_purpose", "purpose": "spring"}, 201),
        ({"code": "other_days", "entries_from": "2026-12-01", "entries_to": "2026-12-14"}, 201),
    ]:
        made = await make_draw(town, officer, **changes)
        assert made.status == status, made.json
        if status == 409:
            assert made.json["type"] == "urn:wellness:draw_purpose_taken"
            assert CODE in made.json["detail"]


async def test_of_several_that_are_made_at_once_one_is_the_official_one(town: Town) -> None:
    await town.put_in_force()
    officer = await town.staff("programme_officer")
    made = await asyncio.gather(
        *(make_draw(town, officer, code=f"draw_{number}") for number in range(6))
    )
    assert sorted(answer.status for answer in made) == [201, *[409] * 5]
    (kept,) = (await town.get("/v1/draws")).json["items"]
    assert [answer.json["code"] for answer in made if answer.status == 201] == [kept["code"]]
    assert {answer.json["type"] for answer in made if answer.status == 409} == {
        "urn:wellness:draw_purpose_taken"
    }


@pytest.mark.parametrize(
    "changes",
    [
        {"entries_to": "2026-11-29"},
        {"points_per_entry": 1},
        {"entries_per_person_max": 1},
        {"purpose": "spring"},
        {"in_place_of": "nothing"},
    ],
)
async def test_a_void_draws_place_is_taken_by_one_of_the_same_entries_alone(
    town: Town, officer: Person, changes: dict[str, Any]
) -> None:
    await let_it_be_void(town)
    refused = await make_draw(town, officer, **AGAIN | changes)
    assert (refused.status, refused.json["type"]) == (409, "urn:wellness:draw_not_void")


async def test_a_draw_that_is_not_void_keeps_its_place(town: Town, officer: Person) -> None:
    await draw_at(town, AFTER_CLOSING)
    refused = await make_draw(town, officer, **AGAIN)
    assert refused.json["type"] == "urn:wellness:draw_purpose_taken"


async def test_a_void_draws_place_is_taken_once(town: Town, officer: Person) -> None:
    await walk(town, await town.resident(), 2, day=TODAY)
    await let_it_be_void(town)
    made = await make_draw(town, officer, **AGAIN)
    assert (made.status, made.json["in_place_of"]) == (201, CODE)
    second = await make_draw(town, officer, **AGAIN | {"code": "once_more"})
    assert second.json["type"] == "urn:wellness:draw_purpose_taken"
    await draw_at(town, AGAIN_CLOSED)
    await draw_at(town, AGAIN_DRAWN)
    assert len((await published(town, "autumn_again"))["winners"]) == 1
    assert (await published(town))["winners"] == []


async def test_what_was_bought_for_a_void_draw_counts_for_the_one_that_takes_its_place(
    town: Town, officer: Person
) -> None:
    buyer = await town.resident()
    await town.owner.execute(
        "INSERT INTO rewards.reward_item (item, version, kind, name, description,"
        " price_points, draw, is_unlimited, offered_from, hold_hours, added_at)"
        """ VALUES ('entry', 1, 'draw_entry', '{"ja": "応募"}', '{"ja": "応募"}', 10,"""
        " $1, true, '2026-11-01', 1, $2)",
        *(CODE, NOON),
    )
    await town.owner.execute(
        "INSERT INTO rewards.redemption (resident_id, redemption_id, idempotency_key, content_digest, item, version,"
        " points, state, day, begun_at, held_until, ended_at, confirmed_on)"
        " VALUES ($1, 1, gen_random_uuid(), gen_random_uuid(), 'entry', 1, 10, 'confirmed', $2, $3, $3, $3, $2)",
        *(buyer.principal_id, TODAY, NOON),
    )
    await let_it_be_void(town)
    assert (await make_draw(town, officer, **AGAIN)).status == 201
    await draw_at(town, AGAIN_CLOSED)
    assert (await published(town, "autumn_again"))["entries_count"] == 1


async def test_residents_read_that_a_draw_is_void_for_half_a_year(
    town: Town, officer: Person
) -> None:
    hanako = await town.resident()
    await walk(town, hanako, 2, day=TODAY)
    await let_it_be_void(town)
    mine = await own(town, hanako)
    assert (mine["state"], mine["entries"], mine["prizes_won"]) == ("void", 1, None)
    town.clock.advance(timedelta(days=181))
    assert (await town.get("/v1/me/draws", hanako)).json["items"] == []
