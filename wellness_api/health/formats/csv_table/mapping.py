"""What the query says of a table: which column is the time, which columns hold values of which metric, and how the table is written."""

import re
from collections.abc import Mapping, Sequence
from difflib import get_close_matches
from typing import Final, NamedTuple

from device_bridge.wire import SOURCE_PATTERN
from points.said import Said, said
from wellness_api.health.formats.csv_table.cells import plain
from wellness_api.health.formats.csv_table.encodings import CODEC_OF_ENCODING
from wellness_api.health.formats.csv_table.time_formats import DIRECTIVES, flaw_of
from wellness_api.health.metrics.catalogue import METRIC_BY_CODE
from wellness_api.health.metrics.metric import Metric
from wellness_api.health.metrics.units import UnknownUnit, conversion
from wellness_api.health.samples.problems import InvalidUpload
from wellness_api.http.operations import Parameter

Parameters = Mapping[str, Sequence[str]]

VALUES_MAX: Final = 20
"""Columns of values in one request; more are refused with 422."""

NAMES_LISTED_MAX: Final = 40
"""A refusal names so many of the table's columns, and says how many more there are."""

NAME_CHARACTERS_MAX: Final = 40
"""A message repeats no more of a name."""

UNIT_MS: Final = {"ms": 1, "s": 1_000, "min": 60_000, "h": 3_600_000}
"""The units in which lengths may be written, by their UCUM codes."""

DELIMITERS: Final = (",", ";", "\t", "|")

PARAMETERS: Final = (
    Parameter(
        "time",
        "The column that holds the time. Called date, it says the same.",
        "日付",
    ),
    Parameter("clock", "The column that holds the time of day, where it is another one.", "時刻"),
    Parameter(
        "end",
        "The column that holds the end of what was counted from the time on. With `clock` it holds a time of day: of the"
        " row's date, or of the next one where it is before the start. Instead of it, `length` names a column that says how"
        " long it was, as column or column:unit with ms, s, min or h; without a unit, minutes.",
        "終了",
    ),
    Parameter(
        "time_format",
        "How times are written, by strptime's directives "
        + ", ".join(f"%{directive}" for directive in DIRECTIVES)
        + "; with `clock`, date and time of day with a space between them. Without it: ISO 8601,"
        " 2026/11/18 6:05 or 2026年11月18日 6時5分. It says year, month and day, and a time of day whole or not at all.",
        "%Y/%m/%d %H:%M",
    ),
    Parameter(
        "value",
        "metric:column, or metric:column:unit with a UCUM unit where it is not the metric's own; once for each"
        " column of values. Required.",
        "distance_walked:距離(km):km",
    ),
    Parameter("source", f"What measured, as {SOURCE_PATTERN}. Required.", "watch:band"),
    Parameter(
        "record",
        "The column that holds an id of each row: then a row that is sent again with the same date and metrics, and another"
        " value or time of day, takes the place of the earlier one.",
        "記録ID",
    ),
    Parameter("delimiter", "What stands between cells: , ; | or a tab. Without it, a comma.", ","),
    Parameter("encoding", "utf-8 or shift_jis. Without it, utf-8.", "utf-8"),
)

ALIASES: Final = ("date", "length")
NAMES: Final = (*(parameter.name for parameter in PARAMETERS), *ALIASES)


class Writing(NamedTuple):
    """How the table is written."""

    codec: str
    delimiter: str


class ValueColumn(NamedTuple):
    """A column of values: its place from 0, its name, its metric and its unit."""

    place: int
    name: str
    metric: Metric
    unit: str


class EndColumn(NamedTuple):
    """The column that says how long a row was counted. `unit_ms`: the unit of lengths; None where the column holds ends."""

    place: int
    name: str
    unit_ms: int | None


class Columns(NamedTuple):
    """What the table's columns hold, by their places from 0. `time_name`: what the table calls the column of times."""

    time: int
    time_name: str
    clock: int | None
    end: EndColumn | None
    record: int | None
    values: Sequence[ValueColumn]


