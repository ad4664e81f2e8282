"""`wellness enrol`: what it asks back before somebody's data would go astray."""

import asyncio
import json
import os
from base64 import b64encode
from collections.abc import Mapping
from datetime import UTC, datetime
from subprocess import CompletedProcess

import msgspec
import pytest
from click.testing import CliRunner, Result

from tests.processes import environment, run
from tests.town import Town
from wellness_api.health.samples.local_days import local_date
from wellness_api.identity.accounts.enrolment import CardInUse, give_card
from wellness_api.identity.accounts.secrets import digest_of
from wellness_api.indicators.zones import Zones, add_zones
from wellness_api.process.command_line import DatabaseMissing
from wellness_api.programs.cli import wellness
from wellness_api.town.simulation.districts import zone_features

CARD = "demo-card-0001"
PERSON = {"name": "花子", "birth-year": "1950", "sex": "female", "zone": "chuo"}

YEAR = local_date(datetime.now(UTC), "Asia/Tokyo").year


def options(facts: Mapping[str, str]) -> list[str]:
    return [part for name, value in facts.items() for part in (f"--{name}", value)]


def asked(command: str, facts: Mapping[str, str]) -> Result:
    """The command in this process, with no database to work on."""
    without = {name: None for name in os.environ if name.startswith("WELLNESS_")}
    return CliRunner().invoke(wellness, ["enrol", command, *options(facts)], env=without)


def enrol(town: Town, *arguments: str) -> "CompletedProcess[str]":
    assert town.settings.database_url is not None
    database = {"WELLNESS_DATABASE_URL": town.settings.database_url}
    return run("enrol", *arguments, settings=environment(town.settings.var_dir, 1) | database)


def enrol_resident(town: Town, *arguments: str) -> "CompletedProcess[str]":
    return enrol(town, "resident", *options(PERSON), *arguments)


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
    assert sorted(command.returncode for command in ended) == [0, 1]
    (holder,) = await holders(town)
    assert [f"resident {holder}'s" in command.stderr for command in ended] == [
        command.returncode == 1 for command in ended
    ]


@pytest.mark.parametrize(
    ("name", "fact", "said"),
    [
        ("birth-year", "1800", f"a birth year is from 1890 to this year, {YEAR}"),
        ("birth-year", "1889", f"a birth year is from 1890 to this year, {YEAR}"),
        ("birth-year", str(YEAR + 1), f"a birth year is from 1890 to this year, {YEAR}"),
        ("birth-year", "2099", f"a birth year is from 1890 to this year, {YEAR}"),
        ("name", "", "a name is one line of 1 to 100 letters"),
        ("name", " \u3000\u200b", "a name is one line of 1 to 100 letters"),
        ("name", "佐藤\n花子", "a name is one line of 1 to 100 letters"),
        ("name", "\x1b[2J", "a name is one line of 1 to 100 letters"),
        ("name", "\udcff", "a name is one line of 1 to 100 letters"),
        ("name", "あ" * 101, "a name is one line of 1 to 100 letters"),
        ("card", "", "at least one letter or digit"),
        ("card", " －ー", "at least one letter or digit"),
    ],
)
def test_facts_that_no_resident_can_have_are_refused_with_the_limit_in_words(
    name: str, fact: str, said: str
) -> None:
    # No database is named: the facts are refused before one is asked for.
    ended = asked("resident", PERSON | {name: fact})
    assert (ended.exit_code, ended.stdout) == (2, "")
    assert "Invalid value for" in ended.stderr
    assert f"--{name}" in ended.stderr
    assert said in ended.stderr


@pytest.mark.parametrize(
    ("name", "fact"),
    [
        ("birth-year", "1890"),
        ("birth-year", str(YEAR)),
        ("name", "佐　藤"),
        ("name", "あ" * 100),
        ("card", "0"),
    ],
)
def test_facts_at_their_limits_are_taken(name: str, fact: str) -> None:
    assert isinstance(asked("resident", PERSON | {name: fact}).exception, DatabaseMissing)


@pytest.mark.parametrize(
    ("command", "facts"),
    [
        ("staff", {"role": "health_staff"}),
        ("gateway", {"key-id": "box-1", "public-key": b64encode(bytes(32)).decode()}),
    ],
)
def test_staff_and_gateways_have_names_too(command: str, facts: dict[str, str]) -> None:
    refused = asked(command, facts | {"name": " "})
    assert refused.exit_code == 2
    assert "a name is one line of 1 to 100 letters" in refused.stderr
    assert isinstance(asked(command, facts | {"name": "受付"}).exception, DatabaseMissing)
