"""What somebody who wrote a wrong name in a programme file probably meant."""

import difflib
import re
from collections.abc import Sequence
from typing import Final

import msgspec
from msgspec import inspect

PLACE: Final = re.compile(r" - at `\$(?P<path>[^`]*)`$")
STEP: Final = re.compile(r"\.(?P<field>\w+)|\[(?P<number>\d+)\]")
UNKNOWN_FIELD: Final = re.compile(r"unknown field `(?P<name>[^`]*)`")
UNKNOWN_CHOICE: Final = re.compile(r"Invalid (enum )?value '(?P<name>[^']*)'")


def nearest_name(message: str, document: object, wanted: type[msgspec.Struct]) -> str:
    """The end of an error message about a document that is not what is wanted: the nearest name that is valid at that
    place, or all of them; empty for other errors.
    """
    place = PLACE.search(message)
    steps = list(STEP.finditer(place["path"])) if place else []
    if found := UNKNOWN_FIELD.search(message):
        return _nearest(found["name"], _fields(_at(steps, document, wanted)))
    if found := UNKNOWN_CHOICE.search(message):
        return _nearest(found["name"], _choices(steps, document, wanted))
    return ""


def _nearest(name: str, valid: Sequence[str]) -> str:
    likely = difflib.get_close_matches(name, valid, n=1)
    if likely:
        return f"; did you mean `{likely[0]}`?"
    return f"; there are {', '.join(valid)}" if valid else ""


def _choices(
    steps: Sequence[re.Match[str]], document: object, wanted: type[msgspec.Struct]
) -> list[str]:
    """The values that a field can have, or the kinds of a union of structs."""
    *before, last = steps
    around = _at(before, document, wanted)
    kinds = [
        of.tag
        for of in around
        if isinstance(of, inspect.StructType) and of.tag_field == last["field"]
    ]
    if kinds:
        return [str(kind) for kind in kinds]
    return [
        str(value)
        for each in _at(steps, document, wanted)
        if isinstance(each, inspect.LiteralType)
        for value in each.values
    ]


def _fields(types: Sequence[inspect.Type]) -> list[str]:
    structs = [each for each in types if isinstance(each, inspect.StructType)]
    tags = {each.tag_field for each in structs if each.tag_field}
    return sorted(tags | {field.encode_name for each in structs for field in each.fields})


def _at(
    steps: Sequence[re.Match[str]], document: object, wanted: type[msgspec.Struct]
) -> list[inspect.Type]:
    """The types that are possible at the end of the steps into a document; of structs, those of its kind."""
    value = document
    types = _possible(inspect.type_info(wanted))
    for step in steps:
        types = [inner for each in _of_kind(types, value) for inner in _inside(each, step)]
        value = _value(value, step)
    return _of_kind(types, value)


def _inside(of: inspect.Type, step: re.Match[str]) -> list[inspect.Type]:
    if isinstance(of, inspect.StructType):
        return [
            inner
            for field in of.fields
            if field.encode_name == step["field"]
            for inner in _possible(field.type)
        ]
    if isinstance(of, inspect.ListType | inspect.VarTupleType):
        return _possible(of.item_type)
    return []


def _possible(of: inspect.Type) -> list[inspect.Type]:
    return list(of.types) if isinstance(of, inspect.UnionType) else [of]


def _of_kind(types: Sequence[inspect.Type], value: object) -> list[inspect.Type]:
    """Those that the value says it is, by its tag; all where it says nothing that is known."""
    named: list[inspect.Type] = [
        each
        for each in types
        if isinstance(each, inspect.StructType)
        and each.tag_field
        and isinstance(value, dict)
        and value.get(each.tag_field) == each.tag
    ]
    return named or list(types)


def _value(value: object, step: re.Match[str]) -> object:
    if isinstance(value, dict):
        return value.get(step["field"])
    if isinstance(value, list) and step["number"] is not None:
        return value[int(step["number"])]
    return None
