"""How a sample came to be: a fact that is kept beside it, and that programmes trust or not.

An origin is no part of which sample it is. An edit has its own. Of copies that say the same, the one counts that says
more of how the value came to be, whichever came first. A file tells only the way that it took: whatever was sent besides
is more. So nothing is lost, and nothing won, by the order in which copies come.
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
"""What stands for each in tables; a number is never given to another one."""

_ORIGIN_OF: Final[dict[int | None, Origin | None]] = {
    None: None,
    **{number: origin for origin, number in NUMBERS.items()},
}


def number_of(origin: Origin | None) -> int | None:
    """As a segment's row has it: nothing where nothing was said."""
    return None if origin is None else NUMBERS[origin]


def origin_of(number: int | None) -> Origin | None:
    """Of a segment's row."""
    return _ORIGIN_OF[number]


def says_more(origin: Origin | None, than: Origin | None) -> bool:
    """Whether a copy with this origin says more of how the value came to be."""
    return SAYS_MORE_FIRST.index(origin) < SAYS_MORE_FIRST.index(than)
