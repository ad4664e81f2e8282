"""When a client that was sent away is to come again: not all at the same moment."""

import random
from typing import Final

from wellness_api.http.refused import Refused

SECONDS_MIN: Final = 1
"""The least that an overloaded server asks to wait."""

SECONDS_MAX: Final = 8
"""The most that an overloaded server asks to wait."""

_chance: Final = random.SystemRandom()


class Busy(Refused):
    """The request is not taken on now; the same one may be later. 429 if it is the client's own doing, else 503."""

    title = "Too much at once"
    comes_back = True
    field = "request"


def retry_after() -> str:
    """A value for Retry-After, of each answer another: those who were sent away together do not come back together."""
    return str(_chance.randint(SECONDS_MIN, SECONDS_MAX))
