"""When a client that was sent away should come again: clients must not all come at the same moment."""

import random
from typing import Final

from wellness_api.http.refused import Refused

SECONDS_MIN: Final = 1
"""The shortest wait that an overloaded server asks for."""

SECONDS_MAX: Final = 8
"""The longest wait that an overloaded server asks for."""

_chance: Final = random.SystemRandom()


class Busy(Refused):
    """The request is not taken on now; the same one may be later. 429 if the client itself caused it, else 503."""

    title = "Too much at once"
    comes_back = True
    field = "request"


def retry_after() -> str:
    """A value for Retry-After, different for each answer, so that clients that were sent away together do not come back together."""
    return str(_chance.randint(SECONDS_MIN, SECONDS_MAX))
