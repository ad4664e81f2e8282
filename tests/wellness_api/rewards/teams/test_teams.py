"""Teams and pairs: made by residents, joined by a code, seen from inside alone."""

import asyncio
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

import asyncpg
import pytest

from tests.town import NOON, Answer, Person, Town
from tests.wellness_api.rewards.winter import TODAY, TOMORROW, walk
from wellness_api.database.pool import open_pool
from wellness_api.identity.accounts.code_tries import TRIES_PER_HOUR_MAX


async def make(town: Town, person: Person, *, size: int = 5, name: str = "朝の散歩") -> Answer:
    return await town.call(
        "POST", "/v1/me/team", json={"name": name, "size_max": size}, headers=person.headers
    )


async def join(town: Town, person: Person, code: str) -> Answer:
    return await town.call(
        "POST", "/v1/me/team/members", json={"code": code}, headers=person.headers
    )


async def leave(town: Town, person: Person) -> Answer:
    return await town.call("DELETE", "/v1/me/team", headers=person.headers)


async def team(town: Town, person: Person) -> Any:
    return (await town.get("/v1/me/team", person)).json["team"]


async def made_of(town: Town, people: Sequence[Person], *, size: int = 5) -> str:
    """A team of these people; its code."""
    code = str((await make(town, people[0], size=size)).json["code"])
    for person in people[1:]:
        assert (await join(town, person, code)).status == 201
    return code


def reason(answer: Answer) -> tuple[int, str]:
    return answer.status, answer.json["type"].removeprefix("urn:wellness:")


async def memberships(town: Town, person: Person) -> list[tuple[date, date | None]]:
    rows = await town.owner.fetch(
        "SELECT from_day, to_day FROM rewards.team_member WHERE resident_id = $1 ORDER BY from_day",
        person.principal_id,
    )
    return [(row["from_day"], row["to_day"]) for row in rows]


async def test_who_is_in_no_team_is_told_so(town: Town) -> None:
    hanako = await town.resident()
    assert await team(town, hanako) is None
    assert reason(await leave(town, hanako)) == (404, "in_no_team")


async def test_a_team_is_made_and_joined_by_its_code(town: Town) -> None:
    hanako = await town.resident("花子")
    taro = await town.resident("太郎")
    made = await make(town, hanako)
    assert made.status == 201
    assert made.json["team"] == {
        "name": "朝の散歩",
        "size_max": 5,
        "counts_from": TOMORROW.isoformat(),
        "members": ["花子"],
        "steps_this_week": None,
    }
    typed = made.json["code"].lower().replace("-", " ")
    joined = await join(town, taro, typed)
    assert joined.json["team"]["members"] == ["太郎", "花子"]
    assert (await team(town, hanako))["members"] == ["太郎", "花子"]


async def test_the_code_is_shown_once_and_only_its_digest_is_kept(town: Town) -> None:
    hanako = await town.resident()
    code = (await make(town, hanako)).json["code"]
    assert "code" not in str((await town.get("/v1/me/team", hanako)).json)
    kept = await town.owner.fetchrow("SELECT * FROM rewards.team")
    assert kept is not None
    assert code.replace("-", "") not in str(dict(kept))


async def test_nobody_is_in_two_teams(town: Town) -> None:
    hanako, taro = await town.residents(2)
    code = await made_of(town, [hanako])
    await made_of(town, [taro])
    assert reason(await make(town, hanako)) == (409, "in_a_team")
    assert reason(await join(town, taro, code)) == (409, "in_a_team")
    assert reason(await join(town, hanako, code)) == (409, "in_a_team")


async def test_a_pair_has_two(town: Town) -> None:
    hanako, taro, jiro = await town.residents(3)
    code = await made_of(town, [hanako, taro], size=2)
    assert reason(await join(town, jiro, code)) == (409, "team_full")
    await leave(town, taro)
    assert (await join(town, jiro, code)).status == 201


async def test_of_many_who_join_at_once_only_so_many_are_let_in(town: Town) -> None:
    hanako, *others = await town.residents(9)
    code = await made_of(town, [hanako], size=4)
    answers = await asyncio.gather(*(join(town, person, code) for person in others))
    assert sorted(answer.status for answer in answers) == [201] * 3 + [409] * 5
    assert len((await team(town, hanako))["members"]) == 4


async def test_who_joins_two_teams_at_once_is_in_one(town: Town) -> None:
    hanako, taro, jiro = await town.residents(3)
    codes = [await made_of(town, [hanako]), await made_of(town, [taro])]
    answers = await asyncio.gather(*(join(town, jiro, code) for code in codes))
    assert sorted(answer.status for answer in answers) == [201, 409]


