"""Pages of a list: how many rows, and where they begin."""

from typing import Annotated, Final

from litestar.openapi.spec import Example
from litestar.params import Parameter

NEWEST: Final = 2**62
"""Above every number by which a list is ordered."""

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
"""For lists in the order of codes."""


def below(cursor: str | None) -> int:
    """The number below which the page begins. Without a cursor, the page has the newest row."""
    return NEWEST if cursor is None else int(cursor)


def after(cursor: str | None) -> str:
    """The code after which the page begins. Without a cursor, the page has the first one."""
    return cursor or ""
