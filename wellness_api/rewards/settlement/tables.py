"""The rows of a settlement's file, in the form of its partner."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

from wellness_api.rewards.settlement.settling import Settled
from wellness_api.rewards.settlement.shapes import Form, Line

Cell = str | int | None

HEADINGS: Final[dict[Form, tuple[str, ...]]] = {
    "by_sum": (
        "精算番号 settlement",
        "日付 date",
        "品目コード item",
        "版 version",
        "品目 name",
        "1件のポイント points_each",
        "1件の金額 worth_each",
        "件数 count",
        "ポイント合計 points",
        "金額合計 worth",
    ),
    "by_line": (
        "精算番号 settlement",
        "交換番号 redemption",
        "日付 date",
        "時刻 time",
        "アカウント account",
        "品目コード item",
        "版 version",
        "品目 name",
        "使ったポイント points",
        "付与するポイント worth",
    ),
}
"""One sum for each item and day, or one line for each redemption. The payer goes by `worth`."""


def rows_of(settled: Settled, *, time_zone: str) -> list[Sequence[Cell]]:
    """The file's rows below its headings, always in the same order."""
    number = settled.settlement.number
    match settled.form:
        case "by_sum":
            return [(number, *sums) for sums in _sums(settled.lines)]
        case "by_line":
            return [(number, *_line(line, ZoneInfo(time_zone))) for line in settled.lines]


def _sums(lines: Sequence[Line]) -> list[Sequence[Cell]]:
    counts = Counter(
        (line.confirmed_on, line.item, line.version, line.name, line.points, line.worth or 0)
        for line in lines
    )
    assert counts.total() == len(lines), "every redemption is in one sum"
    return [
        (day.isoformat(), item, version, name, points, worth, count, points * count, worth * count)
        for (day, item, version, name, points, worth), count in sorted(counts.items())
    ]


def _line(line: Line, zone: ZoneInfo) -> Sequence[Cell]:
    return (
        line.redemption_id,
        line.confirmed_on.isoformat(),
        _time(line.confirmed_at, zone),
        line.account,
        line.item,
        line.version,
        line.name,
        line.points,
        line.worth or 0,
    )


def _time(moment: datetime | None, zone: ZoneInfo) -> str | None:
    return None if moment is None else f"{moment.astimezone(zone):%H:%M:%S}"
