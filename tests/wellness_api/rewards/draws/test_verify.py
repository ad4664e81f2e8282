"""A journalist checks a draw with nothing but what is published: by our command, and by the recipe of the docs alone."""

import asyncio
import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import msgspec
import pytest
from click.testing import CliRunner

from tests.town import NOON, Town
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
from wellness_api.rewards.draws import published as published_draws
from wellness_api.rewards.draws.commands import draws
from wellness_api.rewards.draws.published import PublishedDraw
from wellness_api.rewards.draws.verify import faults_of

DOCUMENT = Path(__file__).parents[4] / "docs" / "draws.md"


@pytest.fixture
async def drawn(town: Town) -> Any:
    """A published draw with a public value, of four people with two entries each."""
    await town.put_in_force()
    officer = await town.staff("programme_officer")
    await make_draw(town, officer, **LOTTERY)
    for person in await town.residents(4):
        await walk(town, person, 4, day=NOON.date())
    await draw_at(town, AFTER_CLOSING)
    town.clock.now = VALUE_KNOWN
    assert (await enter_value(town, officer, "0417"))[0] == 204
    await draw_at(town, DAY_OF_DRAW)
    return await published(town)


def recipe() -> str:
    match = re.search(r"```python\n(.*?)```", DOCUMENT.read_text(encoding="utf-8"), re.DOTALL)
    assert match is not None
    return match[1]


def tampered(draw: Any) -> dict[str, Any]:
    """What an operator might change afterwards, each with what gives it away."""
    entrants, winners = draw["entrants"], draw["winners"]
    person, entries = entrants[0].split()
    return {
        "the seed is not the one": draw | {"seed": "0" * 64},
        "the list of entries is not the one": draw
        | {"entrants": [f"{person} {int(entries) + 1}", *entrants[1:]]},
        "the winners are not those": draw | {"winners": [*winners[1:], winners[0]]},
    }


def by_recipe(folder: Path, draw: Any) -> "subprocess.CompletedProcess[str]":
    (folder / "check.py").write_text(recipe(), encoding="utf-8")
    (folder / "draw.json").write_text(json.dumps(draw), encoding="utf-8")
    return subprocess.run(
        [sys.executable, "-I", folder / "check.py", folder / "draw.json"],
        capture_output=True,
        text=True,
        check=False,
    )


async def test_the_recipe_of_the_docs_checks_a_real_draw_and_sees_each_change(
    drawn: Any, tmp_path: Path
) -> None:
    checked = by_recipe(tmp_path, drawn)
    assert (checked.returncode, checked.stderr) == (0, "")
    assert checked.stdout.startswith(f"3 winners follow; commitment {drawn['commitment']}")
    for fault, draw in tampered(drawn).items():
        refused = by_recipe(tmp_path, draw)
        assert refused.returncode == 1
        assert refused.stderr.startswith(fault)


def test_the_recipe_is_short_and_needs_the_standard_library_alone() -> None:
    assert len(recipe().splitlines()) <= 30
    assert set(re.findall(r"^import (.*)$", recipe(), re.MULTILINE)) == {
        "hashlib, json, sys, urllib.request"
    }


async def test_the_command_checks_a_file_and_says_what_is_wrong(drawn: Any, tmp_path: Path) -> None:
    path = tmp_path / "draw.json"
    path.write_text(json.dumps(drawn), encoding="utf-8")
    right = CliRunner().invoke(draws, ["verify", str(path)])
    assert right.exit_code == 0, right.output
    assert "3 winners follow from the seed and the list" in right.output
    assert drawn["list_digest"] in right.output
    for fault, draw in tampered(drawn).items():
        path.write_text(json.dumps(draw), encoding="utf-8")
        wrong = CliRunner().invoke(draws, ["verify", str(path)])
        assert wrong.exit_code == 1
        assert f"wrong: {fault}" in wrong.output


async def test_the_command_reads_an_address(town: Town, drawn: Any) -> None:
    address = f"{town.base_url}/v1/draws/{CODE}"
    # In a thread, since the server that it asks runs here.
    checked = await asyncio.to_thread(CliRunner().invoke, draws, ["verify", address])
    assert checked.exit_code == 0, checked.output
    assert "3 winners follow" in checked.output
    nothing = await asyncio.to_thread(CliRunner().invoke, draws, ["verify", address + "x"])
    assert "give the address of a draw's document" in str(nothing.exception)


async def test_a_list_of_many_pages_is_checked_whole_and_a_part_of_it_not_at_all(
    town: Town, drawn: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(published_draws, "ENTRANTS_PER_PAGE_MAX", 3)
    address = f"{town.base_url}/v1/draws/{CODE}"
    checked = await asyncio.to_thread(CliRunner().invoke, draws, ["verify", address])
    assert checked.exit_code == 0, checked.output
    by_docs = [sys.executable, "-I", "-c", recipe(), address]
    ended = await asyncio.to_thread(subprocess.run, by_docs, capture_output=True, text=True)
    assert (ended.returncode, ended.stderr) == (0, "")
    path = tmp_path / "draw.json"
    path.write_text(json.dumps(await published(town)), encoding="utf-8")
    refused = CliRunner().invoke(draws, ["verify", str(path)])
    assert refused.exit_code == 1
    assert "wrong: the list of entries goes on on further pages" in refused.output


@pytest.mark.parametrize("content", ["", "{}", "<html>", '{"code": 1}', "\udcff"])
def test_what_is_no_draw_is_said_to_be_none(tmp_path: Path, content: str) -> None:
    path = tmp_path / "draw.json"
    path.write_text(content, encoding="utf-8", errors="surrogateescape")
    refused = CliRunner().invoke(draws, ["verify", str(path)])
    assert refused.exit_code == 1
    assert "is not the document of a draw" in str(refused.exception)


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ({"entrants": ["nobody"]}, "not a person and a number"),
        ({"entrants": ["a 99999999999999"]}, "not a person and a number"),
        ({"entries_count": 9}, "not as many persons or entries"),
        ({"public_value": None}, "none was mixed in"),
        ({"public_value_entered_at": "2026-12-27T03:00:00Z"}, "after the last day for it"),
        ({"closed_at": "2026-12-20T03:00:00Z"}, "public already"),
        (
            {
                "public_value_terms": {
                    "kind": "drand",
                    "known_on": "2026-12-19",
                    "last_day": "2026-12-25",
                }
            },
            "not the signature of drand's round 34959412",
        ),
    ],
)
async def test_a_list_or_value_that_does_not_fit_is_seen(
    drawn: Any, change: dict[str, Any], fault: str
) -> None:
    faults = list(faults_of(msgspec.convert(drawn | change, PublishedDraw)))
    assert any(fault in said for said in faults), faults


async def test_before_the_draw_what_is_published_fits_together(town: Town) -> None:
    await town.put_in_force()
    await make_draw(town, await town.staff("programme_officer"))
    await draw_at(town, AFTER_CLOSING)
    assert list(faults_of(msgspec.convert(await published(town), PublishedDraw))) == []
