"""`wellness programme`: what an officer sees of a programme file."""

import json
import re
import tomllib
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from subprocess import CompletedProcess
from typing import Any

import msgspec
import pytest
from click.testing import CliRunner

from points.presets import preset_names, preset_text
from points.programme import Programme
from tests.processes import environment
from tests.processes import run as run_command
from tests.town import Town
from wellness_api.health.samples.local_days import local_date
from wellness_api.programs.cli import wellness
from wellness_api.rewards.awards.programmes import programmes_kept

SCHEMA = msgspec.json.schema(Programme)
TYPES: dict[str, Any] = {
    "object": dict,
    "array": list,
    "string": str,
    "integer": int,
    "number": (int, float),
    "boolean": bool,
    "null": type(None),
}


def run(*arguments: str) -> str:
    result = CliRunner().invoke(wellness, ["programme", *arguments], catch_exceptions=False)
    assert result.exit_code == 0
    return result.output


def fits(schema: dict[str, Any], value: Any) -> bool:
    """Whether the value is what the schema asks for, of the keywords that ours has."""
    if "$ref" in schema:
        return fits(SCHEMA["$defs"][schema["$ref"].removeprefix("#/$defs/")], value)
    if "anyOf" in schema:
        return any(fits(choice, value) for choice in schema["anyOf"])
    return _is_of_type(schema, value) and _is_allowed(schema, value)


def _is_of_type(schema: dict[str, Any], value: Any) -> bool:
    if isinstance(value, bool):
        return schema.get("type", "boolean") == "boolean"
    return isinstance(value, TYPES[schema["type"]]) if "type" in schema else True


def _is_allowed(schema: dict[str, Any], value: Any) -> bool:
    match value:
        case dict() if "additionalProperties" in schema and "properties" not in schema:
            return len(value) >= schema.get("minProperties", 0) and all(
                fits(schema.get("propertyNames", {}), name)
                and fits(schema["additionalProperties"], inner)
                for name, inner in value.items()
            )
        case dict():
            known = schema["properties"]
            return set(schema.get("required", [])) <= set(value) <= set(known) and all(
                fits(known[name], inner) for name, inner in value.items()
            )
        case list():
            least, most = schema.get("minItems", 0), schema.get("maxItems", len(value))
            return least <= len(value) <= most and all(
                fits(schema["items"], inner) for inner in value
            )
        case str():
            is_named = value in schema.get("enum", [value])
            return is_named and bool(re.search(schema.get("pattern", ""), value))
        case int() | float():
            above = value > schema.get("exclusiveMinimum", value - 1)
            return above and schema.get("minimum", value) <= value <= schema.get("maximum", value)
        case _:
            return True


@pytest.mark.parametrize("name", preset_names())
def test_every_preset_is_listed_shown_and_checked(name: str, tmp_path: Path) -> None:
    assert name in run("presets").split()
    assert run("show", name) == preset_text(name)
    file = tmp_path / "programme.toml"
    file.write_text(run("show", name), encoding="utf-8")
    checked = run("check", str(file))
    assert checked == run("check", name)
    codes = re.findall(r"^  (\w+): .+ / .+$", checked, flags=re.MULTILINE)
    assert codes == [rule["code"] for rule in tomllib.loads(preset_text(name))["rules"]]


def test_check_says_the_caps_of_a_rule_and_of_all() -> None:
    checked = run("check", "furano_winter")
    assert "(1か月に80ポイントまで) / " in checked
    assert (
        "全体で1年度に6,000ポイントまで / all together at most 6,000 points a fiscal year"
        in checked
    )


def test_the_schema_that_is_printed_is_that_of_a_programme() -> None:
    assert json.loads(run("schema")) == json.loads(msgspec.json.encode(SCHEMA))


@pytest.mark.parametrize("name", preset_names())
def test_the_schema_takes_every_preset_and_nothing_else(name: str) -> None:
    document = msgspec.to_builtins(tomllib.loads(preset_text(name)))
    assert fits(SCHEMA, document)
    assert not fits(SCHEMA, document | {"late_windw_days": 14})
    assert not fits(SCHEMA, document | {"version": 0})
    assert not fits(SCHEMA, document | {"rules": []})
    assert not fits(SCHEMA, document | {"rules": [document["rules"][0] | {"kind": "raffle"}]})


def dated(folder: Path, day: date, *, version: int = 1) -> str:
    """A programme file of that version, from that day on."""
    text = re.sub(r"(?m)^in_force_to = .*\n", "", preset_text("yokohama"))
    text = re.sub(r"(?m)^in_force_from = .*", f"in_force_from = {day}", text)
    text = re.sub(r"(?m)^version = .*", f"version = {version}", text)
    file = folder / f"version-{version}.toml"
    file.write_text(text, encoding="utf-8")
    return str(file)


def add(town: Town, *arguments: str) -> "CompletedProcess[str]":
    assert town.settings.database_url is not None
    database = {"WELLNESS_DATABASE_URL": town.settings.database_url}
    settings = environment(town.settings.var_dir, 1) | database
    return run_command("programme", "add", *arguments, settings=settings)


async def test_a_version_that_begins_in_the_past_is_refused_unless_that_is_asked_for(
    town: Town, tmp_path: Path
) -> None:
    yesterday = local_date(datetime.now(UTC), town.settings.time_zone) - timedelta(days=1)
    past = dated(tmp_path, yesterday)
    refused = add(town, past)
    assert (refused.returncode, refused.stdout) == (1, "")
    (line,) = refused.stderr.splitlines()
    assert line.startswith(f"wellness: programme yokohama version 1 begins on {yesterday}")
    assert "--from-past" in line
    assert await programmes_kept(town.owner) == []

    added = add(town, past, "--from-past")
    assert added.returncode == 0, added.stderr
    assert f"in force from {yesterday}" in added.stdout
    assert "works 0 days with samples out anew" in added.stdout
    # The same again changes nothing, so nothing is asked; and what was cut off is gone on with.
    assert add(town, past).returncode == 0
    assert "works 0 days" in add(town, past, "--from-past").stdout
    assert len(await programmes_kept(town.owner)) == 1


async def test_a_version_that_begins_today_or_later_is_put_in_force_without_more_words(
    town: Town, tmp_path: Path
) -> None:
    today = local_date(datetime.now(UTC), town.settings.time_zone)
    for version, day in [(1, today), (2, today + timedelta(days=1))]:
        added = add(town, dated(tmp_path, day, version=version))
        assert added.returncode == 0, added.stderr
        assert added.stdout == f"yokohama version {version} is in force from {day}\n"


async def test_a_version_that_names_a_figure_has_it_worked_out_of_the_days_before(
    town: Town, tmp_path: Path
) -> None:
    tomorrow = local_date(datetime.now(UTC), town.settings.time_zone) + timedelta(days=1)
    file = Path(dated(tmp_path, tomorrow))
    rule = (
        '\n[[rules]]\nkind = "loss_framed"\ncode = "early"\npoints_day = 2\n'
        'goal = { metrics = ["steps_before_8"], at_least = 1000 }\n'
    )
    file.write_text(file.read_text(encoding="utf-8") + rule, encoding="utf-8")
    added = add(town, str(file))
    assert added.returncode == 0, added.stderr
    assert "works out what its rules look at of 0 days before it" in added.stdout
