"""What is to be said, in no language: a key and its arguments. The sentences stand in files, one folder per language."""

from collections.abc import Sequence
from datetime import date, time
from typing import Annotated, Final, NamedTuple

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


AMOUNTS_OF_THEIR_OWN: Final = frozenset(
    {
        "steps",
        "steps_before_8",
        "steps_after_18",
        "steps_indoors",
        "distance_walked",
        "floors_climbed",
        "active_energy",
        "basal_energy",
        "wear_minutes",
        "sleep_minutes_before_18",
        "sleep_minutes_after_18",
        "light_sleep_minutes",
        "deep_sleep_minutes",
        "rem_sleep_minutes",
        "awake_in_bed_minutes",
        "snow_shovelling_minutes",
        "walking_minutes",
        "running_minutes",
        "cycling_minutes",
        "swimming_minutes",
        "skiing_minutes",
        "strength_minutes",
        "indoor_exercise_minutes",
    }
)
"""Figures whose amount alone has words of its own, under the figure's code; others are said by what kind they are."""


def amount_said(figures: Sequence[str], count: int) -> Said:
    """So many steps, or minutes, or times; of a part of the day, with the part."""
    if len(figures) == 1 and figures[0] in AMOUNTS_OF_THEIR_OWN:
        return Said(f"amount.{figures[0]}", {"count": count})
    if list(figures) == ["days"]:
        return said("amount.days", count=count)
    if all(figure.startswith("sleep_minutes") for figure in figures):
        return said("amount.sleep", count=count)
    if all(figure.endswith("_minutes") for figure in figures):
        return said("amount.minutes", count=count)
    return said("amount.times", count=count)


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
