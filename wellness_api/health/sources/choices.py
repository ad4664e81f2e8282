"""Residents' choices of which source counts first, as they are kept."""

from collections import defaultdict
from collections.abc import Iterable
from typing import Final

from wellness_api.database.pool import Connection, Pool
from wellness_api.database.sql import read_sql
from wellness_api.health.sources.orders import SourceOrder

CHOICES: Final = read_sql(__package__, "choices")
OWN_CHOICES: Final = read_sql(__package__, "own_choices")


async def choices_of(
    connection: Connection, resident_ids: Iterable[int]
) -> defaultdict[int, list[SourceOrder]]:
    """The orders of sources that the residents chose; no order for a resident who chose none."""
    rows = await connection.fetch(CHOICES, list(set(resident_ids)))
    choices: defaultdict[int, list[SourceOrder]] = defaultdict(list)
    for resident_id, metric, from_day, sources in rows:
        choices[resident_id].append(SourceOrder(metric, from_day, sources))
    return choices


async def own_choices(pool: Pool, resident_id: int) -> list[SourceOrder]:
    """The orders that the asking resident chose."""
    return [SourceOrder(*row) for row in await pool.fetch(OWN_CHOICES, resident_id)]
