"""Which language a caller asks for: the header Accept-Language (RFC 9110, section 12.5.4)."""

import re
from collections.abc import Iterator
from typing import Final

from points.said import Language
from wellness_api.words.languages import TONGUES

ASKED_IN: Final = "accept-language"

PREFERENCES_MAX: Final = 20
"""Preferences that are looked at; further ones are ignored."""

PREFERENCE: Final = re.compile(
    r"\s*(?P<tag>[A-Za-z]{1,8}(?:-[A-Za-z0-9]{1,8})*)\s*(?:;\s*q=(?P<weight>[01](?:\.\d{0,3})?)\s*)?"
)


def language_asked(accept_language: str) -> Language | None:
    """The language of ours that is wanted most, if any is: `ja-JP,en;q=0.8` asks for Japanese.

    A preference that cannot be read, or that stands for any language, asks for none.
    """
    wanted = [(language, weight) for language, weight in _wanted(accept_language) if weight > 0]
    return max(wanted, key=lambda preference: preference[1])[0] if wanted else None


def _wanted(accept_language: str) -> Iterator[tuple[Language, float]]:
    for written in accept_language.split(",", PREFERENCES_MAX)[:PREFERENCES_MAX]:
        preference = PREFERENCE.fullmatch(written)
        language = _ours(preference["tag"]) if preference else None
        if preference and language is not None:
            yield language, float(preference["weight"] or 1)


def _ours(tag: str) -> Language | None:
    """Our language with that tag, or else with the longest beginning of it: en for en-GB."""
    parts = tag.lower().split("-")
    beginnings = ["-".join(parts[:count]) for count in range(len(parts), 0, -1)]
    ours = {language.lower(): language for language in TONGUES}
    return next((ours[beginning] for beginning in beginnings if beginning in ours), None)
