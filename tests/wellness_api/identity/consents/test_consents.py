"""Consents: each yes and each withdrawal is kept, and the last word holds."""

from datetime import timedelta
from typing import Any

import asyncpg
import pytest

from tests.town import Answer, Person, Town
from wellness_api.database.pool import Role, open_pool
from wellness_api.identity.consents.purposes import PURPOSES

ROLES: tuple[Role, ...] = ("wellness_api", "wellness_worker")


async def say(town: Town, person: Person, purpose: str, *, given: bool, version: int = 1) -> Answer:
    return await town.call(
        "PUT",
        f"/v1/me/consents/{purpose}",
        json={"given": given, "version": version},
        headers=person.headers,
    )


async def in_force(town: Town, person: Person) -> dict[str, bool]:
    items = (await town.get("/v1/me/consents", person)).json["items"]
    return {item["code"]: item["given"] for item in items}


async def ledger(town: Town, person: Person) -> list[Any]:
    rows = await town.owner.fetch(
        "SELECT purpose, version, given, channel FROM identity.consent WHERE resident_id = $1"
        " ORDER BY consent_id",
        person.principal_id,
    )
    return [tuple(row) for row in rows]


async def test_nobody_has_consented_to_anything_before_they_say_so(town: Town) -> None:
    hanako = await town.resident()
    assert await in_force(town, hanako) == dict.fromkeys(
        (purpose.code for purpose in PURPOSES), False
    )
    assert await ledger(town, hanako) == []


async def test_every_purpose_is_said_in_japanese_and_in_english(town: Town) -> None:
    for item in (await town.get("/v1/me/consents", await town.resident())).json["items"]:
        assert all(
            item[text][language] for text in ("name", "sentence") for language in ("ja", "en")
        )


async def test_a_consent_and_its_withdrawal_are_both_kept(town: Town) -> None:
    hanako, taro = await town.residents(2)
    answer = await say(town, hanako, "research", given=True)
    (research,) = [item for item in answer.json["items"] if item["code"] == "research"]
    assert (research["given"], research["version_given"]) == (True, 1)
    town.clock.advance(timedelta(days=1))
    await say(town, hanako, "research", given=False)
    assert not (await in_force(town, hanako))["research"]
    assert await ledger(town, hanako) == [
        ("research", 1, True, "phone"),
        ("research", 1, False, "phone"),
    ]
    assert await ledger(town, taro) == []


async def test_the_same_word_again_is_kept_once(town: Town) -> None:
    hanako = await town.resident()
    for given in (False, True, True, False, False):
        assert (await say(town, hanako, "research", given=given)).status == 200
    assert [given for _, _, given, _ in await ledger(town, hanako)] == [True, False]


async def test_a_sentence_that_holds_no_more_is_not_consented_to(town: Town) -> None:
    hanako = await town.resident()
    answer = await say(town, hanako, "research", given=True, version=2)
    assert (answer.status, answer.json["type"]) == (409, "urn:wellness:outdated_sentence")
    assert answer.json["errors"][0]["limit"] == "1"
    assert await ledger(town, hanako) == []


@pytest.mark.parametrize(
    ("purpose", "body", "status"),
    [
        ("gossip", {"given": True, "version": 1}, 404),
        ("research", {"given": "perhaps", "version": 1}, 422),
        ("research", {"given": True}, 422),
    ],
)
async def test_a_word_that_makes_no_sense_is_refused(
    town: Town, purpose: str, body: Any, status: int
) -> None:
    hanako = await town.resident()
    answer = await town.call("PUT", f"/v1/me/consents/{purpose}", json=body, headers=hanako.headers)
    assert answer.status == status
    assert await ledger(town, hanako) == []


async def test_no_process_can_change_what_was_said(town: Town) -> None:
    hanako = await town.resident()
    await say(town, hanako, "research", given=True)
    assert town.settings.database_url is not None
    for statement in ("UPDATE identity.consent SET given = false", "DELETE FROM identity.consent"):
        for role in ROLES:
            pool = await open_pool(town.settings.database_url, role=role, connections_max=1)
            with pytest.raises(asyncpg.InsufficientPrivilegeError):
                await pool.execute(statement)
            await pool.close()
