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
        for part in _at(steps, document, wanted)
        if isinstance(part, inspect.LiteralType)
        for value in part.values
    ]


def _fields(types: Sequence[inspect.Type]) -> list[str]:
    structs = [one_type for one_type in types if isinstance(one_type, inspect.StructType)]
    tags = {struct.tag_field for struct in structs if struct.tag_field}
    return sorted(tags | {field.encode_name for struct in structs for field in struct.fields})


def _at(
    steps: Sequence[re.Match[str]], document: object, wanted: type[msgspec.Struct]
) -> list[inspect.Type]:
    """The types that are possible at the end of the steps into a document; of structs, those of its kind."""
    value = document
    types = _possible(inspect.type_info(wanted))
    for step in steps:
        types = [inner for one_type in _of_kind(types, value) for inner in _inside(one_type, step)]
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
        one_type
        for one_type in types
        if isinstance(one_type, inspect.StructType)
        and one_type.tag_field
        and isinstance(value, dict)
        and value.get(one_type.tag_field) == one_type.tag
    ]
    return named or list(types)


def _value(value: object, step: re.Match[str]) -> object:
    if isinstance(value, dict):
        return value.get(step["field"])
    if isinstance(value, list) and step["number"] is not None:
        return value[int(step["number"])]
    return None
