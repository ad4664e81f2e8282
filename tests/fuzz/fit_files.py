"""Changes FIT files and writes their check sums anew, without which nothing that is changed comes past them."""

from collections.abc import Callable
from random import Random

from wellness_api.health.formats.fit.frame import (
    CHECK_SUM_BYTES,
    HEADER_BYTES,
    MAGIC,
    check_sum,
)

AROUND_BYTES = HEADER_BYTES + CHECK_SUM_BYTES
BYTES_SHARE = 0.3
CHANGES_MAX = 4
PIECE_BYTES_MAX = 24
EDGES = (0x00, 0x01, 0x07, 0x40, 0x60, 0x7F, 0x80, 0xA0, 0xFD, 0xFE, 0xFF)
"""Heads of messages, numbers of fields, types, and values that mean none."""


class FitMutator:
    """A mutator that changes a file's content, or takes what is no file for one, and seals what it becomes."""

    def __call__(
        self, data: bytes, size_max: int, seed: int, change_bytes: Callable[[bytes, int], bytes]
    ) -> bytes:
        """The same for the same seed."""
        random = Random(seed)
        room = size_max - AROUND_BYTES
        content = _content_of(data)
        if not content or random.random() < BYTES_SHARE:
            return sealed(change_bytes(content, room)[:room])
        for _ in range(random.randint(1, CHANGES_MAX)):
            content = _changed(content, random)
        return sealed(content[:room])


def sealed(content: bytes) -> bytes:
    """A whole file of the content."""
    header = bytes((HEADER_BYTES, 0x20, 0, 0)) + len(content).to_bytes(4, "little") + MAGIC
    whole = header + content
    return whole + check_sum(memoryview(whole)).to_bytes(CHECK_SUM_BYTES, "little")


def _content_of(data: bytes) -> bytes:
    is_file = len(data) > AROUND_BYTES and data[HEADER_BYTES - len(MAGIC) : HEADER_BYTES] == MAGIC
    return data[data[0] : -CHECK_SUM_BYTES] if is_file else data


def _changed(content: bytes, random: Random) -> bytes:
    start = random.randrange(len(content) + 1)
    end = start + random.randint(1, PIECE_BYTES_MAX)
    match random.randrange(4):
        case 0:
            return content[:start] + content[end:] or content
        case 1:
            return content[:end] + content[start:]
        case 2:
            return content[:start] + bytes((random.choice(EDGES),)) + content[start + 1 :]
        case _:
            return content[:start] + random.randbytes(1) + content[start + 1 :]
