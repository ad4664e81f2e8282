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


class Sent(NamedTuple):
    """What one source sent, with a row for each record or sample, as far as it lies in the day.

    `starts`, `ends`: Unix milliseconds. `parts`: a row for each record or sample, a column for each of `fates`.
    """

    source: str
    starts: Int64Array
    ends: Int64Array
    fates: Sequence[Fate]
    parts: Int64Array

    @property
    def in_all(self) -> Mapping[Fate, int]:
        """The sum of each fate, without the fates that have none."""
        return {
            fate: amount
            for fate, amount in zip(self.fates, self.parts.sum(axis=0).tolist(), strict=True)
            if amount
        }

    def and_these(self, other: "Sent") -> "Sent":
        """These rows and the source's other rows."""
        parts = np.zeros(
            (len(self.starts) + len(other.starts), len(self.fates) + len(other.fates)), np.int64
        )
        parts[: len(self.starts), : len(self.fates)] = self.parts
        parts[len(self.starts) :, len(self.fates) :] = other.parts
        return Sent(
            self.source,
            np.concatenate([self.starts, other.starts]),
            np.concatenate([self.ends, other.ends]),
            [*self.fates, *other.fates],
            parts,
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
    """Rows that all have the same fate."""
    return Sent(source, starts, ends, [fate], amounts.reshape(-1, 1))


def by_better_source(orders: Sequence[str]) -> list[Fate]:
    """For each source the fate that this source took the place, best source first."""
    return [Fate("overlapped", by_source=source) for source in orders]
