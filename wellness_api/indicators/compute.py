"""Works the indicators out once a day, over whole days that are over, and replaces the figures that may be seen."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Final

import msgspec

from wellness_api.database.errors import server_is_gone
from wellness_api.database.pool import Connection
from wellness_api.database.sql import read_named_sql, read_sql
from wellness_api.health.figures.catalogue import FIGURE_BY_CODE
from wellness_api.health.samples.local_days import local_date
from wellness_api.indicators.catalogue import (
    FIGURE,
    INDICATOR_BY_CODE,
    INDICATORS,
    STEP_TARGET_ADULT,
    STEP_TARGET_FROM_65,
)
from wellness_api.indicators.disclosure import (
    HIDDEN,
    NONE_HIDDEN,
    SHOWN,
    RawCell,
    Status,
    control,
    sum_may_be_known,
)
from wellness_api.indicators.figures import Figures
from wellness_api.indicators.rounding import (
    RESIDENT_STEPS_MAX,
    Comparison,
    Share,
    Shown,
    compared,
    shown,
)
from wellness_api.process.panics import panics_as_errors

BEGIN_COMPUTATION: Final = read_sql(__package__, "begin_computation")
FIGURES_BY_ZONE: Final = read_named_sql(__package__, "figures_by_zone")
REPLACE_CELLS: Final = read_named_sql(__package__, "replace_cells")

CITY: Final = "city"
"""The zone code of the total."""

NIGHT_AFTER: Final = timedelta(hours=6)
"""A day is counted from six in the morning after it: by then, phones that send at night have sent its evening. Later
data is part of the next day's computation, which looks back on the same days except one."""


class SeenCell(msgspec.Struct, frozen=True):
    """A cell as it may be seen; it has figures only if it is shown."""

    indicator: str
    zone: str
    status: Status
    shown: Shown | None = None
    comparison: Comparison | None = None


def last_day_counted(now: datetime, time_zone: str) -> date:
    """The last of the days that the indicators worked out at `now` look back on."""
    return local_date(now - NIGHT_AFTER, time_zone) - timedelta(days=1)


async def refresh_indicators(
    connection: Connection, *, last_day: date, days: int, threshold: int
) -> dict[str, Exception] | None:
    """Works every indicator out over the `days` up to `last_day`. Returns the indicators that failed; nothing of these
    is shown.

    It works once for each last day, however often it is called. What is shown does not change between two computations,
    so nobody can watch one resident's data come in. Returns None when the work was done before.
    """
    first_day = last_day - timedelta(days=days - 1)
    failed: dict[str, Exception] = {}
    async with connection.transaction():
        if not await connection.fetchval(BEGIN_COMPUTATION, last_day):
            return None
        rows = await connection.fetch(
            *FIGURES_BY_ZONE(
                figure=FIGURE_BY_CODE[FIGURE].number,
                first_day=first_day,
                last_day=last_day,
                target_steps=STEP_TARGET_ADULT,
                target_steps_older=STEP_TARGET_FROM_65,
                steps_max=RESIDENT_STEPS_MAX,
            )
        )
        cells = seen_tables([Figures(*row) for row in rows], threshold=threshold, failed=failed)
        await connection.execute(
            *REPLACE_CELLS(
                **_columns(cells), first_day=first_day, last_day=last_day, threshold=threshold
            )
        )
    return failed


def seen_tables(
    figures: Sequence[Figures], *, threshold: int, failed: dict[str, Exception]
) -> list[SeenCell]:
    """Every indicator's cells. All tables rest on the number of walkers in a zone: a zone that is hidden in one is
    hidden in each.

    An indicator that fails is noted in `failed`, and stops no other. But without the first table no other may be seen.
    """
    participation = _tried("participation", figures, threshold=threshold, failed=failed)
    hidden = {cell.zone: cell.status for cell in participation if cell.status in HIDDEN}
    others = [
        cell
        for indicator in INDICATORS
        if indicator.code != "participation" and "participation" not in failed
        for cell in _tried(
            indicator.code, figures, threshold=threshold, failed=failed, hidden_elsewhere=hidden
        )
    ]
    return [*participation, *others]


