"""What a field of a shape may hold is in docs/limits.md, with what happens beyond it."""

from collections.abc import Iterator, Sequence
from importlib import import_module
from pathlib import Path
from typing import Annotated, Any, Final

import msgspec
import pytest
from msgspec import Meta, inspect

from points.said import Text
from wellness_api.checkout.documents import NO_SERVER
from wellness_api.checkout.field_limits import (
    DOORS,
    ITEM_REFUSED,
    REFUSED,
    FieldLimit,
    field_limits,
    may_be,
)
from wellness_api.checkout.limits_document import NOT_THE_PRODUCT, PACKAGES
from wellness_api.programs.server.app import make_app

ROOT: Final = Path(__file__).parents[3]


@pytest.fixture(scope="module")
def limits() -> dict[str, FieldLimit]:
    """By name of shape and field."""
    return {limit.name: limit for limit in field_limits(make_app(NO_SERVER))}


def limited_fields() -> Iterator[tuple[str, str, str]]:
    """Shape, field and value of each limit that stands in the source of the product, wherever it is."""
    for package in PACKAGES:
        for path in (ROOT / package).rglob("*.py"):
            name = path.relative_to(ROOT).with_suffix("").as_posix()
            if "Meta(" in path.read_text(encoding="utf-8") and not name.startswith(NOT_THE_PRODUCT):
                import_module(name.replace("/", "."))
    for shape in shapes(msgspec.Struct):
        # The framework makes one of each handler's parameters, which stands in no source.
        if shape.__module__.split(".")[0] in PACKAGES and hasattr(
            import_module(shape.__module__), shape.__name__
        ):
            for field in fields_of(shape):
                if value := may_be(field.type):
                    yield shape.__qualname__, field.encode_name, value


def fields_of(shape: type[msgspec.Struct]) -> Sequence[inspect.Field]:
    try:
        info = inspect.type_info(shape)
    except TypeError:  # What no decoder can be made of is never read.
        return ()
    assert isinstance(info, inspect.StructType)
    return info.fields


def shapes(base: type[msgspec.Struct]) -> Iterator[type[msgspec.Struct]]:
    for shape in base.__subclasses__():
        yield shape
        yield from shapes(shape)


def test_no_limit_of_a_field_is_left_out(limits: dict[str, FieldLimit]) -> None:
    """Answers, and bodies that are read in pieces, repeat fields of what comes in, or say texts."""
    listed = {(limit.field, limit.value) for limit in limits.values()}
    of_texts = may_be(inspect.type_info(Text))
    left_out = [
        limited_field for limited_field in limited_fields() if limited_field[1:] not in listed
    ]
    assert [
        unlisted for unlisted in left_out if unlisted[2].removeprefix("each ") != of_texts
    ] == []


def patterns_of(kind: inspect.Type) -> Iterator[str]:
    match kind:
        case inspect.Metadata(type=inner):
            yield from patterns_of(inner)
        case inspect.UnionType(types=kinds):
            for inner_kind in kinds:
                yield from patterns_of(inner_kind)
        case inspect.StrType(pattern=str(pattern)):
            yield pattern
        case inspect.ListType(item_type=inner) | inspect.VarTupleType(item_type=inner):
            yield from patterns_of(inner)
        case inspect.DictType():
            yield from patterns_of(kind.key_type)
            yield from patterns_of(kind.value_type)


def test_no_pattern_lets_a_line_break_stand_behind_its_end() -> None:
    """Of an expression that ends with a dollar sign alone, Python allows one."""
    list(limited_fields())
    patterns = {
        pattern
        for shape in shapes(msgspec.Struct)
        if shape.__module__.split(".")[0] in PACKAGES
        for field in fields_of(shape)
        for pattern in patterns_of(field.type)
    }
    assert len(patterns) > 8
    assert [pattern for pattern in sorted(patterns) if pattern.endswith("$")] == []


def test_a_limit_of_a_field_has_its_value_and_its_answer(limits: dict[str, FieldLimit]) -> None:
    assert (limits["NewTeam.size_max"].value, limits["NewTeam.size_max"].sentence) == (
        "2 to 20",
        REFUSED,
    )
    assert limits["Entry.place"].sentence == ITEM_REFUSED
    assert limits["Streak.every_days"].value == "2 to 100"
    assert "programme's file is refused" in limits["Streak.every_days"].sentence
    assert "does not start" in limits["Config.stations"].sentence
    assert "put aside" in limits["SeenRow.sighting"].sentence
    assert all(limit.value and limit.sentence for limit in limits.values())


def test_every_door_lets_something_in_that_is_limited(limits: dict[str, FieldLimit]) -> None:
    limited = {limit.sentence for limit in limits.values()}
    assert {door.beyond for door in DOORS} <= limited


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        (Annotated[int, Meta(ge=1)], "at least 1"),
        (Annotated[int, Meta(ge=0, le=10_000)] | None, "0 to 10,000"),
        (Annotated[float, Meta(gt=0)], "above 0"),
        (Annotated[str, Meta(max_length=64)], "at most 64 letters"),
        (Annotated[str, Meta(min_length=1)], "1 or more letters"),
        (list[Annotated[int, Meta(ge=1, le=5)]], "each 1 to 5"),
        (
            Annotated[tuple[Annotated[str, Meta(max_length=5)], ...], Meta(min_length=1)],
            "1 or more items, each at most 5 letters",
        ),
        (dict[Annotated[str, Meta(max_length=35)], str], "each name at most 35 letters"),
        (int, ""),
        (list[str], ""),
    ],
)
def test_a_limit_is_said_in_words(kind: Any, value: str) -> None:
    assert may_be(inspect.type_info(kind)) == value
