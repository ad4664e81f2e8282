"""`wellness programme`: what an officer sees of a programme file."""

import json
import re
import tomllib
from pathlib import Path
from typing import Any

import msgspec
import pytest
from click.testing import CliRunner

from points.presets import preset_names, preset_text
from points.programme import Programme
from wellness_api.cli import wellness

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
        return any(fits(each, value) for each in schema["anyOf"])
    return _is_of_type(schema, value) and _is_allowed(schema, value)


def _is_of_type(schema: dict[str, Any], value: Any) -> bool:
    if isinstance(value, bool):
        return schema.get("type", "boolean") == "boolean"
    return isinstance(value, TYPES[schema["type"]]) if "type" in schema else True


def _is_allowed(schema: dict[str, Any], value: Any) -> bool:
    match value:
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
