"""`wellness enrol`: what it asks back before somebody's data would go astray."""

import asyncio
import json
from subprocess import CompletedProcess

import msgspec
import pytest

from tests.processes import environment, run
from tests.town import Town
from wellness_api.identity.enrolment import CardInUse, give_card
from wellness_api.identity.secrets import digest_of
from wellness_api.indicators.zones import Zones, add_zones
from wellness_api.simulation.districts import zone_features

CARD = "demo-card-0001"
PERSON = {"name": "花子", "birth-year": "1950", "sex": "female", "zone": "chuo"}


def enrol(town: Town, *arguments: str) -> "CompletedProcess[str]":
    assert town.settings.database_url is not None
    given = {"WELLNESS_DATABASE_URL": town.settings.database_url}
    return run("enrol", *arguments, settings=environment(town.settings.var_dir, 1) | given)


def enrol_resident(town: Town, *arguments: str, **instead: str) -> "CompletedProcess[str]":
    facts = PERSON | {name.replace("_", "-"): value for name, value in instead.items()}
    options = [part for name, value in facts.items() for part in (f"--{name}", value)]
    return enrol(town, "resident", *options, *arguments)


async def holders(town: Town) -> list[int]:
    rows = await town.owner.fetch("SELECT resident_id FROM identity.card")
    return [row["resident_id"] for row in rows]


async def test_a_card_in_use_is_moved_only_when_that_is_asked_for_and_says_whose_it_was(
    town: Town,
) -> None:
    hanako, taro = [person.principal_id for person in await town.residents(2)]
    await give_card(town.owner, hanako, CARD)
    refused = enrol(town, "card", str(taro), "ＤＥＭＯ－card 0001")
    assert (refused.returncode, refused.stdout) == (1, "")
    (line,) = refused.stderr.splitlines()
    assert line.startswith(f"wellness: the card is resident {hanako}'s, and nothing was changed;")
    assert "--move" in line
    assert await holders(town) == [hanako]

    moved = enrol(town, "card", str(taro), CARD, "--move")
    assert (moved.returncode, moved.stdout) == (0, "")
    assert moved.stderr == f"the card was resident {hanako}'s until now\n"
    assert await holders(town) == [taro]

    again = enrol(town, "card", str(taro), CARD)
    assert (again.returncode, again.stdout, again.stderr) == (0, "", "")


async def test_nobody_is_enrolled_with_a_card_of_somebody_else(town: Town) -> None:
    await add_zones(town.owner, msgspec.convert(msgspec.to_builtins(zone_features()), Zones))
    hanako = (await town.resident()).principal_id
    await give_card(town.owner, hanako, CARD)
    refused = enrol_resident(town, "--card", CARD)
    assert (refused.returncode, refused.stdout) == (1, "")
    assert f"the card is resident {hanako}'s" in refused.stderr
    assert await town.owner.fetchval("SELECT count(*) FROM identity.resident") == 1

    moved = enrol_resident(town, "--card", CARD, "--move")
    assert moved.returncode == 0, moved.stderr
    assert f"resident {hanako}'s until now" in moved.stderr
    assert await holders(town) == [json.loads(moved.stdout)["principal_id"]]


async def test_a_card_that_was_given_before_numbers_were_typed_is_in_use_as_any_other(
    town: Town,
) -> None:
    hanako, taro = [person.principal_id for person in await town.residents(2)]
    await town.owner.execute(
        "INSERT INTO identity.card (card_digest, resident_id) VALUES ($1, $2)",
        digest_of(CARD),
        hanako,
    )
    with pytest.raises(CardInUse, match=f"resident {hanako}'s"):
        await give_card(town.owner, taro, CARD)
    assert await give_card(town.owner, hanako, CARD) is None
    assert await give_card(town.owner, taro, CARD, move=True) == hanako
    assert await holders(town) == [taro]


async def test_of_two_counters_that_give_one_card_at_once_one_is_refused(town: Town) -> None:
    hanako, taro = [person.principal_id for person in await town.residents(2)]
    ended = await asyncio.gather(
        *(asyncio.to_thread(enrol, town, "card", str(who), CARD) for who in (hanako, taro))
    )
    assert sorted(each.returncode for each in ended) == [0, 1]
    (holder,) = await holders(town)
    assert [f"resident {holder}'s" in each.stderr for each in ended] == [
        each.returncode == 1 for each in ended
    ]
