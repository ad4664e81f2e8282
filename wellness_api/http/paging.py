"""Pages of a list: how much of it, and from where on."""

from typing import Annotated, Final

from litestar.openapi.spec import Example
from litestar.params import Parameter

NEWEST: Final = 2**62
"""Above every number that a list is in the order of."""

ROWS_PER_PAGE_MAX: Final = 100
"""A larger `limit` is refused with 400; the rest of a list is on the next page."""

PageLimit = Annotated[
    int,
    Parameter(
        ge=1, le=ROWS_PER_PAGE_MAX, description="Rows on a page.", examples=[Example(value=20)]
    ),
]
PageCursor = Annotated[
    str | None,
    Parameter(
        pattern=r"^\d{1,18}$(?!\n)",
        description="The next_cursor of the page before.",
        examples=[Example(value="1000000")],
    ),
]

CodeCursor = Annotated[
    str | None,
    Parameter(
        pattern=r"^[a-z0-9][a-z0-9_-]{0,63}$(?!\n)",
        description="The next_cursor of the page before.",
        examples=[Example(value="a-code")],
    ),
]
"""Of lists in the order of codes."""


def below(cursor: str | None) -> int:
    """The number below which the page begins; without a cursor, the newest row is on it."""
    return NEWEST if cursor is None else int(cursor)


def after(cursor: str | None) -> str:
    """The code after which the page begins; without a cursor, the first one is on it."""
    return cursor or ""
