"""What is to be said, in no language: a key and its arguments. The sentences stand in files, one folder per language."""

from collections.abc import Sequence
from datetime import date, time
from typing import Annotated, NamedTuple

import msgspec

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
    """An amount of steps, minutes or times. Figures of a part of the day also name that part."""
    if len(figures) == 1:
        of_one = _amount_of_one(figures[0], count)
        if of_one is not None:
            return of_one
    if list(figures) == ["days"]:
        return said("amount.days", count=count)
    if all(figure.startswith("sleep_minutes") for figure in figures):
        return said("amount.sleep", count=count)
    if all(figure.endswith("_minutes") for figure in figures):
        return said("amount.minutes", count=count)
    return said("amount.times", count=count)


def _amount_of_one(figure: str, count: int) -> Said | None:
    """The amount of a figure that has words of its own; None for other figures."""
    match figure:
        case "steps":
            return said("amount.steps", count=count)
        case "steps_before_8":
            return said("amount.steps_before_8", count=count)
        case "steps_after_18":
            return said("amount.steps_after_18", count=count)
        case "steps_indoors":
            return said("amount.steps_indoors", count=count)
        case "wear_minutes":
            return said("amount.wear_minutes", count=count)
    return None


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
