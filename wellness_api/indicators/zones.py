"""The city's zones: reads and writes their outlines as GeoJSON."""

from typing import Annotated, Any, Final, Literal

import asyncpg
import msgspec

from points.said import Text
from wellness_api.database.pool import Connection
from wellness_api.database.sql import read_named_sql
from wellness_api.database.texts import from_table, in_table
from wellness_api.indicators.compute import CITY
from wellness_api.process.trouble import Trouble

ADD_ZONES: Final = read_named_sql(__package__, "add_zones")

OUTLINE_DEPTH_MAX: Final = 8
"""Lists and objects within each other. A polygon of several parts has five levels. A decoder's own depth is no bound of
ours."""

NESTED_TOO_DEEPLY: Final = "the file is nested too deeply"


class InvalidZones(Trouble):
    """The file is not a GeoJSON feature collection of zones. The message names the place in the file."""


class ZoneProperties(msgspec.Struct, kw_only=True):
    """A zone's code and names, and how many people live in it."""

    zone: Annotated[str, msgspec.Meta(pattern=r"^[a-z][a-z0-9_-]{0,31}$(?!\n)")]
    name: Text
    population: Annotated[int, msgspec.Meta(ge=0)]


class ZoneFeature(msgspec.Struct, kw_only=True):
    """A zone as a GeoJSON feature."""

    type: Literal["Feature"] = "Feature"
    geometry: dict[str, Any]
    properties: ZoneProperties


class Zones(msgspec.Struct, kw_only=True):
    """The city's zones as a GeoJSON feature collection."""

    type: Literal["FeatureCollection"] = "FeatureCollection"
    features: list[ZoneFeature]


def read_zones(geojson: bytes) -> Zones:
    """The zones of a GeoJSON file; raises InvalidZones."""
    try:
        zones = msgspec.json.decode(geojson, type=Zones)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise InvalidZones(str(error)) from error
    except RecursionError as error:
        raise InvalidZones(NESTED_TOO_DEEPLY) from error
    if any(_is_too_deep(feature.geometry) for feature in zones.features):
        raise InvalidZones(NESTED_TOO_DEEPLY)
    codes = [feature.properties.zone for feature in zones.features]
    if CITY in codes:
        raise InvalidZones(
            f"the code {CITY!r} stands for the city's total; call the zone otherwise"
        )
    twice = sorted({code for code in codes if codes.count(code) > 1})
    if twice:
        raise InvalidZones(f"two zones have the code {twice[0]!r}")
    return zones


def _is_too_deep(outline: dict[str, Any]) -> bool:
    level: list[Any] = [outline]
    for _ in range(OUTLINE_DEPTH_MAX):
        inside = [
            value.values() if isinstance(value, dict) else value
            for value in level
            if isinstance(value, dict | list)
        ]
        level = [value for values in inside for value in values]
    return any(isinstance(value, dict | list) for value in level)


async def add_zones(connection: Connection, zones: Zones) -> None:
    """Adds the zones, or updates those that exist with the same code. It needs the schema owner's connection."""
    await connection.execute(
        *ADD_ZONES(
            zones=[feature.properties.zone for feature in zones.features],
            names=[in_table(feature.properties.name) for feature in zones.features],
            populations=[feature.properties.population for feature in zones.features],
            outlines=[msgspec.json.encode(feature.geometry).decode() for feature in zones.features],
        ),
    )


def zones_of(rows: list[asyncpg.Record]) -> Zones:
    """The zones in rows of indicators.zone."""
    return Zones(
        features=[
            ZoneFeature(
                geometry=msgspec.json.decode(row["outline"]),
                properties=ZoneProperties(
                    zone=row["zone"],
                    name=from_table(row["name"]),
                    population=row["population"],
                ),
            )
            for row in rows
        ]
    )
