"""Which source counts first where several measured the same minute.

Without a choice a watch counts before a phone and a phone before a station, since a watch is worn when a phone lies on
the table. Of several of one kind the day itself decides: the one that tells of more of it comes first, of equal ones the one
that says less. Neither a name nor what came first has a say in it. A resident may choose
otherwise for a metric. A choice holds from a day on, the first that is not frozen for any programme when it is made, so
that no points of frozen days move.
"""

from collections.abc import Callable, Iterable, Sequence
from datetime import date
from itertools import groupby
from typing import Final, NamedTuple

SOURCE_KINDS: Final = ("watch", "phone", "station")
"""Best first."""


class SourceOrder(NamedTuple):
    """A resident's choice for a metric: these sources first, in this order, for days from `from_day` on."""

    metric: int
    from_day: date
    sources: Sequence[str]


class Weight(NamedTuple):
    """What a source of a day is compared by with others of its kind, the least first.

    `untold`: how much of the day it does not tell of. `amount`: what it says. `said`: all that it says, so that only sources
    that say the same are equal, and then it does not matter which comes first.
    """

    untold: int
    amount: int
    said: bytes


def in_order(
    sources: Iterable[str],
    choices: Iterable[SourceOrder],
    *,
    metric: int,
    day: date,
    weigh: Callable[[str], Weight],
) -> list[str]:
    """The sources best first, as the latest choice for the metric and day has it, then as everybody's order has it.

    `weigh`: asked only where there are several of one kind that the resident has not put in order.
    """
    names = list(sources)
    if len(names) <= 1:
        return names
    chosen = chosen_for(choices, metric=metric, day=day) or ()
    place = {source: index for index, source in enumerate(chosen)}

    def rank(source: str) -> tuple[int, int]:
        return place.get(source, len(place)), kind_of(source)

    ordered: list[str] = []
    for _, alike in groupby(sorted(names, key=rank), key=rank):
        several = list(alike)
        ordered += sorted(several, key=weigh) if len(several) > 1 else several
    return ordered


def kind_of(source: str) -> int:
    """The place of its kind in everybody's order."""
    return SOURCE_KINDS.index(source.partition(":")[0])


def chosen_for(choices: Iterable[SourceOrder], *, metric: int, day: date) -> Sequence[str] | None:
    """The sources that the resident put first for that day; none where it does not matter to them, None without a word."""
    holding = [choice for choice in choices if choice.metric == metric and choice.from_day <= day]
    return max(holding, key=lambda choice: choice.from_day).sources if holding else None


def by_name(source: str) -> Weight:
    """For a list of sources, where no day decides among those of one kind."""
    return Weight(0, 0, source.encode())
