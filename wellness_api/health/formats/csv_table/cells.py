"""Reads cells of a table as people and devices write them: numbers and times, Japanese forms among them."""

import re
import unicodedata
from datetime import date, datetime
from typing import Final
from zoneinfo import ZoneInfo

from points.said import said
from wellness_api.health.formats.csv_table.time_formats import formatted
from wellness_api.health.formats.items import ItemRefused
from wellness_api.health.samples.times_in_words import no_time

CELL_CHARACTERS_MAX: Final = 64
"""More than any number or time has. It also bounds how long a time format can take to match."""

NUMBER: Final = re.compile(r"[+-]?(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d*)?(?:[eE][+-]?\d{1,3})?")
MINUS_SIGNS: Final = str.maketrans({"\u2212": "-", "\u2010": "-"})
"""The minus sign and the hyphen, which some tables have in place of the keyboard's minus."""

ISO: Final = re.compile(r"\d{4}-?\d{2}-?\d{2}(?:[T ].+)?")
WRITTEN: Final = re.compile(
    r"(\d{4})\s?[年/.-]\s?(\d{1,2})\s?[月/.-]\s?(\d{1,2})日?(?:\s?\([月火水木金土日]\))?"
    r"(?:(?:\s?T|\s|(?<=[日)]))\s?(\d{1,2})\s?[時:]\s?(?:(\d{1,2})\s?分?(?:\s?:?\s?(\d{1,2})\s?秒?)?)?)?",
    re.ASCII,
)
"""2026/11/18 6:05 and 2026年11月18日(水) 6時5分, with or without seconds, or the date alone."""

DATE_CHARACTERS_MAX: Final = len("2026-11-18")
"""A longer cell has a time beside its date."""


def plain(cell: str) -> str:
    """The cell without spaces around it, and with full-width characters as usual ones."""
    return unicodedata.normalize("NFKC", cell).strip()


def number(cell: str, *, field: str) -> float:
    """The number in a cell, which may have full-width digits and thousands separators. Raises ItemRefused."""
    text = plain(cell).translate(MINUS_SIGNS)
    if len(text) > CELL_CHARACTERS_MAX or not NUMBER.fullmatch(text):
        raise ItemRefused(
            field=field,
            limit="a number, as 62.4 or 12,345, or nothing",
            detail=said("refusal.no_number", written=repr(cell[:CELL_CHARACTERS_MAX])),
        )
    return float(text.replace(",", ""))


def moment(cell: str, time_format: str | None, zone: ZoneInfo, *, field: str) -> datetime | date:
    """The time in the cell. Without an offset, it is a time of the zone's clocks. Raises ItemRefused.

    A cell or a format without a time of day gives a date. Where clocks repeat an hour, the first one is meant. A time
    that clocks skip is read with the offset from before the change, so 2:30 is the moment at which clocks show 3:30.
    """
    text = plain(cell)[: CELL_CHARACTERS_MAX + 1]
    try:
        return _usual(text, zone) if time_format is None else formatted(text, time_format, zone)
    except ValueError as error:
        raise ItemRefused(
            field=field,
            limit=(
                "2026-11-18T06:05:00+09:00, 2026/11/18 6:05 or 2026年11月18日 6時5分"
                if time_format is None
                else f"a time as {time_format}"
            ),
            detail=said("refusal.no_cell_time", problem=no_time(text)),
        ) from error


def _usual(text: str, zone: ZoneInfo) -> datetime | date:
    written = WRITTEN.fullmatch(text)
    if written is not None:
        if written[4] is None:
            return date(*(int(part) for part in written.groups()[:3]))
        year, month, day, hour, minute, second = (int(part or 0) for part in written.groups())
        return datetime(year, month, day, hour, minute, second, tzinfo=zone)
    if not ISO.fullmatch(text):
        raise ValueError(text)
    if len(text) <= DATE_CHARACTERS_MAX:
        return date.fromisoformat(text)
    parsed = datetime.fromisoformat(text)
    return parsed if parsed.tzinfo is not None else parsed.replace(tzinfo=zone)
