"""Which source counts first where several measured the same minute.

Without a choice a watch counts before a phone and a phone before a station, since a watch is worn when a phone lies on
the table; among sources of one kind the name decides, so that the result is always the same. A resident may choose
otherwise for a metric. A choice holds from a day on, the first that is not frozen for any programme when it is made, so
that no points of frozen days move.
"""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Final, NamedTuple

SOURCE_KINDS: Final = ("watch", "phone", "station")
"""Best first."""


class SourceOrder(NamedTuple):
    """A resident's choice for a metric: these sources first, in this order, for days from `from_day` on."""

    metric: int
    from_day: date
    sources: Sequence[str]


def in_order(
    sources: Iterable[str], choices: Iterable[SourceOrder], *, metric: int, day: date
) -> list[str]:
    """The sources best first, as the latest choice for the metric and day has it, then as everybody's order has it."""
    names = list(sources)
    if len(names) <= 1:
        return names
    holding = [choice for choice in choices if choice.metric == metric and choice.from_day <= day]
    chosen = max(holding, key=lambda choice: choice.from_day).sources if holding else ()
    place = {source: index for index, source in enumerate(chosen)}

    def rank(source: str) -> tuple[int, int, str]:
        kind = SOURCE_KINDS.index(source.partition(":")[0])
        return place.get(source, len(place)), kind, source

    return sorted(names, key=rank)
