"""Any table of a device or spreadsheet, as CSV. The query says which column holds what.

The csv module's own bound of 131,072 characters a cell is in force; the code reads far shorter cells.
"""

import csv
import io
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Final
from zoneinfo import ZoneInfo

from points.said import Said, said
from wellness_api.health.formats.amounts import amount
from wellness_api.health.formats.csv_table.cells import moment, number, plain
from wellness_api.health.formats.csv_table.encodings import text_of
from wellness_api.health.formats.csv_table.ends import Start, check_no_end, length_ms_of
from wellness_api.health.formats.csv_table.flaws import flaw_said
from wellness_api.health.formats.csv_table.mapping import (
    ALIASES,
    PARAMETERS,
    Columns,
    Writing,
    columns_of,
    source_of,
    time_format_of,
    writing_of,
)
from wellness_api.health.formats.format import Context, Format, ReadItems
from wellness_api.health.formats.items import ItemRefused, read_each, time_ms_of
from wellness_api.health.formats.whole_days import whole_day
from wellness_api.health.metrics.metric import Metric
from wellness_api.health.samples.problems import InvalidUpload
from wellness_api.health.samples.records import Column, Record

CSV: Final = "text/csv"
Values = Mapping[Metric, float]
TABLE_BYTES_MAX: Final = 4 * 1024 * 1024
"""A larger table is refused with 422 and this limit."""

TABLE_ROWS_MAX: Final = 20_000
"""A table of more rows is refused with 422 and this limit."""

TABLE_COLUMNS_MAX: Final = 500
"""A table of more columns is refused with 422 and this limit."""

RECORD_ID_CHARACTERS_MAX: Final = 200
"""A row with a longer id is kept as a row without an id."""


def read_csv(body: bytes, context: Context) -> ReadItems:
    """Reads a record from each row below the header. Blank lines are not rows."""
    writing = writing_of(context.parameters)
    source = source_of(context.parameters)
    time_format = time_format_of(context.parameters)
    header, rows = _table(body, writing)
    columns = columns_of(context.parameters, header)
    zone = ZoneInfo(context.time_zone)

    def read_row(row: Sequence[str]) -> Sequence[Record]:
        if any(cell.strip() for cell in row[len(header) :]):
            raise ItemRefused(
                field="row",
                limit=f"{len(header)} cells, as the header has",
                detail=said("refusal.wide_row"),
            )
        values = _values(row, columns)
        at = moment(_written_time(row, columns), time_format, zone, field=columns.time_name)
        if isinstance(at, datetime):
            of_row = _columns_at(at, values, row, columns, time_format, context)
        else:
            of_row = _columns_of_day(at, values, row, columns, context)
        return [
            Record(
                source=source,
                columns=of_row,
                record_id=_record_id(row, columns, source, at),
                origin="file",
            )
        ]

    return read_each(rows, read_row)


def _columns_of_day(
    day: date, values: Values, row: Sequence[str], columns: Columns, context: Context
) -> dict[str, Column]:
    """The values of a row that has a date alone, over its day. Raises ItemRefused."""
    if columns.end is not None:
        check_no_end(_cell(row, columns.end.place), columns.end)
    return {metric.code: whole_day(day, value, metric, context) for metric, value in values.items()}


def _columns_at(
    row_time: datetime,
    values: Values,
    row: Sequence[str],
    columns: Columns,
    time_format: str | None,
    context: Context,
) -> dict[str, Column]:
    """The values of a row that has a time. Raises ItemRefused."""
    time_ms = time_ms_of(row_time, context, field=columns.time_name)
    lengths: Sequence[int] = ()
    end = columns.end
    if end is not None:
        written_date = None if columns.clock is None else plain(_cell(row, columns.time))
        start = Start(row_time, time_ms, written_date)
        length = length_ms_of(_cell(row, end.place), end, start, time_format, context)
        lengths = () if length is None else [length]
    return {
        metric.code: Column([time_ms], [value], lengths if metric.sample_time == "minute" else ())
        for metric, value in values.items()
    }


