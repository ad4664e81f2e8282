"""The limits of single fields, for docs/limits.md. They come from the shapes that have the fields, and from whatever
takes such a shape.

A limit on the figure or the length of a field is an annotation in its shape and not a constant, so its name is the
field's. Operations say themselves, with `takes`, which shapes they take from outside. DOORS lists files and rows that
are read elsewhere.
"""

from collections.abc import Iterator, Mapping
from typing import Final, NamedTuple

import msgspec
from litestar import Litestar
from msgspec import inspect

from device_bridge import outbox_rows
from device_bridge.config import Config
from points.programme import Programme
from wellness_api.http.operations import BODY, Body, operations
from wellness_api.indicators.zones import Zones

Shape = type[msgspec.Struct]

REFUSED: Final = "Refused with 422, which names field and limit; nothing is kept."
LIST_REFUSED: Final = "Refused with 422, which names field and limit; nothing is kept. What one item has too much of costs it alone."
ITEM_REFUSED: Final = "The item is refused alone, with field and limit, or taken without the field where that only tells more."


class Door(NamedTuple):
    """A shape that something reads from outside, what happens to input beyond the shape's limits, and what the limits
    bound.
    """

    shape: Shape
    beyond: str
    beyond_inside: str


class FieldLimit(NamedTuple):
    """A field of a shape, the values that it may have, and what happens beyond them."""

    shape: Shape
    field: str
    value: str
    sentence: str

    @property
    def name(self) -> str:
        """A name that differs from every constant's."""
        return f"{self.shape.__name__}.{self.field}"

    @property
    def place(self) -> str:
        """The folder of the shape's module, in the words of the packages."""
        return self.shape.__module__.rpartition(".")[0].replace(".", "/")


def _door(shape: Shape, beyond: str) -> Door:
    return Door(shape, beyond, beyond)


DOORS: Final = (
    _door(Programme, "The programme's file is refused, naming the field; no version is added."),
    _door(Zones, "The file of zones is refused, naming the field; no zone is added."),
    _door(Config, "The gateway does not start, and names the field."),
    *(
        _door(kind, "It is not what was written: the row is put aside, and all others go on.")
        for kind in vars(outbox_rows).values()
        if isinstance(kind, type) and issubclass(kind, msgspec.Struct)
        if kind.__module__ == outbox_rows.__name__
    ),
)
"""The doors apart from the API's operations."""


def field_limits(app: Litestar) -> Iterator[FieldLimit]:
    """Each limited field of every shape that comes in, with every answer to a value beyond the limit."""
    answers: dict[Shape, dict[str, None]] = {}
    fields: dict[Shape, Mapping[str, inspect.Type]] = {}
    for door in (*_of_operations(app), *DOORS):
        for struct in _structs_in(inspect.type_info(door.shape), {}).values():
            beyond = door.beyond if struct.cls is door.shape else door.beyond_inside
            answers.setdefault(struct.cls, {})[beyond] = None
            fields[struct.cls] = {field.encode_name: field.type for field in struct.fields}
    for shape, sentences in answers.items():
        for name, kind in fields[shape].items():
            if value := may_be(kind):
                yield FieldLimit(shape, name, value, " ".join(sentences))


def may_be(kind: inspect.Type) -> str:
    """The limits on a value of this kind; empty where nothing limits it. Shapes inside of the kind are not looked at."""
    match kind:
        case inspect.Metadata(type=inner):
            words = may_be(inner)
        case inspect.UnionType(types=kinds):
            words = " or ".join(filter(None, map(may_be, kinds)))
        case inspect.IntType() | inspect.FloatType():
            words = _range(kind)
        case inspect.StrType() | inspect.BytesType():
            words = _length(kind.min_length, kind.max_length, "letters")
        case inspect.ListType() | inspect.VarTupleType():
            length = _length(kind.min_length, kind.max_length, "items")
            words = _and_each(length, "each", may_be(kind.item_type))
        case inspect.DictType():
            length = _length(kind.min_length, kind.max_length, "entries")
            words = _and_each(length, "each name", may_be(kind.key_type))
        case _:
            words = ""
    return words


def _and_each(length: str, part: str, is_what: str) -> str:
    return ", ".join(filter(None, (length, is_what and f"{part} {is_what}")))


def _of_operations(app: Litestar) -> Iterator[Door]:
    for handler in operations(app).values():
        body: Body | None = handler.opt.get(BODY)
        if body is not None and body.shape is not None:
            if body.refuses_items_alone:
                yield Door(body.shape, LIST_REFUSED, ITEM_REFUSED)
            else:
                yield _door(body.shape, REFUSED)


def _structs_in(
    kind: inspect.Type, seen: dict[Shape, inspect.StructType]
) -> Mapping[Shape, inspect.StructType]:
    """The shapes that a value of this kind may hold; the kind's own shape comes first."""
    match kind:
        case inspect.Metadata(type=inner):
            _structs_in(inner, seen)
        case inspect.UnionType(types=kinds) | inspect.TupleType(item_types=kinds):
            for inner_kind in kinds:
                _structs_in(inner_kind, seen)
        case inspect.ListType(item_type=inner) | inspect.VarTupleType(item_type=inner):
            _structs_in(inner, seen)
        case inspect.DictType(value_type=inner):
            _structs_in(inner, seen)
        case inspect.StructType() if kind.cls not in seen:
            seen[kind.cls] = kind
            for field in kind.fields:
                _structs_in(field.type, seen)
    return seen


def _range(kind: inspect.IntType | inspect.FloatType) -> str:
    if kind.ge is not None and kind.le is not None:
        return f"{kind.ge:,} to {kind.le:,}"
    words = (
        ("at least", kind.ge),
        ("above", kind.gt),
        ("at most", kind.le),
        ("below", kind.lt),
    )
    return ", ".join(f"{word} {bound:,}" for word, bound in words if bound is not None)


def _length(least: int | None, most: int | None, unit: str) -> str:
    match least, most:
        case None, None:
            return ""
        case None, _:
            return f"at most {most:,} {unit}"
        case _, None:
            return f"{least:,} or more {unit}"
        case _:
            return f"{least:,} to {most:,} {unit}"
