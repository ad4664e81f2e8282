"""How long to wait before trying again."""

import random
from typing import Final

import msgspec

_CHANCE: Final = random.SystemRandom()


class Backoff(msgspec.Struct, frozen=True, kw_only=True):
    """A wait that doubles from `first_seconds` up to `max_seconds`. Chance decides the upper half of it.

    The chance keeps a city's gateways from coming back all at once after an outage.
    """

    first_seconds: float
    max_seconds: float

    def seconds(self, failures: int, *, asked_seconds: float = 0.0) -> float:
        """The wait after this many failures in a row. It is at least what the server asked for, and at most the maximum."""
        assert failures > 0
        # 2**20 times any first wait is beyond any maximum. Without the bound the power overflows after weeks.
        whole = min(self.first_seconds * 2.0 ** min(failures - 1, 20), self.max_seconds)
        drawn = whole * _CHANCE.uniform(0.5, 1.0)
        return min(max(drawn, asked_seconds), self.max_seconds)
