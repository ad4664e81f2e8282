"""How a sample came to be: a fact that is kept beside it, and that programmes trust or not.

An origin does not identify a sample, and an edit has an origin of its own. Of copies that say the same, the copy counts
that says more of how the value came to be, whichever came first. A file tells only how the sample reached us, so every
other origin says more. So the order in which copies come loses nothing and gains nothing.
"""

from typing import Final, Literal

from device_bridge.wire import SaidOrigin

Origin = SaidOrigin | Literal["station"]
"""Measured at a station, counted or measured by a device, worked out by an app, typed in by a person, or read from a file."""

SAYS_MORE_FIRST: Final[tuple[Origin | None, ...]] = (
    "station",
    "device",
    "app",
    "typed",
    None,
    "file",
)

NUMBERS: Final[dict[Origin, int]] = {"device": 1, "app": 2, "typed": 3, "file": 4, "station": 5}
"""The number of each origin in tables. A number is never used for another origin."""

_ORIGIN_OF: Final[dict[int | None, Origin | None]] = {
    None: None,
    **{number: origin for origin, number in NUMBERS.items()},
}


def number_of(origin: Origin | None) -> int | None:
    """The number in a segment's row; None where the origin was not said."""
    return None if origin is None else NUMBERS[origin]


def origin_of(number: int | None) -> Origin | None:
    """The origin of the number in a segment's row."""
    return _ORIGIN_OF[number]


def says_more(origin: Origin | None, than: Origin | None) -> bool:
    """Whether a copy with this origin says more of how the value came to be than a copy with the other one."""
    return SAYS_MORE_FIRST.index(origin) < SAYS_MORE_FIRST.index(than)
