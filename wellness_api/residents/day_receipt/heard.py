"""When each source was last heard, and what to do when that is long ago."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

import msgspec

from points.said import Text, said
from wellness_api.residents.day_receipt.shapes import SourceHeard
from wellness_api.words.languages import say

QUIET_AFTER: Final = timedelta(hours=24)
"""A phone or a watch that somebody carries sends something new each day, even if it only says at night that there was
nothing."""


class Heard(msgspec.Struct):
    """A source, and when something new from it was last received."""

    source: str
    venue: str | None
    last_heard: datetime


def sources_heard(heard: Sequence[Heard], *, now: datetime) -> list[SourceHeard]:
    """The sources by name, with advice for those that have been quiet."""
    return [
        SourceHeard(
            source=source_heard.source,
            venue=source_heard.venue,
            last_heard=source_heard.last_heard,
            what_to_do=_what_to_do(source_heard.source)
            if now - source_heard.last_heard > QUIET_AFTER
            else None,
        )
        for source_heard in heard
    ]


def _what_to_do(source: str) -> Text | None:
    """What to do about a quiet source. There is no advice for a station: it is heard when somebody comes to it."""
    match source.partition(":")[0]:
        case "watch":
            return say(said("quiet.watch"))
        case "phone":
            return say(said("quiet.phone"))
        case _:
            return None
