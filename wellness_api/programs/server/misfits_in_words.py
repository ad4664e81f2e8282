"""What is wrong with a field, in words for people, from what msgspec and the framework say about it."""

import re
from collections.abc import Callable, Mapping
from typing import Final

from points.said import Said, Several, said
from wellness_api.health.samples.times_in_words import WRITTEN_OUT
from wellness_api.http.reports import FieldProblem
from wellness_api.programs.server.limits_in_words import A_DAY, REQUIRED

_OF_LIMIT: Final[Mapping[str, Said]] = {
    REQUIRED: said("misfit.missing"),
    WRITTEN_OUT: said("misfit.moment"),
    A_DAY: said("misfit.day"),
}
"""Sentences for limits that need no other words."""

_KINDS: Final[Mapping[str, Said]] = {
    "int": said("misfit_kind.int"),
    "float": said("misfit_kind.float"),
    "str": said("misfit_kind.str"),
    "bool": said("misfit_kind.bool"),
    "array": said("misfit_kind.array"),
    "object": said("misfit_kind.object"),
    "bytes": said("misfit_kind.bytes"),
    "datetime": said("misfit_kind.datetime"),
    "date": said("misfit_kind.date"),
    "time": said("misfit_kind.time"),
}
"""By msgspec's name for the kind. Other kinds, and null, are left out."""

_LENGTHS: Final = ("str", "bytes")
"""Kinds whose length is a number of letters; the length of other kinds is a number of items."""


def misfit_said(wrong: FieldProblem) -> Said | None:
    """The sentence for people, or None where the report as a whole already says all that can be said."""
    if wrong.limit in _OF_LIMIT:
        return _OF_LIMIT[wrong.limit]
    for pattern, sentence in _SENTENCES:
        match = pattern.match(wrong.detail)
        if match is not None:
            return sentence(match)
    return None


def _kind(expected: re.Match[str]) -> Said | None:
    kinds = [_KINDS[name] for name in expected["kind"].split(" | ") if name in _KINDS]
    return said("misfit.kind", kind=Several(kinds, said("misfit.or"))) if kinds else None


def _range(expected: re.Match[str]) -> Said:
    bound = _number(expected["bound"])
    match expected["sign"]:
        case ">=":
            return said("misfit.at_least", bound=bound)
        case "<=":
            return said("misfit.at_most", bound=bound)
        case ">":
            return said("misfit.above", bound=bound)
        case _:
            return said("misfit.below", bound=bound)


def _length(expected: re.Match[str]) -> Said:
    bound = int(expected["bound"])
    match expected["kind"] in _LENGTHS, expected["sign"]:
        case True, ">=":
            return said("misfit.letters_at_least", bound=bound)
        case True, _:
            return said("misfit.letters_at_most", bound=bound)
        case False, ">=" | "at least":
            return said("misfit.items_at_least", bound=bound)
        case False, "<=":
            return said("misfit.items_at_most", bound=bound)
        case _:
            return said("misfit.items_exactly", bound=bound)


def _number(written: str) -> int | float:
    number = float(written)
    return int(number) if number.is_integer() else number


def _always(sentence: Said) -> Callable[[re.Match[str]], Said]:
    return lambda _: sentence


_SENTENCES: Final[tuple[tuple[re.Pattern[str], Callable[[re.Match[str]], Said | None]], ...]] = (
    (re.compile(r"Object contains unknown field "), _always(said("misfit.unknown"))),
    (re.compile(r"Invalid (enum )?value "), _always(said("misfit.choice"))),
    (re.compile(r"Invalid RFC3339 encoded time$"), _always(said("misfit.time"))),
    (
        re.compile(
            r"Invalid RFC3339 encoded datetime$|Expected `datetime` with |Timestamp is out of range"
        ),
        _always(said("misfit.moment")),
    ),
    (
        re.compile(r"Expected `str` matching regex |Expected `array` of length \d+ to "),
        _always(said("misfit.form")),
    ),
    (re.compile(r"Expected `(?P<kind>\w+)` of (?P<sign>at least) length (?P<bound>\d+)"), _length),
    (
        re.compile(r"Expected `(?P<kind>\w+)` of length (?:(?P<sign>>=|<=) )?(?P<bound>\d+)"),
        _length,
    ),
    (
        re.compile(r"Expected `\w+` (?P<sign>>=|<=|>|<) (?P<bound>-?\d+(\.\d+)?(e[+-]?\d+)?)"),
        _range,
    ),
    (re.compile(r"Expected `(?P<kind>[^`]+)`"), _kind),
)
"""How msgspec's messages begin. The first pattern that fits makes the sentence."""
