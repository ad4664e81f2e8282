"""A draw from its making to the prize in hand: who has which entries, who knows what when, and what is refused."""

import asyncio
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256
from typing import Any

import asyncpg
import msgspec
import pytest

from tests.town import NOON, Town
from tests.wellness_api.rewards.draws.draws import (
    AFTER_CLOSING,
    CODE,
    DAY_OF_DRAW,
    LOTTERY,
    draw_at,
    make_draw,
    own,
    published,
    walk,
)
from wellness_api.database.pool import open_pool
from wellness_api.rewards.draws.published import PublishedDraw
from wellness_api.rewards.draws.verify import faults_of

TODAY = NOON.date()


async def test_the_commitment_is_public_at_once_and_the_seed_is_not(town: Town) -> None:
    await town.put_in_force()
    made = await make_draw(town, await town.staff("programme_officer"))
    assert made.status == 201, made.json
    (listed,) = (await town.get("/v1/draws")).json["items"]
    assert listed == made.json
    assert len(listed["commitment"]) == 64
    assert listed["seed"] is None
    shown = await published(town)
    assert (shown["entrants"], shown["winners"]) == ([], [])


async def test_points_of_the_days_make_entries_and_the_way_to_the_next_is_shown(
    town: Town,
) -> None:
    await town.put_in_force()
    hanako, taro = await town.residents(2)
    await make_draw(town, await town.staff("programme_officer"))
    await walk(town, hanako, 5, day=TODAY)
    await walk(town, hanako, 5, day=date(2026, 10, 31))  # The day before the draw's first.
    mine = await own(town, hanako)
    assert (mine["state"], mine["points_earned"], mine["entries"]) == ("open", 5, 2)
    assert mine["points_to_next_entry"] == 1
    assert mine["prizes_won"] is None
    theirs = await own(town, taro)
    assert (theirs["entries"], theirs["points_to_next_entry"]) == (0, 2)


async def test_residents_see_a_draw_from_a_month_before_until_half_a_year_after(
    town: Town,
) -> None:
    await town.put_in_force()
    hanako = await town.resident()
    officer = await town.staff("programme_officer")
    await make_draw(
        town,
        officer,
        entries_from="2026-12-19",
        entries_to="2026-12-31",
        closes_on="2026-12-31",
        draws_on="2027-01-05",
    )

    async def shown() -> int:
        return len((await town.get("/v1/me/draws", hanako)).json["items"])

    assert await shown() == 0
    town.clock.advance(timedelta(days=1))
    assert await shown() == 1
    await draw_at(town, datetime(2027, 1, 1, 3, 0, tzinfo=UTC))
    await draw_at(town, datetime(2027, 1, 5, 3, 0, tzinfo=UTC))
    town.clock.advance(timedelta(days=179))
    assert await shown() == 1
    town.clock.advance(timedelta(days=1))
    assert await shown() == 0


async def test_nobody_has_more_entries_than_the_draw_allows(town: Town) -> None:
    await town.put_in_force()
    hanako = await town.resident()
    await make_draw(town, await town.staff("programme_officer"), entries_per_person_max=2)
    await walk(town, hanako, 5, day=TODAY)
    await walk(town, hanako, 5, day=TODAY - timedelta(days=1))
    mine = await own(town, hanako)
    assert (mine["points_earned"], mine["entries"], mine["points_to_next_entry"]) == (10, 2, None)


async def test_late_days_and_corrections_change_entries_until_the_list_is_fixed(
    town: Town,
) -> None:
    await town.put_in_force()
    hanako = await town.resident()
    officer = await town.staff("programme_officer")
    await make_draw(town, officer, closes_on="2026-11-30", draws_on="2026-12-05")
    await walk(town, hanako, 5, day=TODAY)
    assert (await own(town, hanako))["entries"] == 2
    town.clock.advance(timedelta(days=10))
    await walk(town, hanako, 5, day=TODAY + timedelta(days=1))
    assert (await own(town, hanako))["entries"] == 5
    await walk(town, hanako, 1, day=TODAY, revision=1)
    assert (await own(town, hanako))["points_earned"] == 6
    assert (await own(town, hanako))["entries"] == 3

    await draw_at(town, datetime(2026, 12, 1, 3, 0, tzinfo=UTC))
    fixed = await published(town)
    assert (fixed["entrants_count"], fixed["entries_count"]) == (1, 3)
    await walk(town, hanako, 5, day=date(2026, 11, 29))
    mine = await own(town, hanako)
    assert (mine["points_earned"], mine["entries"]) == (11, 3)
    await town.worker.draw()
    assert await published(town) == fixed


