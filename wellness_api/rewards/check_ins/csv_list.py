"""A list of check-ins as a table, as a clinic or a hall has it: CSV with a header, saved as UTF-8 or by Excel."""

import csv
import io
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Final
from zoneinfo import ZoneInfo

import msgspec

from points.said import Said, said
from wellness_api.health.formats.csv_table.cells import moment, plain
from wellness_api.health.formats.csv_table.flaws import flaw_said
from wellness_api.health.formats.items import ItemRefused
from wellness_api.health.samples.problems import InvalidUpload
from wellness_api.rewards.check_ins.entries import (
    ENTRIES_MAX,
    KINDS,
    Entry,
    ReadEntries,
    read_entries,
)
from wellness_api.words.languages import named

CODECS: Final = ("utf-8-sig", "cp932")
"""Tried in this order: Japanese Excel saves cp932, and text in cp932 is hardly ever valid UTF-8."""

HEADINGS: Final[Mapping[str, Sequence[str]]] = {
    "card": ("card", "カード", "カード番号"),
    "resident": ("resident", "住民番号"),
    "kind": ("kind", "種類"),
    "day": ("day", "日付", "日"),
    "time": ("time", "時刻"),
    "place": ("place", "場所"),
}
"""By the entry's field. Case and spaces do not matter; other columns are ignored."""

KIND_OF_WORD: Final = {
    word: code for code in KINDS for word in (code, *named("metric", code).values())
}
"""Words in any language."""

Defaults = Mapping[str, str]


def read_list(body: bytes, defaults: Defaults, *, time_zone: str) -> ReadEntries:
    """The entries, and the line that each stands on.

    `defaults`: kind and place, where the table has no such column or the cell is empty. Times are clock times in
    `time_zone`. Raises InvalidUpload for a table that cannot be read as a whole.
    """
    header, rows, lines = _table(body)
    places = _places(header, defaults)
    zone = ZoneInfo(time_zone)

    def read_row(row: Sequence[str]) -> Entry:
        cells = {
            field: plain(row[place]) if place < len(row) else "" for field, place in places.items()
        }
        return _entry({**defaults, **{field: cell for field, cell in cells.items() if cell}}, zone)

    return read_entries(rows, read_row)._replace(lines=lines)


def _entry(cells: Mapping[str, str], zone: ZoneInfo) -> Entry:
    """Raises ItemRefused, and msgspec's errors where the cells do not make an entry."""
    day, time = _when(cells.get("day", ""), cells.get("time", ""), zone)
    kind = cells.get("kind", "")
    return msgspec.convert(
        {
            "kind": KIND_OF_WORD.get(kind, kind),
            "place": cells.get("place", ""),
            "card": cells.get("card"),
            "resident": cells.get("resident"),
            "day": day,
            "time": time,
        },
        Entry,
        strict=False,
    )


def _when(day: str, time: str, zone: ZoneInfo) -> tuple[date | None, datetime | None]:
    if not day:
        raise ItemRefused(
            field="day", limit="a date, as 2026/11/18", detail=said("list_problem.day_unsaid")
        )
    if not time:
        came_on = moment(day, None, zone, field="day")
        return (came_on.date() if isinstance(came_on, datetime) else came_on), None
    came_at = moment(f"{day} {time}", None, zone, field="time")
    return (None, came_at) if isinstance(came_at, datetime) else (came_at, None)


def _places(header: Sequence[str], defaults: Defaults) -> dict[str, int]:
    """The column of each field; raises InvalidUpload for a header without the needed columns."""
    names = [plain(name).casefold() for name in header]
    places: dict[str, int] = {}
    for field, words in HEADINGS.items():
        columns = [place for place, name in enumerate(names) if name in words]
        if len(columns) > 1:
            raise _unreadable(
                "each column once",
                said("list_problem.column_again", column=repr(header[columns[1]]), field=field),
            )
        if columns:
            places[field] = columns[0]
    known = {*places, *defaults}
    missing = [field for field in ("day", "kind", "place") if field not in known]
    if not {"card", "resident"} & places.keys():
        missing.insert(0, "card")
    if missing:
        field = missing[0]
        raise _unreadable(
            f"a column {' or '.join(HEADINGS[field])}",
            said("list_problem.column_missing", field=field),
        )
    return places


def _table(body: bytes) -> tuple[list[str], list[list[str]], list[int]]:
    """The header, the rows below it without blank ones, and the line of each row; raises InvalidUpload."""
    reader = csv.reader(io.StringIO(_text(body), newline=""), strict=True)
    rows: list[list[str]] = []
    lines: list[int] = []
    try:
        for row in reader:
            if not any(cell.strip() for cell in row):
                continue
            rows.append(row)
            lines.append(reader.line_num)
            if len(rows) > 1 + ENTRIES_MAX:
                raise _unreadable(
                    f"at most {ENTRIES_MAX} entries",
                    said("list_problem.too_long", most=ENTRIES_MAX),
                )
    except csv.Error as error:
        raise _unreadable(
            "CSV with quotes that are closed, and doubled within quotes",
            said("refusal.table_line", line=reader.line_num, why=flaw_said(error)),
        ) from error
    if len(rows) < 1 + 1:
        raise _unreadable("a header and at least one line", said("list_problem.empty"))
    return rows[0], rows[1:], lines[1:]


def _text(body: bytes) -> str:
    for codec in CODECS:
        try:
            return body.decode(codec)
        except UnicodeDecodeError:
            continue
    raise _unreadable("UTF-8 or Shift_JIS", said("list_problem.other_encoding"))


def _unreadable(limit: str, detail: Said) -> InvalidUpload:
    return InvalidUpload(field="body", limit=limit, detail=detail)


EXAMPLE: Final = "カード,種類,日付,時刻,場所\r\ndemo-card-0001,教室・催しへの参加,2026/09/21,10:00,中央公民館\r\n"
