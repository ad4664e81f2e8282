"""Messages in the part of ICU MessageFormat that we need: `{name}`, `{day, date, long}`, and plurals.

    {points, plural, one {# point} other {# points}}

Translators' tools know the format. The pages read the same: wellness_api/web/src/words/message.ts.
"""

import re
from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple, Union

SLOT: Final = re.compile(r"\{(?P<name>[a-z][a-z_]*)(?:, date, (?P<style>long))?\}")
PLURAL: Final = re.compile(r"\{(?P<name>[a-z][a-z_]*), plural, one \{")
BETWEEN_FORMS: Final = re.compile(r"\} other \{")
END_OF_PLURAL: Final = "}}"


class MalformedMessage(Exception):
    """The message cannot be read; the error says which one, and where."""

    def __init__(self, message: str, place: int) -> None:
        super().__init__(f"cannot be read from character {place} on: {message}")


class Slot(NamedTuple):
    """The place of an argument. `is_long`: a day with its year."""

    name: str
    is_long: bool = False


class Plural(NamedTuple):
    """What is said for one, and for any other number."""

    name: str
    one: Sequence["Part"]
    other: Sequence["Part"]


class Number(NamedTuple):
    """`#`: the number of the plural around it."""

    name: str


Part = Union[str, Slot, Plural, Number]  # noqa: UP007 # It names classes that name it.


def read_message(message: str) -> Sequence[Part]:
    """The parts of a message. Raises MalformedMessage."""
    parts, end = _parts(message, 0, of_plural=None)
    if end < len(message):
        raise MalformedMessage(message, end)
    return parts


def arguments_of(parts: Sequence[Part]) -> Iterator[tuple[str, bool]]:
    """The name of each argument, and whether it has to be a number."""
    for part in parts:
        match part:
            case Slot(name=name):
                yield name, False
            case Plural(name=name, one=one, other=other):
                yield name, True
                yield from arguments_of(one)
                yield from arguments_of(other)
            case _:
                pass


def _parts(message: str, start: int, *, of_plural: str | None) -> tuple[Sequence[Part], int]:
    """The parts from `start` on to the end of the message, or, within a plural, to a brace that was not opened there."""
    parts: list[Part] = []
    text = ""
    part: Part
    while start < len(message) and message[start] != "}":
        if of_plural is not None and message[start] == "#":
            part, start = Number(of_plural), start + 1
        elif message[start] == "{":
            part, start = _in_braces(message, start)
        else:
            text, start = text + message[start], start + 1
            continue
        parts += [text, part] if text else [part]
        text = ""
    return tuple([*parts, text] if text else parts), start


def _in_braces(message: str, start: int) -> tuple[Slot | Plural, int]:
    if slot := SLOT.match(message, start):
        return Slot(slot["name"], slot["style"] == "long"), slot.end()
    plural = PLURAL.match(message, start)
    if plural is None:
        raise MalformedMessage(message, start)
    one, end = _parts(message, plural.end(), of_plural=plural["name"])
    between = BETWEEN_FORMS.match(message, end)
    if between is None:
        raise MalformedMessage(message, end)
    other, end = _parts(message, between.end(), of_plural=plural["name"])
    if not message.startswith(END_OF_PLURAL, end):
        raise MalformedMessage(message, end)
    return Plural(plural["name"], one, other), end + len(END_OF_PLURAL)
