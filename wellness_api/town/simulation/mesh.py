"""The 1 km cells of the Japanese standard grid square (JIS X 0410), in integers only.

A cell is 30 seconds of latitude by 45 seconds of longitude. Floats would put a point that lies on an edge on
either side of it, so degrees become whole millionths first.
"""

ROWS_PER_DEGREE = 120
COLUMNS_PER_DEGREE = 80
_MILLION = 1_000_000
_WEST_EDGE_DEGREES = 100


def cell_of(latitude: float, longitude: float) -> tuple[int, int]:
    """Row (from the equator, northwards) and column (from 100 E, eastwards) of the cell that holds a point."""
    row = round(latitude * _MILLION) * ROWS_PER_DEGREE // _MILLION
    column = (round(longitude * _MILLION) - _WEST_EDGE_DEGREES * _MILLION) * COLUMNS_PER_DEGREE
    return row, column // _MILLION


def code_of(row: int, column: int) -> str:
    """The eight-digit code of a cell: first, second (8 x 8) and third (10 x 10) division."""
    row_rest, column_rest = row % 80, column % 80
    return (
        f"{row // 80:02d}{column // 80:02d}{row_rest // 10}{column_rest // 10}"
        f"{row_rest % 10}{column_rest % 10}"
    )


def corner(row: int, column: int) -> tuple[float, float]:
    """Longitude and latitude of a cell's south-west corner, in degrees; neighbours share it to the last bit."""
    return _WEST_EDGE_DEGREES + column / COLUMNS_PER_DEGREE, row / ROWS_PER_DEGREE
