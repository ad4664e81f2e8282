"""What becomes of a moment of which a record no longer speaks.

A moment of one (metric, source) has one sample, and several may speak of it: records, and samples without an id. So a
deletion, or a version that no longer has the moment, takes back what counts there only if that is what the record
itself said. Where another living record speaks of the moment, its value counts again: of several the one that came
last.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Final, NamedTuple
from uuid import UUID

from wellness_api.health.samples.segments import TOMBSTONE

Place = tuple[int, str]
"""(metric number, source): what a moment's one sample is of."""

Vanishing = Mapping[Place, Mapping[int, Collection[int | None]]]
"""What records said that do not say it any more, by Unix milliseconds; None where the row does not tell the value."""


class Said(NamedTuple):
    """What a living record says of a moment."""

    record: UUID
    value: int | None


class Others(NamedTuple):
    """What is said of the moments that an upload's records may leave, by Unix milliseconds; values are multiples.

    `counted`: the value that counts, where it can be taken back: no edit by number and no correction by hand stands
    there. `living`: what living records say, in the order in which they came; also of the upload's own records.
    """

    counted: Mapping[Place, Mapping[int, int]]
    living: Mapping[Place, Mapping[int, Sequence[Said]]]


NOBODY: Final = Others({}, {})


class Left(NamedTuple):
    """What is to be at a moment from now on: None for no sample."""

    metric: int
    source: str
    time_ms: int
    value: int | None


def left_behind(vanishing: Vanishing, others: Others, settled: Collection[UUID]) -> Iterator[Left]:
    """What is to be written at the moments of which records do not speak any more.

    `settled`: records of which the upload itself says what is left, so that what the database holds of them is over.
    """
    for place, moments in vanishing.items():
        counted = others.counted.get(place, {})
        living = others.living.get(place, {})
        for time_ms, own in moments.items():
            value = counted.get(time_ms, TOMBSTONE)
            if value == TOMBSTONE:
                continue
            values = [said.value for said in living.get(time_ms, ()) if said.record not in settled]
            if value in values or (None not in own and value not in own):
                continue  # It is what somebody else says.
            if not values:
                yield Left(*place, time_ms, None)
            elif None not in own and values[-1] is not None:
                yield Left(*place, time_ms, values[-1])
            # Else a row from before values were kept does not tell what the record said: what counts stays.
