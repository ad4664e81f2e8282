"""Text in the languages that every resident-facing sentence exists in."""

from collections.abc import Sequence
from datetime import date
from typing import Final

import msgspec

from points.periods import PeriodKind, Span

WEEKDAYS_JA: Final = "月火水木金土日"
MONTHS_EN: Final = (
    "Jan",
    "Feb",
    "Mar",
    "Apr",
    "May",
    "Jun",
    "Jul",
    "Aug",
    "Sep",
    "Oct",
    "Nov",
    "Dec",
)


class Text(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The same sentence in Japanese and in English."""

    ja: str
    en: str


def day_text(day: date) -> Text:
    """The day as people write it: 11月3日(火), 3 Nov."""
    return Text(
        ja=f"{day.month}月{day.day}日({WEEKDAYS_JA[day.weekday()]})",
        en=f"{day.day} {MONTHS_EN[day.month - 1]}",
    )


PERIODS: Final[dict[PeriodKind, Text]] = {
    "day": Text(ja="1日", en="day"),
    "week": Text(ja="1週間", en="week"),
    "month": Text(ja="1か月", en="month"),
    "quarter": Text(ja="四半期", en="quarter"),
    "half_year": Text(ja="半年", en="half-year"),
    "fiscal_year": Text(ja="1年度", en="fiscal year"),
}


def span_text(span: Span) -> Text:
    """A day, or from the first to the last of several."""
    if span.first == span.last:
        return day_text(span.first)
    first, last = day_text(span.first), day_text(span.last)
    return Text(ja=f"{first.ja}から{last.ja}", en=f"{first.en} to {last.en}")


def amount_text(metrics: Sequence[str], amount: int) -> Text:
    """So many steps, or minutes, or times."""
    if list(metrics) == ["steps"]:
        return Text(ja=f"{amount:,}歩", en=counted(amount, "step"))
    if all(metric.endswith("_minutes") for metric in metrics):
        return Text(ja=f"{amount:,}分の運動", en=counted(amount, "active minute"))
    if list(metrics) == ["days"]:
        return Text(ja=f"{amount:,}日", en=counted(amount, "day"))
    return Text(ja=f"{amount:,}回", en=counted(amount, "time"))


def counted(count: int, what: str) -> str:
    """One of something or many, in English: 1 point, 1,000 points."""
    return f"{count:,} {what}{'' if count == 1 else 's'}"
