"""What is set aside, as staff and Prometheus see it."""

from datetime import datetime
from typing import Final

import msgspec

from wellness_api.database.pool import Database
from wellness_api.work.set_aside.items import KINDS, Kind
from wellness_api.work.set_aside.shapes import SetAside, SetAsideItem, SetAsideKind

ITEMS_LISTED_MAX: Final = 100
"""Further items are in the numbers, and are listed when those before them are done."""

COUNT: Final = "SELECT kind, items, oldest FROM work.count_set_aside()"
LIST: Final = "SELECT * FROM work.what_is_set_aside($1)"
RELEASE: Final = "SELECT work.release_set_aside($1, $2, $3)"


class NoSuchSetAside(Exception):
    """The item is not set aside (any more)."""

    def __init__(self, set_aside_id: int) -> None:
        super().__init__(f"Nothing is set aside under the number {set_aside_id} (any more).")


async def list_set_aside(database: Database) -> SetAside:
    """All kinds with their numbers, and the items that failed last."""
    kinds = [msgspec.convert(dict(row), SetAsideKind) for row in await database.fetch(COUNT)]
    rows = await database.fetch(LIST, ITEMS_LISTED_MAX)
    return SetAside(
        kinds=sorted(kinds, key=lambda of_kind: KINDS.index(of_kind.kind)),
        items=[msgspec.convert(dict(row), SetAsideItem) for row in rows],
    )


async def release_set_aside(
    database: Database, *, set_aside_id: int | None, kind: Kind | None, now: datetime
) -> int:
    """Lets an item be tried again, or all of a kind, or all. Returns how many."""
    released: int = await database.fetchval(RELEASE, set_aside_id, kind, now)
    return released
