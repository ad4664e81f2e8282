"""What somebody who wrote a wrong name in a programme file probably meant."""

import difflib
import re
from typing import Any, Final, get_args

import msgspec

from points.rules import Rule

UNKNOWN_FIELD: Final = re.compile(r"unknown field `(?P<name>[^`]*)`")
UNKNOWN_KIND: Final = re.compile(r"Invalid value '(?P<name>[^']*)' - at `[^`]*\.kind`")


def nearest_name(message: str) -> str:
    """The end of an error message about a programme file: the nearest valid name, or all; empty for other errors."""
    if found := UNKNOWN_KIND.search(message):
        return _nearest(found["name"], [str(rule.__struct_config__.tag) for rule in _rules()])
    if found := UNKNOWN_FIELD.search(message):
        return _nearest(found["name"], sorted(_fields()))
    return ""


def _nearest(name: str, valid: list[str]) -> str:
    likely = difflib.get_close_matches(name, valid, n=1)
    return f"; did you mean `{likely[0]}`?" if likely else f"; there are {', '.join(valid)}"


def _rules() -> tuple[type[msgspec.Struct], ...]:
    rules: tuple[type[msgspec.Struct], ...] = get_args(Rule)
    return rules


def _fields() -> set[str]:
    """Every field that a rule or a part of one has."""
    schemas: dict[str, Any] = msgspec.json.schema_components(_rules())[1]
    return {field for schema in schemas.values() for field in schema.get("properties", ())} | {
        "code",
        "version",
        "name",
        "in_force_from",
        "in_force_to",
        "late_window_days",
        "points_day_max",
        "rules",
    }
