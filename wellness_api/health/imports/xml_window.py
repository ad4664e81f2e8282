"""The part of a stream that may have to be read once more, and where in the stream it is."""

import re
from typing import Final, NamedTuple

SHOWN_BYTES_MAX: Final = 24
"""Of what stood at a place; the rest is left out."""

TAG_BYTES_MAX: Final = 64
"""What is kept where nothing was found, since the next bytes may go on with it. No name that is looked for is longer."""


class Place(NamedTuple):
    """A place in a file: its byte from 0, its line from 1, and what stands there."""

    byte: int
    line: int
    found: str


class Window:
    """The bytes of a stream from `start` to `end`, counted from the stream's first byte."""

    def __init__(self) -> None:
        self.content = b""
        self.start = 0
        self._lines_before = 0

    @property
    def end(self) -> int:
        """Behind the last byte that came."""
        return self.start + len(self.content)

    def add(self, block: bytes) -> None:
        """The stream goes on."""
        self.content += block

    def drop_before(self, byte: int) -> None:
        """Nobody will look at what stands before."""
        count = min(max(byte - self.start, 0), len(self.content))
        self._lines_before += self.content.count(b"\n", 0, count)
        self.content = self.content[count:]
        self.start += count

    def find(self, pattern: re.Pattern[bytes], search_from: int) -> int | None:
        """The byte of the first match from there on; where there is none, only what may be the start of one is kept."""
        match = pattern.search(self.content, max(search_from - self.start, 0))
        if match is not None:
            return self.start + match.start()
        self.drop_before(max(search_from, self.end - TAG_BYTES_MAX))
        return None

    def place(self, byte: int) -> Place:
        """The place, as far as it is still there."""
        at = byte - self.start
        shown = self.content[max(at, 0) : max(at, 0) + SHOWN_BYTES_MAX]
        return Place(
            byte,
            self._lines_before + self.content.count(b"\n", 0, max(at, 0)) + 1,
            shown.decode("utf-8", "replace"),
        )
