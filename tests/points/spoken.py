"""What the engine has to say, as people read it."""

from points.said import Said
from wellness_api.words.languages import TONGUES


def ja(what: Said) -> str:
    """In Japanese."""
    return TONGUES["ja"].say(what)


def en(what: Said) -> str:
    """In English."""
    return TONGUES["en"].say(what)
