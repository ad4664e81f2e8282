"""Text in the languages that every resident-facing sentence exists in."""

from datetime import date
from typing import Final

import msgspec

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
