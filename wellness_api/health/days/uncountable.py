"""How much may be said of a day that is still counted; it is known by a look at it, before the work is begun."""

from typing import Final

PARTS_OF_A_SOURCE_MAX: Final = 1_000_000
"""Parts of one source's overlapping records on a day, each cut wherever another one begins or ends: a dozen records deep on every second. Beyond it the day is not counted (TooTangled) and set aside."""

PARTS_OF_A_DAY_MAX: Final = 4_000_000
"""Such parts of all metrics and sources of a day together: a second or two of work. Beyond it the day is not counted (TooTangled) and set aside."""

SOURCES_OF_A_DAY_MAX: Final = 64
"""Sources that tell of one metric on a day, where a resident has under ten: what each adds is looked for among all better ones. Beyond it the day is not counted (TooManySources) and set aside."""


class Uncountable(Exception):
    """What is said of a day cannot be counted."""


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
