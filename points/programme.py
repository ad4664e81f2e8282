"""A programme: one readable TOML file of rules, with the time it is in force and how late data may come."""

import tomllib
from datetime import date
from typing import Annotated

import msgspec

from points.rules import Rule
from points.rules.parts import Points
from points.suggestions import nearest_name
from points.words import Text


class InvalidProgramme(Exception):
    """The programme file is not usable; the message names the place and what was expected there."""


class Programme(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The rules of a city's programme. A version that is in force is never changed; a change is a new version.

    `in_force_from`, `in_force_to`: first and last day that earns points; no last day means until replaced.
    `late_window_days`: a day's samples count when received at most so many days after it. Then it is frozen.
    `points_day_max`: at most so many points a day of all rules together; what is over is cut from the later rules.
    """

    code: Annotated[str, msgspec.Meta(pattern=r"^[a-z][a-z0-9_]{0,31}$")]
    version: Annotated[int, msgspec.Meta(ge=1)]
    name: Text
    in_force_from: date
    in_force_to: date | None = None
    late_window_days: Annotated[int, msgspec.Meta(ge=0, le=366)]
    points_day_max: Points | None = None
    rules: Annotated[list[Rule], msgspec.Meta(min_length=1, max_length=100)]

    def in_force_on(self, day: date) -> bool:
        """Whether the day earns points under this programme."""
        return self.in_force_from <= day and (self.in_force_to is None or day <= self.in_force_to)

    def rule(self, code: str) -> Rule:
        """The rule with that code."""
        return next(rule for rule in self.rules if rule.code == code)


def read_programme(text: str) -> Programme:
    """The programme that the TOML says, or InvalidProgramme."""
    try:
        programme = msgspec.convert(tomllib.loads(text), Programme)
    except (tomllib.TOMLDecodeError, msgspec.ValidationError) as error:
        raise InvalidProgramme(f"{error}{nearest_name(str(error))}") from error
    except RecursionError as error:
        raise InvalidProgramme("the file is nested too deeply") from error
    codes = [rule.code for rule in programme.rules]
    if len(set(codes)) != len(codes):
        raise InvalidProgramme("rules: each rule needs a code of its own")
    if programme.in_force_to is not None and programme.in_force_to < programme.in_force_from:
        raise InvalidProgramme("in_force_to: must not be before in_force_from")
    return programme