def writing_of(parameters: Parameters) -> Writing:
    """How the table is written. Raises InvalidUpload, also for an unknown parameter."""
    for name in parameters:
        if name not in NAMES:
            raise InvalidUpload(
                field=name[:NAME_CHARACTERS_MAX],
                limit=_listed(NAMES),
                detail=said("refusal.no_parameter", meant=_nearest(name, NAMES)),
            )
    encoding = _one(parameters, "encoding") or "utf-8"
    codec = CODEC_OF_ENCODING.get(encoding.casefold())
    if codec is None:
        raise InvalidUpload(
            field="encoding",
            limit=_listed(list(CODEC_OF_ENCODING)),
            detail=said("refusal.encoding_not_read", encoding=repr(encoding[:NAME_CHARACTERS_MAX])),
        )
    delimiter = _one(parameters, "delimiter") or ","
    if delimiter not in DELIMITERS:
        raise InvalidUpload(
            field="delimiter",
            limit=", or ; or | or a tab, percent-encoded as %2C %3B %7C %09",
            detail=said("refusal.no_delimiter", delimiter=repr(delimiter[:NAME_CHARACTERS_MAX])),
        )
    return Writing(codec, delimiter)


def source_of(parameters: Parameters) -> str:
    """The source of all rows. Raises InvalidUpload."""
    source = _one(parameters, "source")
    if source is None or not re.fullmatch(SOURCE_PATTERN, source):
        raise InvalidUpload(
            field="source",
            limit=f"one source, as {SOURCE_PATTERN}",
            detail=said("refusal.source_unsaid"),
        )
    return source


def time_format_of(parameters: Parameters) -> str | None:
    """How times are written; None for the usual ways. Raises InvalidUpload."""
    time_format = _one(parameters, "time_format")
    if time_format is None:
        return None
    normal = plain(time_format)
    flaw = flaw_of(normal, has_clock="clock" in parameters)
    if flaw is not None:
        raise InvalidUpload(
            field="time_format",
            limit=flaw.limit,
            detail=said(
                "refusal.time_format",
                format=repr(time_format[:NAME_CHARACTERS_MAX]),
                flaw=flaw.detail,
            ),
        )
    return normal


def columns_of(parameters: Parameters, header: Sequence[str]) -> Columns:
    """Which column holds what. Raises InvalidUpload, which names the columns of the table."""
    names = [plain(name) for name in header]
    time, date = _one(parameters, "time"), _one(parameters, "date")
    if (time is None) == (date is None):
        raise InvalidUpload(
            field="time",
            limit=f"one of the columns: {_listed(names)}",
            detail=said("refusal.time_column_unsaid"),
        )
    field = "date" if time is None else "time"
    clock, record = _one(parameters, "clock"), _one(parameters, "record")
    place = _place(time or date or "", names, field=field)
    values = _values(parameters.get("value", ()), names)
    return Columns(
        time=place,
        time_name=names[place],
        clock=None if clock is None else _place(clock, names, field="clock"),
        end=_end(parameters, names, values),
        record=None if record is None else _place(record, names, field="record"),
        values=values,
    )


def _end(
    parameters: Parameters, names: Sequence[str], values: Sequence[ValueColumn]
) -> EndColumn | None:
    end, length = _one(parameters, "end"), _one(parameters, "length")
    if end is None and length is None:
        return None
    field = "length" if end is None else "end"
    if end is not None and length is not None:
        raise InvalidUpload(
            field="length",
            limit="one of end and length",
            detail=said("refusal.end_and_length"),
        )
    if not any(value.metric.sample_time == "minute" for value in values):
        raise InvalidUpload(
            field=field,
            limit="with a metric that is counted over time, as steps",
            detail=said("refusal.end_of_moments"),
        )
    if end is not None:
        place = _place(end, names, field=field)
        return EndColumn(place, names[place], None)
    assert length is not None, "it is one of the two"
    column, colon, unit = length.rpartition(":")
    if not colon or plain(length) in names:
        # A column's name may have a colon itself.
        column, unit = length, "min"
    if unit not in UNIT_MS:
        raise InvalidUpload(
            field=field,
            limit=f"column:unit, with a unit of {', '.join(UNIT_MS)}",
            detail=said(
                "refusal.no_unit_of_time",
                unit=repr(unit[:NAME_CHARACTERS_MAX]),
                known=", ".join(UNIT_MS),
            ),
        )
    place = _place(column, names, field=field)
    return EndColumn(place, names[place], UNIT_MS[unit])