async def test_membership_counts_from_the_day_after_joining_to_the_day_of_leaving(
    town: Town,
) -> None:
    hanako = await town.resident()
    await made_of(town, [hanako])
    town.clock.advance(timedelta(days=3))
    await leave(town, hanako)
    assert await memberships(town, hanako) == [(TOMORROW, TODAY + timedelta(days=3))]
    assert await team(town, hanako) is None
    await made_of(town, [hanako])
    assert await memberships(town, hanako) == [
        (TOMORROW, TODAY + timedelta(days=3)),
        (TODAY + timedelta(days=4), None),
    ]


async def test_who_leaves_on_the_day_of_joining_was_never_a_member(town: Town) -> None:
    hanako = await town.resident()
    await made_of(town, [hanako])
    await leave(town, hanako)
    assert await memberships(town, hanako) == []


async def test_the_week_is_told_of_two_members_or_more_and_of_all_together(town: Town) -> None:
    hanako, taro, jiro = await town.residents(3)
    monday = TODAY - timedelta(days=2)
    town.clock.now = NOON - timedelta(days=4)  # Saturday before.
    code = await made_of(town, [hanako, taro])
    town.clock.now = NOON
    await join(town, jiro, code)
    for person in (hanako, taro, jiro):
        await walk(town, person, monday - timedelta(days=1), 30)
        await walk(town, person, monday, 10)
        await walk(town, person, TODAY, 20)
    assert (await team(town, hanako))["steps_this_week"] == 2 * 3_000
    await leave(town, taro)
    assert (await team(town, hanako))["steps_this_week"] is None
    town.clock.advance(timedelta(days=1))
    assert (await team(town, hanako))["steps_this_week"] == 3_000
    assert (await team(town, jiro))["steps_this_week"] == 3_000


async def test_a_week_of_which_no_data_came_is_not_one_of_no_steps(town: Town) -> None:
    hanako, taro = await town.residents(2)
    await made_of(town, [hanako, taro])
    town.clock.advance(timedelta(days=1))
    assert (await team(town, hanako))["steps_this_week"] is None
    await walk(town, taro, TOMORROW, 10)
    assert (await team(town, hanako))["steps_this_week"] == 1_000


async def test_nothing_is_told_before_the_second_members_days_count(town: Town) -> None:
    hanako, taro = await town.residents(2)
    code = await made_of(town, [hanako])
    town.clock.advance(timedelta(days=1))
    await walk(town, hanako, TOMORROW, 10)
    await join(town, taro, code)
    assert (await team(town, taro))["steps_this_week"] is None


async def test_a_code_of_no_team_is_wrong_and_so_is_one_that_everybody_left(town: Town) -> None:
    hanako, taro = await town.residents(2)
    code = await made_of(town, [hanako])
    assert reason(await join(town, taro, "AAAA-BBBB-CCCC")) == (422, "wrong_team_code")
    await leave(town, hanako)
    assert reason(await join(town, taro, code)) == (422, "wrong_team_code")


async def test_codes_are_not_found_by_trying(town: Town) -> None:
    hanako, mallory = await town.residents(2)
    code = await made_of(town, [hanako])
    for _ in range(TRIES_PER_HOUR_MAX):
        assert (await join(town, mallory, "AAAA-BBBB-CCCC")).status == 422
    assert reason(await join(town, mallory, code)) == (429, "too_many_tries")


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"name": "", "size_max": 5}, "name"),
        ({"name": " ", "size_max": 5}, "name"),
        ({"name": "あ" * 31, "size_max": 5}, "name"),
        ({"name": "朝", "size_max": 1}, "size_max"),
        ({"name": "朝", "size_max": 21}, "size_max"),
    ],
)
async def test_a_team_that_cannot_be_is_refused(town: Town, body: Any, field: str) -> None:
    hanako = await town.resident()
    answer = await town.call("POST", "/v1/me/team", json=body, headers=hanako.headers)
    assert (answer.status, answer.json["errors"][0]["field"]) == (422, field)


async def test_the_api_sees_no_members_but_through_the_team(town: Town) -> None:
    hanako, taro = await town.residents(2)
    await made_of(town, [hanako, taro])
    assert town.settings.database_url is not None
    pool = await open_pool(town.settings.database_url, role="wellness_api", connections_max=1)
    assert await pool.fetchval("SELECT count(*) FROM rewards.team_member") == 0
    for statement in (
        "INSERT INTO rewards.team_member VALUES (1, 1, 'x', '2026-11-01')",
        "UPDATE rewards.team_member SET from_day = '2026-11-01'",
        "SELECT * FROM rewards.team",
    ):
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await pool.execute(statement)
    await pool.close()
