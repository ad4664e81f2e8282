"""Makes docs/rules.md from the structs: the fields of a programme file, every rule, the parts that rules share, and the
presets.
"""

import inspect
from typing import Any, Final, get_args

import msgspec

from points.presets import preset_names, preset_text
from points.programme import Programme
from points.rules import GroupRule, PersonalRule
from points.rules.parts import RuleBase
from wellness_api.checkout.readings import READINGS
from wellness_api.checkout.tables import markdown_table

COMMON_FIELDS: Final = ("kind", "code", "segments", "seasons", "caps")
FIRST_PARTS: Final = ("Segment", "Season", "Conditions", "Caps")


EVERY_RULE: Final = (
    "\n## Every rule\n\nEach of `[[rules]]` has a `kind` and a `code`. The `kind` is one of the rules below. The `code` is the rule's "
    "name in the ledger. A rule can be for some residents only (`segments`) and for some of the year only (`seasons`). `caps` "
    "are the most that this rule alone gives a resident:\n\n"
)

PERIODS: Final = (
    "\n## Periods\n\n- A day is the resident's local day.\n- A week is from Monday to Sunday.\n- A month is a month of the "
    "calendar.\n- Quarters begin on the first of January, April, July and October, as those of the calendar.\n- Half-years "
    "begin on the first of April and October.\n- Fiscal years begin on the first of April.\n"
)

OF_MANY: Final = (
    "\n# Rules of many residents\n\nThese rules pay on the day after the period. They are worked out again each day until no late "
    "data counts any more. Only the city's donation is [made once](#collective_goal), when no late data counts any more. An "
    "award tells figures, such as a place or a mean. They are those of the day on which the award's points last changed: late "
    "data that changes figures but no points leaves them as they are.\n"
)


READ_AS: Final = (
    "\n# Readings\n\nThis table answers the questions of people who work points out by hand or in another program. Beside each "
    "answer stands the test below `tests/` that holds it.\n\n"
)

TEXT_WORDS: Final = 'a text in one language or more, such as `{ ja = "…", en = "…" }`'
NUMBERS_WORDS: Final = "a number for each metric, such as `{ steps = 8000 }`"


def rules_document(made: str) -> str:
    """Every rule with its fields, and the presets to start from. `made`: the line that says that the document is
    generated.
    """
    personal, of_groups = get_args(PersonalRule), get_args(GroupRule)
    shared = _shared_parts((*personal, *of_groups))
    kinds = {rule.__struct_config__.tag for rule in (*personal, *of_groups)}
    return "".join(
        [
            f"# Rules\n\n{made}",
            "This page is for whoever writes a city's programme, and for whoever works its points out again. It says what a ",
            "programme file holds and what each kind of rule pays.\n\n",
            "A programme is a TOML file. `wellness programme show PRESET` prints a preset to start from. `wellness programme ",
            "check FILE` reads a file and says in words what it pays. `wellness programme schema` prints a JSON Schema, with ",
            "which editors complete a file.\n",
            f"\n## The programme\n\n{inspect.getdoc(Programme)}\n\n",
            _fields_table(_schemas(Programme)["Programme"]),
            EVERY_RULE,
            _fields_table(
                _schemas(PersonalRule)[personal[0].__name__],
                only=[name for name in COMMON_FIELDS if name != "kind"],
            ),
            PERIODS,
            "\n# Rules of one resident\n\nThese rules pay as soon as what they ask for is reached, unless the rule says when.\n",
            *(_rule(rule) for rule in personal),
            OF_MANY,
            *(_rule(rule) for rule in of_groups),
            READ_AS,
            markdown_table(
                ("of", "how it is read", "test"),
                [
                    (f"`{of}`" if of in kinds else of, words, f"`{test}`")
                    for of, words, test in READINGS
                ],
            ),
            "\n# Parts\n",
            *(_part(name, shared[name]) for name in _ordered(shared)),
            "\n# Presets\n",
            *(f"\n## {name}\n\n```toml\n{preset_text(name)}```\n" for name in preset_names()),
        ]
    )


def _rule(rule: type[RuleBase]) -> str:
    return f"\n## {rule.__struct_config__.tag}\n\n{inspect.getdoc(rule)}\n\n" + _fields_table(
        _schemas(rule)[rule.__name__], without=COMMON_FIELDS
    )


def _part(name: str, schema: dict[str, Any]) -> str:
    words = inspect.cleandoc(schema.get("description", ""))
    return f"\n## {name}\n\n{words}\n\n{_fields_table(schema)}"


def _shared_parts(rules: tuple[type[RuleBase], ...]) -> dict[str, dict[str, Any]]:
    names = {rule.__name__ for rule in rules} | {"Programme"}
    return {name: part for name, part in _schemas(Programme).items() if name not in names}


def _ordered(parts: dict[str, dict[str, Any]]) -> list[str]:
    return sorted(parts, key=lambda name: (name not in FIRST_PARTS, name))


def _schemas(of: object) -> dict[str, dict[str, Any]]:
    definitions: dict[str, dict[str, Any]] = msgspec.json.schema(of)["$defs"]
    return definitions


def _fields_table(
    schema: dict[str, Any], *, only: list[str] | None = None, without: tuple[str, ...] = ()
) -> str:
    names = [name for name in only or schema["properties"] if name not in without]
    return markdown_table(
        ("field", "takes"),
        [(f"`{name}`", takes_words(schema["properties"][name])) for name in names],
    )


def takes_words(field: dict[str, Any]) -> str:
    """What a field takes, from its JSON Schema."""
    words = _type_words(field)
    if "maximum" in field:
        words += f", {field.get('minimum', 'down')} to {field['maximum']}"
    elif "minimum" in field:
        words += f", {field['minimum']} or more"
    elif "exclusiveMinimum" in field:
        words += f", above {field['exclusiveMinimum']}"
    if "pattern" in field:
        words += f", as `{field['pattern']}`"
    if "default" in field:
        words += f"; {_left_out(field['default'])} if left out"
    return words


def _left_out(default: object) -> str:
    if default in (None, [], (), {}):
        return "none"
    return ", ".join(default) if isinstance(default, tuple | list) else str(default)


def _type_words(field: dict[str, Any]) -> str:
    if "enum" in field:
        return " or ".join(f"`{value}`" for value in field["enum"])
    if "$ref" in field:
        return str(field["$ref"]).rpartition("/")[2]
    if "anyOf" in field:
        kinds = [kind for kind in field["anyOf"] if kind.get("type") != "null"]
        return "a rule, see below" if len(kinds) > 1 else takes_words(kinds[0])
    if field["type"] == "array":
        return f"{_how_many(field)} of: {takes_words(field['items'])}"
    if field["type"] == "object":
        is_text = field["additionalProperties"]["type"] == "string"
        return TEXT_WORDS if is_text else NUMBERS_WORDS
    return str(field.get("format", field["type"]))


def _how_many(field: dict[str, Any]) -> str:
    if "maxItems" not in field:
        return "any number"
    return f"{field.get('minItems', 0)} to {field['maxItems']}"
