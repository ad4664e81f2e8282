"""Puts arguments into the messages of a language."""

from collections.abc import Mapping, Sequence
from datetime import date, time
from typing import Final, assert_never

import msgspec

from points.said import Argument, Language, Said, Several, Text
from wellness_api.words.messages import Number, Part, Plural, Slot

FIRST: Final = "ja"
"""The language of the first city. It stands first in every list, and replaces any other that is missing."""


class Manner(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How a language writes dates, times and numbers: `language.toml` in its folder.

    `day`, `day_long`: messages that take any of day, month, month_name, weekday and year; `clock`: hour and minute.
    """

    name: str
    thousands: str
    months: tuple[str, ...]
    weekdays: tuple[str, ...]
    day: str
    day_long: str
    clock: str


class Tongue(msgspec.Struct, frozen=True, kw_only=True):
    """A language: its manner, and its messages by key."""

    language: Language
    manner: Manner
    messages: Mapping[str, Sequence[Part]]
    day: Sequence[Part]
    day_long: Sequence[Part]
    clock: Sequence[Part]

    def say(self, what: Said) -> str:
        """The message with its arguments."""
        return self._spoken(self.messages[what.key], what.arguments)

    def _spoken(self, parts: Sequence[Part], arguments: Mapping[str, Argument]) -> str:
        return "".join(self._part(part, arguments) for part in parts)

    def _part(self, part: Part, arguments: Mapping[str, Argument]) -> str:
        match part:
            case str():
                return part
            case Slot(name=name, is_long=is_long):
                return self._argument(arguments[name], is_long=is_long)
            case Number(name=name):
                return self._argument(arguments[name])
            case Plural(name=name, one=one, other=other):
                return self._spoken(one if arguments[name] == 1 else other, arguments)
            case _ as never:
                assert_never(never)

    def _argument(self, argument: Argument, *, is_long: bool = False) -> str:
        match argument:
            case int() | float():
                return f"{argument:,}".replace(",", self.manner.thousands)
            case time():
                return self._written(
                    self.clock, {"hour": str(argument.hour), "minute": f"{argument.minute:02}"}
                )
            case date():
                return self._day(argument, self.day_long if is_long else self.day)
            case Said():
                return self.say(argument)
            case Several(parts=parts, between=between):
                return self.say(between).join(self._argument(part) for part in parts)
            case str() | dict():
                return (
                    argument if isinstance(argument, str) else in_language(argument, self.language)
                )
            case _ as never:
                assert_never(never)

    def _day(self, day: date, written: Sequence[Part]) -> str:
        parts: dict[str, str] = {
            "day": str(day.day),
            "month": str(day.month),
            "month_name": self.manner.months[day.month - 1],
            "weekday": self.manner.weekdays[day.weekday()],
            "year": str(day.year),
        }
        return self._written(written, parts)

    def _written(self, written: Sequence[Part], parts: Mapping[str, str]) -> str:
        return "".join(part if isinstance(part, str) else parts[part.name] for part in written)


def in_language(text: Text, language: Language) -> str:
    """The text in that language, or else in the first city's, or else in any language that it has."""
    return text.get(language) or text.get(FIRST) or next(iter(text.values()))
