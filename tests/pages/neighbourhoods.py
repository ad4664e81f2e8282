"""People for the needs map: enough of them in some districts, too few in one, nobody in the others."""

import asyncio
from datetime import timedelta
from typing import Final, NamedTuple

import msgspec

from tests.town import Town, local_morning, steps
from wellness_api.indicators.zones import Zones, add_zones
from wellness_api.town.simulation.districts import zone_features

UPLOADS_AT_ONCE: Final = 16


class Neighbours(NamedTuple):
    """So many residents of a district, who all walked for the same hour."""

    zone: str
    residents: int
    steps_a_minute: int


NEIGHBOURHOODS: Final = (
    Neighbours("higashiyama", 30, 120),
    Neighbours("rokugo", 26, 85),
    Neighbours("tomioka", 24, 72),
    Neighbours("goryo", 22, 50),
    Neighbours("nunobe", 8, 39),
)
HIDDEN: Final = frozenset({"nunobe", "goryo"})
"""Nunobe has fewer residents than the threshold; without Goryo hidden too, the total would give it away."""


async def settle_neighbourhoods(town: Town) -> None:
    """Zones, people and yesterday's steps of each, worked off and counted."""
    await add_zones(town.owner, msgspec.convert(msgspec.to_builtins(zone_features()), Zones))
    morning = local_morning(town.clock().date() - timedelta(days=1))
    walks = [
        (person, steps([neighbours.steps_a_minute] * 60, start=morning))
        for neighbours in NEIGHBOURHOODS
        for person in await town.residents(neighbours.residents, zone=neighbours.zone)
    ]
    for start in range(0, len(walks), UPLOADS_AT_ONCE):
        await asyncio.gather(
            *(town.upload(*walk) for walk in walks[start : start + UPLOADS_AT_ONCE])
        )
    await town.settle()
    await town.worker.refresh()
