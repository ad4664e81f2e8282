"""Keys that make a request count once, however often it is sent."""

from typing import Annotated, Final

from litestar.openapi.spec import Example
from litestar.params import HeaderParameter

from points.said import said
from wellness_api.http.refused import Refused

KEY_PATTERN: Final = r"^[A-Za-z0-9._-]{8,64}$(?!\n)"
KEY_DESCRIPTION: Final = (
    "Chosen by the client, the same for every try of the same upload: it then counts once."
)

COUNTS_ONCE: Final = "counts_once"
"""The attribute of a handler's function whose requests may come with a key (`wellness_api.work.once`)."""


class IdempotencyKeyReused(Refused):
    """The key came before with another body."""

    code = "idempotency_key_reused"
    status = 422
    title = "The idempotency key was used before"
    field = "Idempotency-Key"
    limit = "one key for one upload"

    def __init__(self, key: str) -> None:
        super().__init__(detail=said("refusal.key_reused", key=key))


def key_parameter(example: str) -> HeaderParameter:
    """The header with the key. Each operation has an example of its own, because a key covers the whole request."""
    return HeaderParameter(
        name="Idempotency-Key",
        pattern=KEY_PATTERN,
        description=KEY_DESCRIPTION,
        examples=[Example(value=example)],
    )


IdempotencyKey = Annotated[str, key_parameter("2f1c9a52-example")]