async def test_the_list_is_out_before_the_seed_and_residents_find_themselves_in_it(
    town: Town,
) -> None:
    await town.put_in_force()
    hanako, taro, jiro = await town.residents(3)
    await make_draw(town, await town.staff("programme_officer"))
    await walk(town, hanako, 5, day=TODAY)
    await walk(town, taro, 3, day=TODAY)
    await walk(town, jiro, 1, day=TODAY)
    await draw_at(town, AFTER_CLOSING)
    shown = await published(town)
    assert shown["seed"] is None
    assert shown["winners"] == []
    text = "".join(f"{line}\n" for line in shown["entrants"])
    assert sha256(text.encode()).hexdigest() == shown["list_digest"]
    mine, theirs, none = [await own(town, person) for person in (hanako, taro, jiro)]
    assert sorted(shown["entrants"]) == sorted([f"{mine['person']} 2", f"{theirs['person']} 1"])
    assert (none["person"], none["entries"], none["state"]) == (None, 0, "closed")


async def test_winners_learn_what_they_won_and_how_to_claim_it(town: Town) -> None:
    await town.put_in_force()
    people = await town.residents(5)
    officer = await town.staff("programme_officer")
    await make_draw(town, officer)
    for person in people:
        await walk(town, person, 4, day=TODAY)
    await draw_at(town, AFTER_CLOSING)
    await draw_at(town, DAY_OF_DRAW)
    await draw_at(town, DAY_OF_DRAW + timedelta(hours=1))
    shown = await published(town)
    assert sha256(shown["seed"].encode()).hexdigest() == shown["commitment"]
    assert [(winner["place"], winner["prize"]) for winner in shown["winners"]] == [
        (1, 1),
        (2, 2),
        (3, 2),
    ]
    results = [await own(town, person) for person in people]
    entries = {winner["entry"] for winner in shown["winners"]}
    assert {prize["entry"] for result in results for prize in result["prizes_won"]} == entries
    assert sorted(len(result["prizes_won"]) for result in results) == [0, 0, 1, 1, 1]
    assert {result["state"] for result in results} == {"drawn"}

    to_reach = (await town.get(f"/v1/draws/{CODE}/winners", officer)).json["items"]
    by_place = {winner["entry"]: winner for winner in to_reach}
    for person, result in zip(people, results, strict=True):
        for prize in result["prizes_won"]:
            assert by_place[prize["entry"]]["resident_id"] == person.principal_id
            assert by_place[prize["entry"]]["display_name"] == "花子"
            assert by_place[prize["entry"]]["prize"] == prize["prize"]


async def test_a_prize_is_handed_out_once(town: Town) -> None:
    await town.put_in_force()
    hanako = await town.resident()
    officer = await town.staff("programme_officer")
    await make_draw(town, officer)
    await walk(town, hanako, 2, day=TODAY)
    await draw_at(town, AFTER_CLOSING)

    async def hand_out(place: int) -> tuple[int, Any]:
        answer = await town.call(
            "PUT", f"/v1/draws/{CODE}/winners/{place}/handed-out", headers=officer.headers
        )
        return answer.status, answer.body and answer.json["type"]

    assert await hand_out(1) == (404, "urn:wellness:no_such_winner")
    await draw_at(town, DAY_OF_DRAW)
    assert (await hand_out(1))[0] == 204
    at_first = (await own(town, hanako))["prizes_won"]
    town.clock.advance(timedelta(hours=3))
    assert (await hand_out(1))[0] == 204
    assert (await own(town, hanako))["prizes_won"] == at_first
    assert at_first[0]["handed_out_at"] is not None
    assert await hand_out(2) == (404, "urn:wellness:no_such_winner")