def _table(body: bytes, writing: Writing) -> tuple[Sequence[str], Sequence[Sequence[str]]]:
    """The header and the rows. Raises InvalidUpload."""
    lines = csv.reader(
        io.StringIO(_text(body, writing.codec), newline=""),
        delimiter=writing.delimiter,
        strict=True,
    )
    rows: list[list[str]] = []
    try:
        for row in lines:
            if not row:
                continue
            rows.append(row)
            if len(rows) > 1 + TABLE_ROWS_MAX:
                raise _unreadable(
                    f"at most {TABLE_ROWS_MAX} rows",
                    said("refusal.table_too_long", most=TABLE_ROWS_MAX),
                )
    except csv.Error as error:
        raise _unreadable(
            "CSV with quotes that are closed, and doubled within quotes",
            said("refusal.table_line", line=lines.line_num, why=flaw_said(error)),
        ) from error
    if not rows:
        raise _unreadable("a header and at least one row", said("refusal.table_empty"))
    header, *data = rows
    if len(header) > TABLE_COLUMNS_MAX:
        raise _unreadable(
            f"at most {TABLE_COLUMNS_MAX} columns",
            said("refusal.table_too_wide", count=len(header), most=TABLE_COLUMNS_MAX),
        )
    return header, data


def _text(body: bytes, codec: str) -> str:
    if len(body) > TABLE_BYTES_MAX:
        raise _unreadable(
            f"at most {TABLE_BYTES_MAX} bytes",
            said("refusal.table_too_large", most=TABLE_BYTES_MAX),
        )
    return text_of(body, codec)


def _values(row: Sequence[str], columns: Columns) -> Values:
    """The row's values in the units of their metrics. Raises ItemRefused if the row has none."""
    values = {
        column.metric: amount(
            number(cell, field=column.name), column.unit, column.metric, field=column.name
        )
        for column in columns.values
        if (cell := _cell(row, column.place)).strip()
    }
    if not values:
        raise ItemRefused(
            field="row",
            limit="at least one value in " + ", ".join(column.name for column in columns.values),
            detail=said("refusal.empty_row"),
        )
    return values


def _written_time(row: Sequence[str], columns: Columns) -> str:
    time = _cell(row, columns.time)
    if columns.clock is None:
        return time
    clock = _cell(row, columns.clock)
    if not clock.strip():
        raise ItemRefused(
            field="clock",
            limit="a time of day in every row that has a value",
            detail=said("refusal.no_clock"),
        )
    return f"{plain(time)} {plain(clock)}"


def _record_id(
    row: Sequence[str], columns: Columns, source: str, at: datetime | date
) -> str | None:
    """The row's id among all of its source, its metrics and the date that is written in it.

    Many tables number their lines, so that the id alone would be that of a row in each of them. Whoever corrects a row
    changes what was measured or at what time of the day.
    """
    if columns.record is None:
        return None
    row_id = _cell(row, columns.record).strip()
    if not 1 <= len(row_id) <= RECORD_ID_CHARACTERS_MAX:
        return None
    metrics = ",".join(sorted(value.metric.code for value in columns.values))
    day = at.date() if isinstance(at, datetime) else at
    return f"csv:{source}:{metrics}:{day}:{row_id}"


def _cell(row: Sequence[str], place: int) -> str:
    """The row's cell; empty where the row is shorter than the header."""
    return row[place] if place < len(row) else ""


def _unreadable(limit: str, detail: Said) -> InvalidUpload:
    return InvalidUpload(field="body", limit=limit, detail=detail)


EXAMPLE: Final = "記録ID,日付,時刻,終了,距離(km)\r\nw-0921,2026/09/21,6:05,6:35,2.4\r\nw-0922,2026/09/22,6:10,6:50,3.1\r\n"

CSV_TABLE: Final = Format(
    name="csv",
    title="a table as CSV",
    about=(
        "Any table of a device or spreadsheet; the query says which column is the time and which are values."
        " An item is a row below the header. docs/formats/csv.md has examples."
    ),
    media_types=(CSV,),
    read=read_csv,
    example=EXAMPLE,
    parameters=PARAMETERS,
    aliases=ALIASES,
)