def _values(parameters: Sequence[str], names: Sequence[str]) -> list[ValueColumn]:
    if not 1 <= len(parameters) <= VALUES_MAX:
        raise InvalidUpload(
            field="value",
            limit=f"1 to {VALUES_MAX} times metric:column or metric:column:unit; columns: {_listed(names)}",
            detail=said("refusal.values_unsaid", most=VALUES_MAX),
        )
    values = [_value(column, names) for column in parameters]
    if len({value.metric.code for value in values}) < len(values):
        raise InvalidUpload(
            field="value",
            limit="one column for each metric",
            detail=said("refusal.metric_twice"),
        )
    return values


def _value(parameter: str, names: Sequence[str]) -> ValueColumn:
    code, _, rest = parameter.partition(":")
    metric = METRIC_BY_CODE.get(code.strip())
    if metric is None:
        raise InvalidUpload(
            field="value",
            limit="metric:column, with the code of a metric of GET /v1/metrics",
            detail=said(
                "refusal.no_metric_meant",
                code=repr(code[:NAME_CHARACTERS_MAX]),
                meant=_nearest(code, list(METRIC_BY_CODE)),
            ),
        )
    column, colon, unit = rest.rpartition(":")
    if not colon or plain(rest) in names:
        # A column's name may have a colon itself.
        column, unit = rest, metric.unit
    place = _place(column, names, field="value")
    try:
        conversion(unit, metric)
    except UnknownUnit as error:
        raise InvalidUpload(
            field="value",
            limit=error.limit,
            detail=said(
                "refusal.column_problem", column=repr(names[place]), problem=error.sentence
            ),
        ) from error
    return ValueColumn(place, names[place], metric, unit)


def _place(name: str, names: Sequence[str], *, field: str) -> int:
    wanted = plain(name)
    # A query cannot mean a column without a name: neither the query nor a report could tell which one it is.
    match names.count(wanted) if wanted else 0:
        case 1:
            return names.index(wanted)
        case 0:
            problem = said(
                "refusal.no_column",
                name=repr(wanted[:NAME_CHARACTERS_MAX]),
                meant=_nearest(wanted, names),
            )
        case count:
            problem = said(
                "refusal.columns_alike", count=count, name=repr(wanted[:NAME_CHARACTERS_MAX])
            )
    raise InvalidUpload(field=field, limit=f"one of the columns: {_listed(names)}", detail=problem)


def _one(parameters: Parameters, name: str) -> str | None:
    values = parameters.get(name, ())
    if len(values) > 1:
        raise InvalidUpload(
            field=name,
            limit="once",
            detail=said("refusal.said_again", name=name, count=len(values)),
        )
    return values[0] if values else None


def _nearest(name: str, names: Sequence[str]) -> Said | str:
    near = get_close_matches(name[:NAME_CHARACTERS_MAX], names, n=1)
    return said("refusal.meant", name=repr(near[0][:NAME_CHARACTERS_MAX])) if near else ""


def _listed(names: Sequence[str]) -> str:
    listed = ", ".join(name[:NAME_CHARACTERS_MAX] for name in names[:NAMES_LISTED_MAX])
    more = len(names) - NAMES_LISTED_MAX
    return f"{listed} and {more} more" if more > 0 else listed
