"""Changes texts of lines with values in them, as XML, TOML, CSV and queries are, so that they stay readable."""

import re
from collections.abc import Callable, Sequence
from random import Random

from tests.fuzz.vocabulary import AMOUNTS, EDGES, TIMES

CHANGES_MAX = 4
BYTES_SHARE = 0.25
VALUE = re.compile(rb'(?<=")[^"\n]{0,200}(?=")|[^"<>,;|&=\s]+')
"""Between quotes, or between what else separates values."""

VALUES = (
    *(str(value) for value in (*TIMES, *AMOUNTS, *EDGES) if not isinstance(value, list | dict)),
    *("nan", "inf", "1_000", "٣", "2026-11-18 11:00:00 +0900", "2026-11-18 10:00:00 +0900"),
)


class TextMutator:
    """A mutator that swaps values and lines, and otherwise changes bytes."""

    def __init__(self, words: Sequence[str]) -> None:
        self._values = [word.encode("utf-8", "surrogatepass") for word in (*words, *VALUES)]

    def __call__(
        self, data: bytes, size_max: int, seed: int, change_bytes: Callable[[bytes, int], bytes]
    ) -> bytes:
        """The same for the same seed."""
        random = Random(seed)
        changed = data
        if random.random() >= BYTES_SHARE:
            for _ in range(random.randint(1, CHANGES_MAX)):
                changed = self._changed(changed, random)
        if changed == data or len(changed) > size_max:
            return change_bytes(data, size_max)
        return changed

    def _changed(self, data: bytes, random: Random) -> bytes:
        values = list(VALUE.finditer(data))
        if values and random.random() < 0.8:
            place = random.choice(values)
            value = random.choice((*self._values, random.choice(values).group()))
            return data[: place.start()] + value + data[place.end() :]
        lines = data.split(b"\n")
        line_number = random.randrange(len(lines))
        if random.random() < 0.5:
            lines.insert(random.randint(0, len(lines)), lines[line_number])
        else:
            del lines[line_number]
        return b"\n".join(lines)
