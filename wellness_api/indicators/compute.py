"""Computes the indicators of the last days and replaces what may be seen of them."""

from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from datetime import date, timedelta
from typing import Final, NamedTuple

import msgspec

from wellness_api.database.pool import Connection
from wellness_api.database.sql import read_sql
from wellness_api.indicators.catalogue import (
    INDICATORS,
    STEP_TARGET_ADULT,
    STEP_TARGET_FROM_65,
)
from wellness_api.indicators.disclosure import HIDDEN, RawCell, Status, control, sum_may_be_known
from wellness_api.metrics.catalogue import STEPS

FIGURES_BY_ZONE: Final = read_sql(__package__, "figures_by_zone")
REPLACE_CELLS: Final = read_sql(__package__, "replace_cells")

CITY: Final = "city"
"""The zone code of the total."""


class Figures(NamedTuple):
    """A zone's raw figures over the period."""

    zone: str
    population: int
    walkers: int
    steps: float
    below_target: int


class SeenCell(msgspec.Struct, frozen=True):
    """A cell as it may be seen: no figures unless shown."""

    indicator: str
    zone: str
    status: Status
    value: float | None
    count: int | None
    denominator: int | None


async def refresh_indicators(
    connection: Connection, *, today: date, days: int, threshold: int
) -> None:
    """Recomputes every indicator over the `days` up to `today`."""
    first_day = today - timedelta(days=days - 1)
    rows = await connection.fetch(
        FIGURES_BY_ZONE, STEPS.number, first_day, today, STEP_TARGET_ADULT, STEP_TARGET_FROM_65
    )
    if not rows:
        return
    figures = [Figures(*row) for row in rows]
    cells = seen_tables(figures, threshold=threshold)
    await connection.execute(
        REPLACE_CELLS,
        [cell.indicator for cell in cells],
        [cell.zone for cell in cells],
        [cell.status for cell in cells],
        [cell.value for cell in cells],
        [cell.count for cell in cells],
        [cell.denominator for cell in cells],
        first_day,
        today,
        threshold,
    )


def seen_tables(figures: Sequence[Figures], *, threshold: int) -> list[SeenCell]:
    """Every indicator's cells. How many walk in a zone stands in all tables: hidden in one, it is hidden in each."""
    participation = seen_cells("participation", figures, threshold=threshold)
    hidden = {cell.zone for cell in participation if cell.status in HIDDEN}
    others = [
        cell
        for indicator in INDICATORS
        if indicator.code != "participation"
        for cell in seen_cells(
            indicator.code, figures, threshold=threshold, hidden_elsewhere=hidden
        )
    ]
    return [*participation, *others]


def seen_cells(
    indicator: str,
    figures: Sequence[Figures],
    *,
    threshold: int,
    hidden_elsewhere: AbstractSet[str] = frozenset(),
) -> list[SeenCell]:
    """The indicator's cells of all zones and of the city, after disclosure control."""
    raw = [raw_cell(indicator, zone) for zone in figures]
    status = control(raw, threshold=threshold, hidden_elsewhere=hidden_elsewhere)
    total = raw_cell(
        indicator,
        Figures(
            CITY,
            sum(zone.population for zone in figures),
            sum(zone.walkers for zone in figures),
            sum(zone.steps for zone in figures),
            sum(zone.below_target for zone in figures),
        ),
    )
    status |= control([total], threshold=threshold, hidden_elsewhere=hidden_elsewhere)
    hidden = [cell for cell in raw if status[cell.zone] in HIDDEN]
    if hidden and not sum_may_be_known(hidden, threshold=threshold):
        # Everything small, nothing left to hide behind: then the total would be the leak.
        status[CITY] = "complementary"
    return [_seen(indicator, cell, status[cell.zone]) for cell in [*raw, total]]


def raw_cell(indicator: str, zone: Figures) -> RawCell:
    """The zone's figures under one indicator, before disclosure control."""
    match indicator:
        case "participation":
            value = 100 * zone.walkers / zone.population if zone.population else 0.0
            return RawCell(zone.zone, value, zone.walkers, zone.population, counted=True)
        case "mean_steps":
            value = zone.steps / zone.walkers if zone.walkers else 0.0
            return RawCell(zone.zone, value, zone.walkers, zone.walkers, counted=False)
        case "below_target":
            value = 100 * zone.below_target / zone.walkers if zone.walkers else 0.0
            return RawCell(zone.zone, value, zone.below_target, zone.walkers, counted=True)
        case _:
            raise AssertionError(f"no figures are defined for indicator {indicator}")


def _seen(indicator: str, cell: RawCell, status: Status) -> SeenCell:
    if status in {"shown", "true_zero"}:
        return SeenCell(indicator, cell.zone, status, cell.value, cell.count, cell.denominator)
    return SeenCell(indicator, cell.zone, status, None, None, None)