async def test_a_worker_that_was_away_publishes_the_list_a_day_before_it_draws(town: Town) -> None:
    await town.put_in_force()
    await make_draw(town, await town.staff("programme_officer"))
    await draw_at(town, DAY_OF_DRAW + timedelta(days=3))
    shown = await published(town)
    assert shown["list_digest"] == sha256(b"").hexdigest()
    assert shown["seed"] is None
    await draw_at(town, DAY_OF_DRAW + timedelta(days=4))
    shown = await published(town)
    assert (len(shown["seed"]), shown["winners"]) == (64, [])


async def test_two_workers_at_once_take_each_step_once(town: Town) -> None:
    await town.put_in_force()
    await make_draw(town, await town.staff("programme_officer"))
    for person in await town.residents(3):
        await walk(town, person, 4, day=TODAY)
    for now in (AFTER_CLOSING, DAY_OF_DRAW):
        town.clock.now = now
        await asyncio.gather(*(town.worker.draw() for _ in range(3)))
    shown = await published(town)
    assert (shown["entrants_count"], len(shown["entrants"])) == (3, 3)
    assert [winner["place"] for winner in shown["winners"]] == [1, 2, 3]
    assert list(faults_of(msgspec.convert(shown, PublishedDraw))) == []


async def test_bought_entries_count_until_the_last_day_for_entries(town: Town) -> None:
    await town.put_in_force()
    hanako = await town.resident()
    await make_draw(town, await town.staff("programme_officer"), points_per_entry=None)
    await town.owner.execute(
        "INSERT INTO rewards.reward_item (item, version, kind, name, description,"
        " price_points, draw, is_unlimited, offered_from, hold_hours, added_at)"
        """ VALUES ('entry', 1, 'draw_entry', '{"ja": "応募", "en": "entry"}', '{"ja": "応募"}', 10,"""
        " $1, true, '2026-11-01', 1, $2)",
        *(CODE, NOON),
    )
    for number, (state, day) in enumerate(
        [
            ("confirmed", date(2026, 12, 14)),
            ("confirmed", date(2026, 12, 15)),
            ("cancelled", None),
        ]
    ):
        await town.owner.execute(
            "INSERT INTO rewards.redemption (resident_id, redemption_id, idempotency_key, content_digest, item, version,"
            " points, state, day, begun_at, held_until, ended_at, confirmed_on)"
            " VALUES ($1, $2, gen_random_uuid(), gen_random_uuid(), 'entry', 1, 10, $3, '2026-12-14', $4, $4, $4, $5)",
            *(hanako.principal_id, number, state, NOON, day),
        )
    mine = await own(town, hanako)
    assert (mine["entries"], mine["points_to_next_entry"]) == (1, None)
    await draw_at(town, AFTER_CLOSING)
    assert (await published(town))["entrants"] == [f"{(await own(town, hanako))['person']} 1"]


def terms(**changes: Any) -> dict[str, Any]:
    """A draw with a public value on other terms."""
    return LOTTERY | {"public_value_terms": LOTTERY["public_value_terms"] | changes}


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"programme": "nowhere"}, "programme"),
        ({"entries_to": "2026-10-31"}, "entries_to"),
        ({"closes_on": "2026-11-29"}, "closes_on"),
        ({"entries_to": "2026-11-01", "closes_on": "2026-11-02"}, "closes_on"),
        ({"draws_on": "2026-12-15"}, "draws_on"),
        ({"prizes": [{"name": {"ja": "紙", "en": "paper"}, "count": 6_000}] * 2}, "prizes"),
        ({"prizes": []}, "prizes"),
        ({"entries_per_person_max": 1_001}, "entries_per_person_max"),
        ({"code": "Autumn draw"}, "code"),
        ({"winner": "the mayor"}, "winner"),
        ({"purpose": "Autumn draw"}, "purpose"),
        ({"public_value_source": LOTTERY["public_value_source"]}, "public_value_terms"),
        ({"public_value_terms": LOTTERY["public_value_terms"]}, "public_value_terms"),
        (terms(kind="drand"), "public_value_terms.digits"),
        (terms(digits=None), "public_value_terms.digits"),
        (terms(known_on="2026-12-15"), "public_value_terms.known_on"),
        (terms(last_day="2026-12-18"), "public_value_terms.last_day"),
        (terms(last_day="2027-01-20"), "public_value_terms.last_day"),
    ],
)
async def test_a_draw_that_could_not_be_held_is_refused_with_the_field(
    town: Town, changes: dict[str, Any], field: str
) -> None:
    await town.put_in_force()
    answer = await make_draw(town, await town.staff("programme_officer"), **changes)
    assert answer.status == 422, answer.json
    assert answer.json["errors"][0]["field"] == field
    assert (await town.get("/v1/draws")).json["items"] == []


