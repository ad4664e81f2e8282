"""What a source sent of a metric on a day, and what became of it. The parts of each row add up to what was sent.

For a metric that adds up, they are amounts in thousandths of the resolution. For a metric that is measured, and for how
often somebody came, they are samples.
"""

from collections.abc import Mapping, Sequence
from typing import Literal, NamedTuple

import numpy as np

from wellness_api.health.days.counting import LivingOfDay
from wellness_api.health.days.spans import Int64Array
from wellness_api.health.samples.plausibility import Flaw

What = Literal[
    "counted",
    "late",
    "overlapped",
    "in_detail",
    "superseded",
    "repeated",
    "implausible",
    "deleted",
    "uncounted",
]
"""In the order in which pages list them."""

Deleter = Literal["hand", "sender"]


class Fate(NamedTuple):
    """One thing that can become of what was sent.

    `counted`: it is in the day's figure. `late`: it is in the figure, but it came after every programme's late window.
    `overlapped`: the better source `by_source` told of the same time. `in_detail`: finer records of the source said it.
    `superseded`: a record of the source that was changed later took its place. `repeated`: a place saw the same visit
    again. `implausible`: it cannot be true, by its `flaw`. `deleted`: `by` says who deleted it. `uncounted`: the day
    could not be counted.
    """

    what: What
    by_source: str | None = None
    flaw: Flaw | None = None
    by: Deleter | None = None


class Parts(NamedTuple):
    """What became of rows, by row and then by fate. A row and a fate have at most one part, and no part is 0.

    `rows`: the places of rows. `fates`: the places of fates. So the parts grow with what happened, and not with rows times
    fates; there is a fate for each source.
    """

    rows: Int64Array
    fates: Int64Array
    amounts: Int64Array

    def of_rows(self, rows: Int64Array) -> "Parts":
        """The parts of some rows, which are numbered anew in this order. A row that is named twice is there twice."""
        first = np.searchsorted(self.rows, rows)
        counts = np.searchsorted(self.rows, rows, side="right") - first
        found = np.repeat(np.arange(len(rows)), counts)
        places = np.arange(len(found)) - np.repeat(np.cumsum(counts) - counts, counts)
        places += first[found]
        return Parts(found, self.fates[places], self.amounts[places])


def added_parts(rows: Int64Array, fates: Int64Array, amounts: Int64Array) -> Parts:
    """Parts from amounts of which several may be of one row and fate, or 0."""
    order = np.lexsort((fates, rows))
    rows, fates = rows[order], fates[order]
    begins = np.flatnonzero(
        np.concatenate([[True], (rows[1:] != rows[:-1]) | (fates[1:] != fates[:-1])])[: len(rows)]
    )
    if not len(begins):
        return Parts(rows, fates, amounts)
    added = np.add.reduceat(amounts[order], begins)
    there = begins[added != 0]
    return Parts(rows[there], fates[there], added[added != 0])


class Sent(NamedTuple):
    """What one source sent, with a row for each record or sample, as far as it lies in the day.

    `starts`, `ends`: Unix milliseconds. `parts`: what became of each row, by places in `fates`.
    """

    source: str
    starts: Int64Array
    ends: Int64Array
    fates: Sequence[Fate]
    parts: Parts

    @property
    def amount(self) -> int:
        """All that was sent."""
        return int(self.parts.amounts.sum())

    @property
    def in_all(self) -> Mapping[Fate, int]:
        """By fate, without those that befell nothing."""
        amounts = np.zeros(len(self.fates), np.int64)
        np.add.at(amounts, self.parts.fates, self.parts.amounts)
        return {
            self.fates[place]: int(amounts[place]) for place in np.flatnonzero(amounts).tolist()
        }

    def and_these(self, other: "Sent") -> "Sent":
        """And further rows of the source."""
        return Sent(
            self.source,
            np.concatenate([self.starts, other.starts]),
            np.concatenate([self.ends, other.ends]),
            [*self.fates, *other.fates],
            Parts(
                np.concatenate([self.parts.rows, other.parts.rows + len(self.starts)]),
                np.concatenate([self.parts.fates, other.parts.fates + len(self.fates)]),
                np.concatenate([self.parts.amounts, other.parts.amounts]),
            ),
        )


class TellingOfDay(NamedTuple):
    """All that is known of what was sent for a day.

    `living`: what counts. `in_time`: what counted when the last programme's late window ended; None where nothing came
    after it. `by_hand`, `by_sender`: what the resident or the sender deleted.
    """

    living: LivingOfDay
    in_time: LivingOfDay | None
    by_hand: LivingOfDay
    by_sender: LivingOfDay


def only(
    source: str, starts: Int64Array, ends: Int64Array, fate: Fate, amounts: Int64Array
) -> Sent:
    """Rows of which all became the same."""
    rows = np.flatnonzero(amounts)
    parts = Parts(rows, np.zeros(len(rows), np.int64), amounts[rows])
    return Sent(source, starts, ends, [fate], parts)


def by_better_source(orders: Sequence[str]) -> list[Fate]:
    """For each source the fate that this source took the place, best source first."""
    return [Fate("overlapped", by_source=source) for source in orders]
