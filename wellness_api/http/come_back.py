"""When a client that was sent away is to come again: not all at the same moment."""

import random
from typing import Final

SECONDS_MIN: Final = 1
SECONDS_MAX: Final = 8

_chance: Final = random.SystemRandom()


class Busy(Exception):
    """The request is not taken on now; the same one may be later. `status`: 429 if it is the client's own doing, else 503."""

    def __init__(self, code: str, status: int, *, limit: str, detail: str) -> None:
        super().__init__(detail)
        self.code = code
        self.status = status
        self.limit = limit
        self.detail = detail


def retry_after() -> str:
    """A value for Retry-After, of each answer another: those who were sent away together do not come back together."""
    return str(_chance.randint(SECONDS_MIN, SECONDS_MAX))