async def test_a_draw_is_never_changed(town: Town) -> None:
    await town.put_in_force()
    officer = await town.staff("programme_officer")
    made = (await make_draw(town, officer)).json
    again = await make_draw(town, officer, one_prize_each=False)
    assert (again.status, again.json["type"]) == (409, "urn:wellness:draw_exists")
    (kept,) = (await town.get("/v1/draws")).json["items"]
    assert kept == made


async def test_only_programme_officers_make_draws_and_see_who_won(town: Town) -> None:
    await town.put_in_force()
    for person in (await town.resident(), await town.staff("health_staff")):
        assert (await make_draw(town, person)).status == 403
        assert (await town.get(f"/v1/draws/{CODE}/winners", person)).status == 403
    assert (await town.get("/v1/draws/nothing")).json["type"] == "urn:wellness:no_such_draw"


@pytest.mark.parametrize("role", ["wellness_api", "wellness_worker"])
async def test_no_process_can_read_a_seed_before_its_day_or_rewrite_a_step(
    town: Town, role: Any
) -> None:
    await town.put_in_force()
    await make_draw(town, await town.staff("programme_officer"))
    await draw_at(town, AFTER_CLOSING)
    assert town.settings.database_url is not None
    pool = await open_pool(town.settings.database_url, role=role, connections_max=1)
    for statement in (
        "SELECT seed FROM rewards.draw_seed",
        "UPDATE rewards.draw SET commitment = ''",
        "UPDATE rewards.draw_closing SET list_digest = ''",
        "UPDATE rewards.draw_list SET entries = 9",
        "DELETE FROM rewards.draw_list",
        "DELETE FROM rewards.draw_closing",
        "UPDATE rewards.draw_winner SET person = ''",
    ):
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await pool.fetch(statement)
    if role == "wellness_api":
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await pool.fetch("SELECT last_seed FROM rewards.lottery_secret")
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await pool.fetchval(
                "SELECT rewards.reveal_draw_seed($1, $2, $3)", CODE, TODAY, DAY_OF_DRAW
            )
    else:
        early = await pool.fetchval(
            "SELECT rewards.reveal_draw_seed($1, $2, $3)", CODE, AFTER_CLOSING.date(), DAY_OF_DRAW
        )
        assert early is None
    await pool.close()


async def test_who_leaves_takes_their_entries_along_before_the_closing_and_the_list_stays_after(
    town: Town,
) -> None:
    await town.put_in_force()
    early, late = await town.residents(2)
    officer = await town.staff("programme_officer")
    await make_draw(town, officer)
    for person in (early, late):
        await walk(town, person, 4, day=TODAY)

    async def leave(person: Any) -> None:
        asked = await town.call(
            "DELETE", "/v1/me", json={"confirm": "erase"}, headers=person.headers
        )
        assert asked.status == 202
        await town.worker.erase()

    await leave(early)
    await draw_at(town, AFTER_CLOSING)
    listed = (await published(town))["entrants"]
    assert len(listed) == 1
    await leave(late)
    await draw_at(town, DAY_OF_DRAW)
    shown = await published(town)
    assert shown["entrants"] == listed
    assert len(shown["winners"]) == 1
    assert await town.owner.fetchval("SELECT count(*) FROM rewards.draw_entrant") == 0
    (winner,) = (await town.get(f"/v1/draws/{CODE}/winners", officer)).json["items"]
    assert (winner["resident_id"], winner["display_name"]) == (None, None)
