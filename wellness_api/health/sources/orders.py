"""Which source counts first where several measured the same minute.

Without a choice a watch counts before a phone and a phone before a station, because a watch is worn when a phone lies on
the table. Of several sources of one kind, the day itself decides: the one that tells of more of it comes first, and of
equal ones the one that says less. Neither a name nor the order of arrival matters. A resident may choose otherwise for a
metric. A choice holds from the first day that is not frozen for any programme when it is made, so that no points of
frozen days move.
"""

from collections.abc import Callable, Iterable, Sequence
from datetime import date
from itertools import groupby
from typing import Final, NamedTuple

SOURCE_KINDS: Final = ("watch", "phone", "station")
"""Best first."""


class SourceOrder(NamedTuple):
    """A resident's choice for a metric: these sources first, in this order, for days from `from_day` on.

    A kind alone stands for all of its sources that the choice does not name: they come there, in no order among them.
    """

    metric: int
    from_day: date
    sources: Sequence[str]


class Weight(NamedTuple):
    """What a source of a day is compared by with others of its kind. The least weight comes first.

    `untold`: how much of the day the source does not tell of. `amount`: what it says. `said`: all that it says. So only
    sources that say the same are equal, and then their order does not matter.
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
    """The sources best first: first in the order of the resident's latest choice for the metric and day, then in
    everybody's order.

    `weigh`: called only where there are several sources of one kind that the resident has not put in order.
    """
    names = list(sources)
    if len(names) <= 1:
        return names
    chosen = chosen_for(choices, metric=metric, day=day) or ()
    place = {source: index for index, source in enumerate(chosen)}

    def rank(source: str) -> tuple[int, int]:
        of_kind = place.get(kind_named(source), len(place))
        return place.get(source, of_kind), kind_of(source)

    ordered: list[str] = []
    for _, alike in groupby(sorted(names, key=rank), key=rank):
        several = list(alike)
        ordered += sorted(several, key=weigh) if len(several) > 1 else several
    return ordered


def kind_of(source: str) -> int:
    """The place of the source's kind in everybody's order."""
    return SOURCE_KINDS.index(kind_named(source))


def kind_named(named: str) -> str:
    """The kind of a source; of a kind alone, itself."""
    return named.partition(":")[0]


def is_settled(kind: str, chosen: Sequence[str] | None) -> bool:
    """Whether the resident has said how the sources of the kind come: in an order, or that it does not matter."""
    return chosen is not None and (not chosen or kind in map(kind_named, chosen))


def chosen_for(choices: Iterable[SourceOrder], *, metric: int, day: date) -> Sequence[str] | None:
    """The sources that the resident put first for that day. Empty if the resident wants no order, None if the resident never chose."""
    holding = [choice for choice in choices if choice.metric == metric and choice.from_day <= day]
    return max(holding, key=lambda choice: choice.from_day).sources if holding else None


def by_name(source: str) -> Weight:
    """The weight of a source in a list, where no day decides between sources of one kind."""
    return Weight(0, 0, source.encode())
