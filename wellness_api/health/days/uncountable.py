"""The limits of what is counted on a day. A look at the day tells whether it keeps to them, before the work begins."""

from collections.abc import Mapping
from typing import Final

PARTS_OF_A_SOURCE_MAX: Final = 1_000_000
"""Parts of one source's overlapping records on a day. A record is cut wherever another one begins or ends. A dozen records that
overlap on every second have as many parts. A day with more is not counted (TooTangled) and is set aside."""

PARTS_OF_A_DAY_MAX: Final = 4_000_000
"""Such parts of all metrics and sources of a day together: a second or two of work. A day with more is not counted (TooTangled)
and is set aside."""

SOURCES_OF_A_DAY_MAX: Final = 64
"""Sources of one metric on a day; a resident has under ten. The rest of a source is looked for among all better sources, so the
work grows with their number. A day with more is not counted (TooManySources) and is set aside."""


class Uncountable(Exception):
    """The day is over one of the limits, so it is not counted."""


class UncountableDays(Uncountable):
    """Some of several days are not counted. `by_place`: why, by their places among the days."""

    def __init__(self, by_place: Mapping[int, Uncountable]) -> None:
        super().__init__(f"{len(by_place)} of the days are not counted")
        self.by_place = by_place


class TooTangled(Uncountable):
    """So many records overlap each other on one day that nobody could say what they mean."""

    def __init__(self, parts: int, *, of: str, parts_max: int) -> None:
        super().__init__(
            f"overlapping records of {of} have {parts:,} parts on one day; up to {parts_max:,} are counted"
        )
        self.parts = parts


class TooManySources(Uncountable):
    """More sources tell of one metric on one day than anybody has."""

    def __init__(self, sources: int) -> None:
        super().__init__(
            f"{sources:,} sources tell of one metric on one day; up to {SOURCES_OF_A_DAY_MAX} are counted"
        )
        self.sources = sources


def check_sources(sources: int) -> None:
    """Raises TooManySources."""
    if sources > SOURCES_OF_A_DAY_MAX:
        raise TooManySources(sources)


def check_parts_of_day(parts: int) -> None:
    """Raises TooTangled."""
    if parts > PARTS_OF_A_DAY_MAX:
        raise TooTangled(parts, of="all sources", parts_max=PARTS_OF_A_DAY_MAX)
