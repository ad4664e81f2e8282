import msgspec
import pytest
import shapely

from wellness_api.town.simulation.districts import (
    DISTRICTS,
    zone_cells,
    zone_features,
    zone_polygons,
)
from wellness_api.town.simulation.mesh import cell_of, code_of, corner


@pytest.mark.parametrize(
    ("latitude", "longitude", "code"),
    [
        (35.658581, 139.745433, "53393599"),  # Tokyo Tower.
        (35.7, 139.75, "53394640"),  # A point on an edge belongs to the cell north and east of it.
    ],
)
def test_a_point_lies_in_the_cell_that_the_standard_gives(
    latitude: float, longitude: float, code: str
) -> None:
    assert code_of(*cell_of(latitude, longitude)) == code


def test_a_cell_holds_its_middle() -> None:
    for row, column in zone_cells():
        (west, south), (east, north) = corner(row, column), corner(row + 1, column + 1)
        assert cell_of((south + north) / 2, (west + east) / 2) == (row, column)


def test_outlines_do_not_overlap() -> None:
    polygons = zone_polygons()
    assert shapely.coverage_is_valid(polygons)
    whole = shapely.union_all(polygons)
    assert whole.area == pytest.approx(sum(polygon.area for polygon in polygons))


def test_every_centre_lies_in_its_own_outline() -> None:
    for district, polygon in zip(DISTRICTS, zone_polygons(), strict=True):
        assert polygon.contains(shapely.Point(district.longitude, district.latitude))


def test_the_city_has_about_600_square_kilometres() -> None:
    square_km_per_cell = 0.926 * 1.013
    assert len(zone_cells()) * square_km_per_cell == pytest.approx(600, rel=0.05)


def test_features_say_that_the_outlines_are_simulated() -> None:
    collection = msgspec.json.decode(msgspec.json.encode(zone_features()))
    assert collection["type"] == "FeatureCollection"
    assert len(collection["features"]) == 12
    kitanomine = collection["features"][1]
    assert kitanomine["type"] == "Feature"
    assert kitanomine["properties"] == {
        "zone": "kitanomine",
        "name": {"ja": "北の峰", "en": "Kitanomine"},
        "population": 3146,
        "outline": "simulated",
    }
    shape = shapely.from_geojson(msgspec.json.encode(kitanomine["geometry"]))
    assert isinstance(shape, shapely.Polygon)
    assert shape.is_valid
    assert shape.exterior.is_ccw


def test_outlines_are_the_same_each_time() -> None:
    assert msgspec.json.encode(zone_features()) == msgspec.json.encode(zone_features())
