"""A file of zones is read whole, or refused with what is wrong."""

import msgspec
import pytest

from wellness_api.indicators.compute import CITY
from wellness_api.indicators.zones import InvalidZones, read_zones


def file_of(*codes: str, coordinates: bytes = b"[]") -> bytes:
    features = [
        {
            "type": "Feature",
            "geometry": {"type": "Polygon", "coordinates": msgspec.Raw(coordinates)},
            "properties": {"zone": code, "name": {"ja": "北", "en": "North"}, "population": 9},
        }
        for code in codes
    ]
    return msgspec.json.encode({"type": "FeatureCollection", "features": features})


def test_zones_with_codes_of_their_own_are_read() -> None:
    read = read_zones(file_of("north", "south"))
    assert [feature.properties.zone for feature in read.features] == ["north", "south"]


@pytest.mark.parametrize(
    ("file", "message"),
    [
        (b"", "truncated"),
        (b"\xff", "malformed"),
        (file_of("North Side"), "zone"),
        (file_of("north", "north"), "two zones have the code 'north'"),
        (file_of(CITY), "stands for the city's total"),
        (file_of("north", coordinates=b"[" * 9 + b"]" * 9), "nested too deeply"),
        (file_of("north", coordinates=b"[" * 5_000 + b"]" * 5_000), "nested too deeply"),
        (file_of("north", coordinates=b"[" * 1_000_000 + b"]" * 1_000_000), "nested too deeply"),
    ],
)
def test_a_file_that_is_none_of_zones_is_refused(file: bytes, message: str) -> None:
    with pytest.raises(InvalidZones, match=message):
        read_zones(file)
