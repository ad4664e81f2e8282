"""How long a row's amounts were counted, by the column that says when that ended or how long it was."""

from datetime import datetime, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from device_bridge.wire import LENGTH_MS_MAX
from points.said import said
from wellness_api.health.formats.csv_table.cells import moment, number, plain
from wellness_api.health.formats.csv_table.mapping import EndColumn
from wellness_api.health.formats.format import Context
from wellness_api.health.formats.intervals import HOURS_MAX, check_interval
from wellness_api.health.formats.items import ItemRefused, end_ms_of


class Start(NamedTuple):
    """When the row began.

    `moment`: as it was read. `written_date`: the date in the table, where the time of day stands in another column.
    """

    moment: datetime
    time_ms: int
    written_date: str | None


def length_ms_of(
    cell: str, column: EndColumn, start: Start, time_format: str | None, context: Context
) -> int | None:
    """The row's length; None where the cell is empty, so that amounts have the metric's usual length. Raises ItemRefused."""
    if not cell.strip():
        return None
    if column.unit_ms is not None:
        return _length_ms(number(cell, field=column.name) * column.unit_ms, column)
    end = _end(cell, column, start, time_format, ZoneInfo(context.time_zone))
    end_ms = end_ms_of(end, context, field=column.name)
    check_interval(start.time_ms, end_ms, field=column.name)
    return end_ms - start.time_ms


def _length_ms(length_ms: float, column: EndColumn) -> int:
    if not 0 <= length_ms <= LENGTH_MS_MAX:
        raise ItemRefused(
            field=column.name,
            limit=f"from 0 to {HOURS_MAX} hours",
            detail=said("refusal.no_length", hours=HOURS_MAX),
        )
    return round(length_ms)


def _end(
    cell: str, column: EndColumn, start: Start, time_format: str | None, zone: ZoneInfo
) -> datetime:
    written = plain(cell)
    if start.written_date is not None:
        written = f"{start.written_date} {written}"
    end = moment(written, time_format, zone, field=column.name)
    if not isinstance(end, datetime):
        raise ItemRefused(
            field=column.name,
            limit="an end with its time of day",
            detail=said("refusal.end_is_date"),
        )
    if start.written_date is not None and end < start.moment:
        # The row goes from the evening into the next morning; the zone's clocks go on by a day.
        return end + timedelta(days=1)
    return end


def check_no_end(cell: str, column: EndColumn) -> None:
    """Raises ItemRefused for an end of a row whose time is a date alone: such a row already covers the whole day."""
    if cell.strip():
        raise ItemRefused(
            field=column.name,
            limit="nothing, where the time is a date alone",
            detail=said("refusal.end_of_whole_day"),
        )
