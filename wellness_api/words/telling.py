"""Says something to one caller, in the language that the caller asks for."""

from typing import Final

from points.said import Language, Said
from wellness_api.words.languages import TONGUES

OF_DEVELOPERS: Final = "en"
"""Who asks for no language of ours is a program, and a developer reads what it is told."""


def told(what: Said, language: Language | None) -> str:
    """The message in the caller's language; without one, as developers are told it."""
    return TONGUES[language or OF_DEVELOPERS].say(what)
