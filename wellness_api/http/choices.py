"""Names the values that there are, where msgspec only says that a value is none of them."""

import re
from collections.abc import Iterator, Sequence
from functools import cache
from typing import Final

import msgspec
from msgspec import inspect

NONE_OF_THEM: Final = "Invalid enum value "
NOT_ONE_OF: Final = ", not one of "

_PLACE: Final = re.compile(r"^(?P<what>.*?)(?P<at> - at `\$(?P<path>[^`]*)`)?$", re.DOTALL)
_STEP: Final = re.compile(r"\.(?P<name>[^.\[]+)|\[[^\]]*\]")


def with_choices(error: msgspec.ValidationError, shape: object) -> msgspec.ValidationError:
    """An error that says the same; if a value is none of a few, these follow in it. `shape`: what was decoded."""
    match = _PLACE.match(str(error))
    assert match is not None, "the pattern fits any text"
    what, choices = match["what"], ""
    if what.startswith(NONE_OF_THEM):
        steps = [step["name"] for step in _STEP.finditer(match["path"] or "")]
        choices = ", ".join(_choices(shape, tuple(steps)))
    named = f"{NOT_ONE_OF}{choices}" if choices else ""
    return msgspec.ValidationError(f"{what}{named}{match['at'] or ''}")


@cache
def _choices(shape: object, steps: tuple[str | None, ...]) -> Sequence[str]:
    """The values at the end of the steps: the name of a field, or None for any element."""
    reached = [inspect.type_info(shape)]
    for step in steps:
        reached = [inner for outer in reached for inner in _inside(outer, step)]
    return [value for one in reached for value in _values_of(one)]


def _options(shape: inspect.Type) -> Iterator[inspect.Type]:
    match shape:
        case inspect.UnionType(types=types):
            for one in types:
                yield from _options(one)
        case inspect.Metadata(type=inner):
            yield from _options(inner)
        case _:
            yield shape


def _inside(outer: inspect.Type, step: str | None) -> Iterator[inspect.Type]:
    for option in _options(outer):
        match option:
            case inspect.StructType(fields=fields) if step is not None:
                yield from (field.type for field in fields if field.encode_name == step)
            case inspect.ListType(item_type=inner) | inspect.DictType(value_type=inner) if (
                step is None
            ):
                yield inner
            case _:
                continue


def _values_of(shape: inspect.Type) -> Iterator[str]:
    for option in _options(shape):
        match option:
            case inspect.LiteralType(values=values):
                yield from (str(value) for value in values)
            case inspect.EnumType(cls=cls):
                yield from (str(one.value) for one in cls)
            case _:
                continue
