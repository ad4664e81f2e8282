"""What is wrong with a field, in words for people, from what msgspec says about it."""

import re
from collections.abc import Callable, Mapping
from typing import Final

from points.said import Language, Said, Several, said
from wellness_api.words.telling import told

Wrong = Said | str
"""What is wrong: in no language, or in the words of msgspec."""

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
"""By msgspec's name for the kind. Other kinds, and null, are left out where a kind is wanted."""

_NULL: Final = said("misfit_kind.null")
_FRACTION: Final = said("misfit_kind.fraction")

CHARACTERS_SHOWN_MAX: Final = 64
"""A sentence shows no more of a name or a value that somebody sent; the rest is left out."""

_LENGTHS: Final = ("str", "bytes")
"""Kinds whose length is a number of letters; the length of other kinds is a number of items."""


def misfit_said(what: str) -> Said | None:
    """The sentence for people, or None where nothing is known of what msgspec says."""
    for pattern, sentence in _SENTENCES:
        match = pattern.match(what)
        if match is not None:
            return sentence(match)
    return None


def wrong_said(wrong: Wrong) -> Wrong:
    """The same in no language, as far as that can be."""
    return (misfit_said(wrong) or wrong) if isinstance(wrong, str) else wrong


def wrong_told(wrong: Wrong, language: Language | None) -> str:
    """What is wrong, as the caller is told it. Without a language, msgspec's own words stay: they are for developers."""
    if isinstance(wrong, str):
        sentence = None if language is None else misfit_said(wrong)
        return wrong if sentence is None else told(sentence, language)
    return told(wrong, language)


def _kind(expected: re.Match[str]) -> Said | None:
    kinds = [_KINDS[name] for name in expected["kind"].split(" | ") if name in _KINDS]
    if not kinds:
        return None
    wanted = Several(kinds, said("misfit.or"))
    came = _came(expected["came"], kinds)
    if came is None:
        return said("misfit.kind", kind=wanted)
    return said("misfit.kind_came", kind=wanted, came=came)


def _came(kind: str | None, wanted: list[Said]) -> Said | None:
    if kind == "null":
        return _NULL
    if kind == "float" and _KINDS["int"] in wanted:
        return _FRACTION
    return _KINDS.get(kind or "")


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
    (re.compile(r"Object missing required field "), _always(said("misfit.missing"))),
    (
        re.compile(r"Object contains unknown field `(?P<name>.*)`", re.DOTALL),
        lambda unknown: said("misfit.unknown", name=unknown["name"][:CHARACTERS_SHOWN_MAX]),
    ),
    (
        re.compile(r"Invalid enum value (?P<value>.*), not one of (?P<choices>.*)", re.DOTALL),
        lambda other: said(
            "misfit.choice_of",
            value=other["value"][:CHARACTERS_SHOWN_MAX],
            choices=other["choices"],
        ),
    ),
    (
        re.compile(r"Invalid (?:enum )?value (?P<value>.*)", re.DOTALL),
        lambda other: said("misfit.choice", value=other["value"][:CHARACTERS_SHOWN_MAX]),
    ),
    (re.compile(r"Invalid RFC3339 encoded date$"), _always(said("misfit.day"))),
    (re.compile(r"Invalid RFC3339 encoded time$"), _always(said("misfit.time"))),
    (
        re.compile(
            r"Invalid RFC3339 encoded datetime$|Expected `datetime` with |Timestamp is out of range"
        ),
        _always(said("misfit.moment")),
    ),
    (
        re.compile(r"Expected `str` matching regex (?P<form>.*)", re.DOTALL),
        lambda other: said("misfit.form", form=other["form"]),
    ),
    (re.compile(r"Expected `array` of length \d+ to "), _always(said("misfit.items"))),
    (re.compile(r"Expected `(?P<kind>\w+)` of (?P<sign>at least) length (?P<bound>\d+)"), _length),
    (
        re.compile(r"Expected `(?P<kind>\w+)` of length (?:(?P<sign>>=|<=) )?(?P<bound>\d+)"),
        _length,
    ),
    (
        re.compile(r"Expected `\w+` (?P<sign>>=|<=|>|<) (?P<bound>-?\d+(\.\d+)?(e[+-]?\d+)?)"),
        _range,
    ),
    (re.compile(r"Expected `(?P<kind>[^`]+)`(?:, got `(?P<came>\w+)`)?"), _kind),
    (re.compile(r"Input data was truncated"), _always(said("misfit.cut_off"))),
    (
        re.compile(r".*(?:malformed|trailing).*\(byte (?P<place>\d+)\)$", re.DOTALL),
        lambda malformed: said("misfit.malformed", place=int(malformed["place"])),
    ),
    (
        re.compile(r".*codec can't decode .* in position (?P<place>\d+)"),
        lambda other: said("misfit.no_utf_8", place=int(other["place"])),
    ),
    (re.compile(r"Invalid UTF-8"), _always(said("misfit.no_text"))),
    (re.compile(r"Invalid base64"), _always(said("misfit.no_base64"))),
    (re.compile(r"(?:Number|Integer value) out of range"), _always(said("misfit.out_of_range"))),
)
"""How msgspec's messages begin. The first pattern that fits makes the sentence."""
