"""Cuts an upload's samples into the local days that they speak of.

A sample is kept whole. A sample that reaches over midnight stands in the segments of all days that it speaks of, so a day
can be counted from its own segments. A sample without a length belongs to the day on which it began.
"""

from datetime import date
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from wellness_api.health.samples.local_days import (
    midnight_ms,
    split_by_local_day,
    utc_midnight_ms,
)
from wellness_api.health.samples.segments import UNSAID, Int32Array, Int64Array, Marks, known_by


class Samples(NamedTuple):
    """Samples of one source and metric. `times_ms`: Unix milliseconds. `values`: parts (see `segments`)."""

    times_ms: Int64Array
    lengths: Int32Array
    values: Int64Array
    marks: Marks | None = None

    def part(self, part: slice | NDArray[np.bool_] | NDArray[np.intp]) -> "Samples":
        """Some of the samples."""
        return Samples(
            self.times_ms[part],
            self.lengths[part],
            self.values[part],
            None if self.marks is None else self.marks.part(part),
        )


def joined(parts: list[Samples]) -> Samples:
    """The parts as one, in order. Either all have marks or none has."""
    if len(parts) == 1:
        return parts[0]
    marks = [part.marks for part in parts if part.marks is not None]
    assert len(marks) in {0, len(parts)}, "samples of records are kept apart"
    return Samples(
        np.concatenate([part.times_ms for part in parts]),
        np.concatenate([part.lengths for part in parts]),
        np.concatenate([part.values for part in parts]),
        Marks(*map(np.concatenate, zip(*marks, strict=True))) if marks else None,
    )


class DaySamples(NamedTuple):
    """What samples say of one local day, as a segment has it. The first `spilled` of them began on an earlier day."""

    day: date
    times: Int32Array
    lengths: Int32Array
    values: Int64Array
    marks: Marks | None
    spilled: int


class CutDays(NamedTuple):
    """The days of which samples are kept. The first `too_old` samples began before these days."""

    kept: list[DaySamples]
    too_old: int


def in_order(samples: Samples) -> Samples:
    """The samples ascending by time, then by length, then by record. The later one of two samples with the same name stays."""
    times = samples.times_ms
    if (times[1:] > times[:-1]).all():
        return samples
    lengths = known_by(samples.lengths)
    keys = (lengths, times) if samples.marks is None else (samples.marks.records, lengths, times)
    order = np.lexsort(keys)
    last = np.zeros(len(order), np.bool_)
    last[-1:] = True
    for key in keys:
        ordered = key[order]
        last[:-1] |= ordered[1:] != ordered[:-1]
    return samples.part(order[last])


def by_local_day(samples: Samples, time_zone: str, *, first_day: date) -> CutDays:
    """The samples by the days of `time_zone` that they speak of. Samples come ascending, and those that began before
    `first_day` are left out.
    """
    days = split_by_local_day(samples.times_ms, time_zone)
    too_old = 0
    if days and days[0][0] < first_day:
        # Days ascend, so samples that are too old come first.
        too_old = next(
            (part.start for day, part in days if day >= first_day), len(samples.times_ms)
        )
        days = [(day, part) for day, part in days if day >= first_day]
    said: dict[date, list[Samples]] = {}
    own: dict[date, int] = {}
    for day, part in days:
        of_day = samples.part(part)
        said.setdefault(day, []).append(of_day)
        own[day] = len(of_day.times_ms)
        _spill(of_day, day, said, time_zone)
    return CutDays([_day(day, parts, own.get(day, 0)) for day, parts in said.items()], too_old)


def _spill(of_day: Samples, day: date, said: dict[date, list[Samples]], time_zone: str) -> None:
    """Adds samples of this day to the days after it into which they reach."""
    longest = int(np.maximum.reduce(of_day.lengths))
    if longest == UNSAID:
        of_day = of_day.part(of_day.lengths != UNSAID)
        longest = int(np.maximum.reduce(of_day.lengths, initial=0))
    over = of_day
    next_day = day.toordinal() + 1
    next_day_ms = midnight_ms(next_day, time_zone)
    if not longest or int(of_day.times_ms[-1]) + longest <= next_day_ms:
        return
    while len((over := over.part(over.times_ms + over.lengths > next_day_ms)).times_ms):
        said.setdefault(date.fromordinal(next_day), []).append(over)
        next_day += 1
        next_day_ms = midnight_ms(next_day, time_zone)


def _day(day: date, parts: list[Samples], own: int) -> DaySamples:
    """What samples say of the day. Samples that began before the day come first."""
    of_day = joined(parts)
    return DaySamples(
        day,
        (of_day.times_ms - utc_midnight_ms(day)).astype(np.int32),
        of_day.lengths,
        np.ascontiguousarray(of_day.values),
        of_day.marks,
        len(of_day.times_ms) - own,
    )
