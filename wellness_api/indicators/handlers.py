"""`/v1/indicators`, `/v1/zones`: the figures of the city that staff may see."""

from datetime import date, datetime
from typing import Annotated, Final

import asyncpg
import msgspec
from litestar import get
from litestar.exceptions import NotFoundException
from litestar.openapi.spec import Example
from litestar.params import Parameter

from points.said import Text
from wellness_api.database.sql import read_sql
from wellness_api.http.access import only
from wellness_api.http.operations import refuses
from wellness_api.http.refused import Refused
from wellness_api.http.services import SignedInRequest, services_of
from wellness_api.indicators.catalogue import INDICATOR_BY_CODE, INDICATORS
from wellness_api.indicators.compute import CITY
from wellness_api.indicators.disclosure import Status
from wellness_api.indicators.rounding import Comparison
from wellness_api.indicators.zones import Zones, zones_of
from wellness_api.words.languages import named

CELLS_OF_INDICATOR: Final = read_sql(__package__, "cells_of_indicator")
ZONES: Final = read_sql(__package__, "zones")


class NamedIndicator(msgspec.Struct, frozen=True, kw_only=True):
    """An indicator and its name in each language."""

    code: str
    unit: str
    higher_is_better: bool
    name: Text


class Indicators(msgspec.Struct, kw_only=True):
    """Every indicator."""

    items: list[NamedIndicator]


class Confidence(msgspec.Struct, kw_only=True):
    """The 95% interval, in the indicator's unit."""

    lower: float
    upper: float


class Cell(msgspec.Struct, kw_only=True):
    """An indicator's figures for a zone. A cell that is not shown has none, and `status` says why.

    `shown` and `true_zero` have figures. `no_data`: nobody there has data. `primary`: fewer residents than the
    threshold. `primary_rest`: all but a few have the property, so those few would be known. `complementary`: without
    hiding this cell, another cell could be worked out. `linked`: another indicator hides the same residents.

    Figures are rounded, counts to 5. `comparison`: with the rest of the city, by the 95% interval of the difference;
    null where the two cannot be compared.
    """

    zone: str
    status: Status
    value: float | None
    interval: Confidence | None
    count: int | None
    denominator: int | None
    comparison: Comparison | None


class NotComputed(Refused):
    """The city's indicators were never worked out."""

    code = "not_computed"
    status = 404
    title = "The indicators are not worked out yet"
    field = "address"
    limit = "once the city has zones"
    detail = "The worker works them out once the city has zones, and then once a day."


class Period(msgspec.Struct, kw_only=True, rename={"first_day": "from", "last_day": "to"}):
    """The days that the figures cover, both included."""

    first_day: date
    last_day: date


class IndicatorCells(msgspec.Struct, kw_only=True):
    """An indicator by zone, with the city's total."""

    code: str
    name: Text
    unit: str
    higher_is_better: bool
    period: Period
    threshold: int
    computed_at: datetime
    cells: list[Cell]
    total: Cell


@get(
    "/v1/indicators",
    operation_id="indicators",
    summary="The indicators",
    tags=["staff"],
    **only("health_staff", "programme_officer"),
)
async def get_indicators() -> Indicators:
    """The indicators that can be requested."""
    return Indicators(
        items=[
            NamedIndicator(
                code=indicator.code,
                unit=indicator.unit,
                higher_is_better=indicator.higher_is_better,
                name=named("indicator", indicator.code),
            )
            for indicator in INDICATORS
        ]
    )


@get(
    "/v1/indicators/{code:str}",
    operation_id="indicator",
    summary="An indicator by zone",
    description=(
        "Anonymous figures after disclosure control; cells that rest on few residents are hidden. They are "
        "worked out once a day over whole days that are over, and do not change until the next day's "
        "computation."
    ),
    tags=["staff"],
    **only("health_staff", "programme_officer"),
    **refuses(NotComputed),
)
async def get_indicator(
    request: SignedInRequest,
    code: Annotated[str, Parameter(examples=[Example(value="mean_steps")])],
) -> IndicatorCells:
    """One indicator."""
    indicator = INDICATOR_BY_CODE.get(code)
    if indicator is None:
        raise NotFoundException(f"There is no indicator {code!r}; GET /v1/indicators lists them.")
    rows = await services_of(request).pool.fetch(CELLS_OF_INDICATOR, code)
    if not rows:
        raise NotComputed
    cells = [_cell(row) for row in rows]
    return IndicatorCells(
        code=indicator.code,
        name=named("indicator", indicator.code),
        unit=indicator.unit,
        higher_is_better=indicator.higher_is_better,
        period=Period(first_day=rows[0]["period_from"], last_day=rows[0]["period_to"]),
        threshold=rows[0]["threshold"],
        computed_at=rows[0]["computed_at"],
        cells=[cell for cell in cells if cell.zone != CITY],
        total=next(cell for cell in cells if cell.zone == CITY),
    )


def _cell(row: asyncpg.Record) -> Cell:
    interval = None if row["lower"] is None else Confidence(lower=row["lower"], upper=row["upper"])
    return Cell(
        zone=row["zone"],
        status=row["status"],
        value=row["value"],
        interval=interval,
        count=row["count"],
        denominator=row["denominator"],
        comparison=row["comparison"],
    )


@get(
    "/v1/zones",
    operation_id="zones",
    summary="The zones' outlines",
    tags=["staff"],
    **only("health_staff", "programme_officer"),
)
async def get_zones(request: SignedInRequest) -> Zones:
    """The zones as GeoJSON."""
    return zones_of(await services_of(request).pool.fetch(ZONES))
