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
    """The end of an error message about a document that is not of the `wanted` type. It suggests the nearest name that
    is valid at that place, or lists all of them; empty for other errors.
    """
    place = PLACE.search(message)
    steps = list(STEP.finditer(place["path"])) if place else []
    if wrong := UNKNOWN_FIELD.search(message):
        return _nearest(wrong["name"], _fields(_at(steps, document, wanted)))
    if wrong := UNKNOWN_CHOICE.search(message):
        return _nearest(wrong["name"], _choices(steps, document, wanted))
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
        outer_type.tag
        for outer_type in around
        if isinstance(outer_type, inspect.StructType) and outer_type.tag_field == last["field"]
    ]
    if kinds:
        return [str(kind) for kind in kinds]
    return [
        str(choice)
        for part in _at(steps, document, wanted)
        if isinstance(part, inspect.LiteralType)
        for choice in part.values
    ]


def _fields(types: Sequence[inspect.Type]) -> list[str]:
    structs = [one_type for one_type in types if isinstance(one_type, inspect.StructType)]
    tags = {struct.tag_field for struct in structs if struct.tag_field}
    return sorted(tags | {field.encode_name for struct in structs for field in struct.fields})


def _at(
    steps: Sequence[re.Match[str]], document: object, wanted: type[msgspec.Struct]
) -> list[inspect.Type]:
    """The types that are possible where the steps into a document lead; of structs, only those of the document's kind."""
    part = document
    types = _possible(inspect.type_info(wanted))
    for step in steps:
        types = [
            inner for one_type in _of_kind(types, part) for inner in _types_inside(one_type, step)
        ]
        part = _inner(part, step)
    return _of_kind(types, part)


def _types_inside(outer: inspect.Type, step: re.Match[str]) -> list[inspect.Type]:
    if isinstance(outer, inspect.StructType):
        return [
            inner
            for field in outer.fields
            if field.encode_name == step["field"]
            for inner in _possible(field.type)
        ]
    if isinstance(outer, inspect.ListType | inspect.VarTupleType):
        return _possible(outer.item_type)
    return []


def _possible(stated: inspect.Type) -> list[inspect.Type]:
    return list(stated.types) if isinstance(stated, inspect.UnionType) else [stated]


def _of_kind(types: Sequence[inspect.Type], part: object) -> list[inspect.Type]:
    """The types whose tag the part of the document has; all types where it has no known tag."""
    named: list[inspect.Type] = [
        one_type
        for one_type in types
        if isinstance(one_type, inspect.StructType)
        and one_type.tag_field
        and isinstance(part, dict)
        and part.get(one_type.tag_field) == one_type.tag
    ]
    return named or list(types)


def _inner(part: object, step: re.Match[str]) -> object:
    if isinstance(part, dict):
        return part.get(step["field"])
    if isinstance(part, list) and step["number"] is not None:
        return part[int(step["number"])]
    return None
