"""The part of a stream that may have to be read again, and its place in the stream."""

import re
from typing import Final, NamedTuple

SHOWN_BYTES_MAX: Final = 24
"""A report shows no more of what stood in a place; the rest is left out."""

TAG_BYTES_MAX: Final = 64
"""What is kept where nothing was found, because the next bytes may complete a match. No name that is looked for is longer."""


class Place(NamedTuple):
    """A place in a file: its byte from 0, its line from 1, and what stands there."""

    byte: int
    line: int
    shown: str


class Window:
    """The bytes of a stream from `start` to `end`, counted from the stream's first byte."""

    def __init__(self) -> None:
        self.content = b""
        self.start = 0
        self._lines_before = 0

    @property
    def end(self) -> int:
        """The byte behind the last one that came."""
        return self.start + len(self.content)

    def add(self, block: bytes) -> None:
        """Adds the stream's next block."""
        self.content += block

    def drop_before(self, byte: int) -> None:
        """Drops what stands before the byte: nobody will look at it."""
        count = min(max(byte - self.start, 0), len(self.content))
        self._lines_before += self.content.count(b"\n", 0, count)
        self.content = self.content[count:]
        self.start += count

    def find(self, pattern: re.Pattern[bytes], search_from: int) -> int | None:
        """The byte of the first match from there on. Without a match, only what may be the start of one is kept."""
        match = pattern.search(self.content, max(search_from - self.start, 0))
        if match is not None:
            return self.start + match.start()
        self.drop_before(max(search_from, self.end - TAG_BYTES_MAX))
        return None

    def place(self, byte: int) -> Place:
        """The place, with as much of its content as the window still has."""
        offset = byte - self.start
        shown = self.content[max(offset, 0) : max(offset, 0) + SHOWN_BYTES_MAX]
        return Place(
            byte,
            self._lines_before + self.content.count(b"\n", 0, max(offset, 0)) + 1,
            shown.decode("utf-8", "replace"),
        )
