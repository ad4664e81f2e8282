"""Furano's districts, and simulated outlines for them.

Names and centres follow the map roughly. Populations are our assumption: they sum to the city's 22,936, with most
people in the town and several places of a few hundred, which is what disclosure control has to cope with. Outlines
are simulated too: 1 km cells given to the nearest district within an ellipse of about the city's 600 km2.
"""

import heapq
import math

import msgspec
import shapely

from wellness_api.town.simulation import mesh

CITY_POPULATION = 22_936


class District(msgspec.Struct, frozen=True, kw_only=True):
    """A district. `walking` is how much its people walk against the city's mean: less where the car is the rule."""

    code: str
    ja: str
    en: str
    latitude: float
    longitude: float
    population: int
    walking: float


class Properties(msgspec.Struct, frozen=True, kw_only=True):
    """What a map shows of a district; `outline` says that the polygon is not a surveyed border."""

    zone: str
    name: dict[str, str]
    population: int
    outline: str = "simulated"


class Geometry(msgspec.Struct, frozen=True, kw_only=True):
    """A GeoJSON polygon: rings of longitude and latitude in degrees, the outer ring first."""

    coordinates: list[list[tuple[float, float]]]
    type: str = "Polygon"


class Feature(msgspec.Struct, frozen=True, kw_only=True):
    """A GeoJSON feature."""

    properties: Properties
    geometry: Geometry
    type: str = "Feature"


class FeatureCollection(msgspec.Struct, frozen=True, kw_only=True):
    """A GeoJSON feature collection."""

    features: list[Feature]
    type: str = "FeatureCollection"


def _district(  # One line a district below, so that the table reads as a table.
    code: str, names: tuple[str, str], centre: tuple[float, float], population: int, walking: float
) -> District:
    return District(
        code=code,
        ja=names[0],
        en=names[1],
        latitude=centre[0],
        longitude=centre[1],
        population=population,
        walking=walking,
    )


DISTRICTS: tuple[District, ...] = (
    _district("chuo", ("中央", "Chuo"), (43.342, 142.390), 6_700, 1.06),
    _district("kitanomine", ("北の峰", "Kitanomine"), (43.343, 142.352), 3_146, 1.03),
    _district("ogiyama", ("扇山", "Ogiyama"), (43.322, 142.402), 3_600, 1.00),
    _district("higashimachi", ("東町", "Higashimachi"), (43.347, 142.412), 2_450, 1.02),
    _district("torinuma", ("鳥沼", "Torinuma"), (43.327, 142.440), 1_100, 0.95),
    _district("tomioka", ("富丘", "Tomioka"), (43.372, 142.445), 520, 0.92),
    _district("goryo", ("御料", "Goryo"), (43.308, 142.368), 480, 0.93),
    _district("shimanoshita", ("島ノ下", "Shimanoshita"), (43.368, 142.330), 360, 0.88),
    _district("nunobe", ("布部", "Nunobe"), (43.278, 142.415), 620, 0.91),
    _district("rokugo", ("麓郷", "Rokugo"), (43.300, 142.520), 830, 0.90),
    _district("yamabe", ("山部", "Yamabe"), (43.240, 142.385), 2_350, 0.94),
    _district("higashiyama", ("東山", "Higashiyama"), (43.155, 142.435), 780, 0.86),
)

assert sum(district.population for district in DISTRICTS) == CITY_POPULATION

_CITY_CENTRE = (43.265, 142.415)
_CITY_HALF_HEIGHT_KM = 16.5
_CITY_HALF_WIDTH_KM = 11.6
_KM_PER_DEGREE_OF_LATITUDE = 111.1

Cell = tuple[int, int]


def _distance_km(a: tuple[float, float], b: tuple[float, float]) -> tuple[float, float]:
    """North and east distance; flat, which is good enough within a city."""
    east_scale = _KM_PER_DEGREE_OF_LATITUDE * math.cos(math.radians(_CITY_CENTRE[0]))
    return (b[0] - a[0]) * _KM_PER_DEGREE_OF_LATITUDE, (b[1] - a[1]) * east_scale


def _middle(cell: Cell) -> tuple[float, float]:
    west, south = mesh.corner(*cell)
    east, north = mesh.corner(cell[0] + 1, cell[1] + 1)
    return (south + north) / 2, (west + east) / 2


def _in_city(cell: Cell) -> bool:
    north, east = _distance_km(_CITY_CENTRE, _middle(cell))
    return (north / _CITY_HALF_HEIGHT_KM) ** 2 + (east / _CITY_HALF_WIDTH_KM) ** 2 <= 1


def zone_cells() -> dict[Cell, int]:
    """Mesh cells of the city, (row, column), each with the index of its district in DISTRICTS.

    Districts grow outwards from their centre's cell, nearest cells first, so that each is in one piece.
    """
    cells: dict[Cell, int] = {}
    edge: list[tuple[float, Cell, int]] = []
    for index, district in enumerate(DISTRICTS):
        heapq.heappush(
            edge, (-1.0, mesh.cell_of(district.latitude, district.longitude), index)
        )  # Before any other cell: a centre belongs to its own district.
    while edge:
        _, cell, index = heapq.heappop(edge)
        if cell in cells:
            continue
        cells[cell] = index
        centre = (DISTRICTS[index].latitude, DISTRICTS[index].longitude)
        row, column = cell
        for near in ((row + 1, column), (row - 1, column), (row, column + 1), (row, column - 1)):
            if near not in cells and _in_city(near):
                distance = math.hypot(*_distance_km(centre, _middle(near)))
                heapq.heappush(edge, (distance, near, index))
    return cells


def zone_polygons() -> list[shapely.Polygon]:
    """One polygon a district, in the order of DISTRICTS; they touch and never overlap."""
    boxes: list[list[shapely.Polygon]] = [[] for _ in DISTRICTS]
    for (row, column), index in sorted(zone_cells().items()):
        boxes[index].append(
            shapely.box(*mesh.corner(row, column), *mesh.corner(row + 1, column + 1))
        )
    polygons: list[shapely.Polygon] = []
    for parts in boxes:
        whole = shapely.normalize(shapely.union_all(parts))
        assert isinstance(whole, shapely.Polygon), "a district fell into pieces"
        polygons.append(whole)
    return polygons


def _ring(ring: shapely.LinearRing) -> list[tuple[float, float]]:
    # RFC 7946 asks for no more digits than the place needs: six are a tenth of a metre.
    return [(round(x, 6), round(y, 6)) for x, y in ring.coords]


def zone_features() -> FeatureCollection:
    """The districts as GeoJSON (RFC 7946), outer rings anticlockwise, labelled as simulated outlines."""
    features = []
    for district, polygon in zip(DISTRICTS, zone_polygons(), strict=True):
        oriented = shapely.geometry.polygon.orient(polygon)
        features.append(
            Feature(
                properties=Properties(
                    zone=district.code,
                    name={"ja": district.ja, "en": district.en},
                    population=district.population,
                ),
                geometry=Geometry(
                    coordinates=[
                        _ring(oriented.exterior),
                        *(_ring(hole) for hole in oriented.interiors),
                    ]
                ),
            )
        )
    return FeatureCollection(features=features)
