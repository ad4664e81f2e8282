"""What is to be said, in no language: a key and its arguments. The sentences stand in files, one folder per language."""

from collections.abc import Sequence
from datetime import date, time
from typing import Annotated, NamedTuple

import msgspec

from points.amounts import AMOUNTS, MINUTES
from points.periods import DaySpan, PeriodKind

Language = Annotated[
    str, msgspec.Meta(pattern=r"^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$(?!\n)", max_length=35)
]
"""A language tag of BCP 47, such as ja, en or zh-Hant."""

Text = Annotated[dict[Language, str], msgspec.Meta(min_length=1)]
"""The same words in one language or more: the name of a programme, a reward item, a zone."""


class Said(NamedTuple):
    """A sentence or a part of one: the key of a message in the language files, and its arguments."""

    key: str
    arguments: "dict[str, Argument]"


class Several(NamedTuple):
    """Several arguments of the same kind in a row, and what stands between two of them."""

    parts: "Sequence[Argument]"
    between: Said


Argument = int | float | date | time | str | Text | Said | Several
"""An argument of a message: a number, a day, a time of day, a text that is repeated as somebody wrote it, a name that
somebody gave, another message, or a row of these."""


def said(key: str, /, **arguments: Argument) -> Said:
    """The message of that key with those arguments."""
    return Said(key, arguments)


def span_said(span: DaySpan) -> Argument:
    """One day, or several days from the first to the last."""
    if span.first == span.last:
        return span.first
    return said("span.days", first=span.first, last=span.last)


def amount_said(figures: Sequence[str], count: int) -> Said:
    """So many steps, or minutes, or times: of one figure in its own words, of several in those of what all of them count.

    Figures that are added up and do not count the same have no unit together, so their amount is a number alone.
    """
    if list(figures) == ["days"]:
        return said("amount.days", count=count)
    counted = {AMOUNTS.get(figure) for figure in figures}
    if len(counted) > 1:
        together = "minutes" if counted <= MINUTES else None
    else:
        (together,) = counted
    if together is None:
        return said("amount.number", count=count)
    has_own_words = len(figures) == 1 and together != "times"
    return Said(f"amount.{figures[0] if has_own_words else together}", {"count": count})


def period_said(kind: PeriodKind) -> Said:
    """A kind of period: a day, a week, and so on."""
    match kind:
        case "day":
            return said("period.day")
        case "week":
            return said("period.week")
        case "month":
            return said("period.month")
        case "quarter":
            return said("period.quarter")
        case "half_year":
            return said("period.half_year")
        case "fiscal_year":
            return said("period.fiscal_year")