def _tried(
    indicator: str,
    figures: Sequence[Figures],
    *,
    threshold: int,
    failed: dict[str, Exception],
    hidden_elsewhere: Mapping[str, Status] = NONE_HIDDEN,
) -> list[SeenCell]:
    try:
        with panics_as_errors():
            return seen_cells(
                indicator, figures, threshold=threshold, hidden_elsewhere=hidden_elsewhere
            )
    except Exception as error:
        if server_is_gone(error):
            raise
        failed[indicator] = error
    return []


def seen_cells(
    indicator: str,
    figures: Sequence[Figures],
    *,
    threshold: int,
    hidden_elsewhere: Mapping[str, Status] = NONE_HIDDEN,
) -> list[SeenCell]:
    """The indicator's cells for all zones and the city, after disclosure control."""
    city = _together(CITY, figures)
    raw = [raw_cell(indicator, zone) for zone in figures]
    total = raw_cell(indicator, city)
    status = control(raw, threshold=threshold, hidden_elsewhere=hidden_elsewhere)
    status |= control([total], threshold=threshold, hidden_elsewhere=hidden_elsewhere)
    hidden = [cell for cell in raw if status[cell.zone] in HIDDEN]
    if hidden and not sum_may_be_known(hidden, threshold=threshold):
        # All cells are small, and no cell is left to hide behind: the total itself would give residents away.
        status[CITY] = "complementary"
    zones = [
        _seen(
            indicator,
            zone,
            status[zone.zone],
            # Beside a hidden total, better or worse would reveal something of it.
            rest=_rest(figures, zone) if status[CITY] in SHOWN else None,
        )
        for zone in figures
    ]
    return [*zones, _seen(indicator, city, status[CITY], rest=None)]


def raw_cell(indicator: str, zone: Figures) -> RawCell:
    """The zone's figures under one indicator, as disclosure control needs them."""
    measured = INDICATOR_BY_CODE[indicator].measure(zone)
    if isinstance(measured, Share):
        return RawCell(zone.zone, measured.count, measured.denominator, counted=True)
    return RawCell(zone.zone, measured.count, measured.count, counted=False)


def _seen(indicator: str, zone: Figures, status: Status, *, rest: Figures | None) -> SeenCell:
    if status not in SHOWN:
        return SeenCell(indicator, zone.zone, status)
    own = INDICATOR_BY_CODE[indicator].measure(zone)
    comparison = (
        None
        if rest is None
        else compared(
            own,
            INDICATOR_BY_CODE[indicator].measure(rest),
            higher_is_better=INDICATOR_BY_CODE[indicator].higher_is_better,
        )
    )
    return SeenCell(indicator, zone.zone, status, shown(own), comparison)


def _rest(figures: Sequence[Figures], zone: Figures) -> Figures:
    """The city without the zone. The zone is a part of the city, and would otherwise be compared with itself."""
    return _together("", [other for other in figures if other is not zone])


def _together(code: str, figures: Sequence[Figures]) -> Figures:
    return Figures(
        code,
        sum(zone.population for zone in figures),
        sum(zone.walkers for zone in figures),
        sum(zone.steps for zone in figures),
        sum(zone.steps_squared for zone in figures),
        sum(zone.below_target for zone in figures),
    )


def _columns(cells: Sequence[SeenCell]) -> dict[str, list[object]]:
    """The cells as the arguments of replace_cells.sql."""
    figures = [cell.shown for cell in cells]
    return {
        "indicators": [cell.indicator for cell in cells],
        "zones": [cell.zone for cell in cells],
        "statuses": [cell.status for cell in cells],
        "cell_values": [figure and figure.value for figure in figures],
        "lowers": [figure and figure.interval.lower for figure in figures],
        "uppers": [figure and figure.interval.upper for figure in figures],
        "counts": [figure and figure.count for figure in figures],
        "denominators": [figure and figure.denominator for figure in figures],
        "comparisons": [cell.comparison for cell in cells],
    }
