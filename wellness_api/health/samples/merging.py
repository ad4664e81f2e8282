"""What a reader sees of several segments: of each time one sample, and which one.

The greatest revision of a time counts; among equal revisions the one received last. So edits may arrive in any
order and old copies may be sent again without undoing them.
"""

from collections.abc import Sequence
from typing import NamedTuple

import asyncpg
import numpy as np
from numpy.typing import NDArray

from wellness_api.health.samples.segments import Int32Array, decode_column, decode_times


class Layer(NamedTuple):
    """One segment's columns as stored: times ascending without repeats, one revision for all."""

    sequence: int
    revision: int
    times: Int32Array
    values: Int32Array


def stored_layer(row: asyncpg.Record) -> Layer:
    """A segment as a layer, from its row: sequence, revision, time_first, time_last, times, values."""
    values = decode_column(row["values"])
    times = decode_times(
        row["times"],
        time_first=row["time_first"],
        time_last=row["time_last"],
        count=len(values),
    )
    return Layer(row["sequence"], row["revision"], times, values)


class Merged(NamedTuple):
    """Columns with each time once, ascending, and the revision that won it; tombstones included."""

    times: Int32Array
    values: Int32Array
    revisions: NDArray[np.int64]


NOTHING = Merged(np.empty(0, np.int32), np.empty(0, np.int32), np.empty(0, np.int64))


def merge(layers: Sequence[Layer]) -> Merged:
    """Folds the segments of one (metric, source, day)."""
    if not layers:
        return NOTHING
    ordered = sorted(layers, key=lambda layer: (layer.revision, layer.sequence))
    if len(ordered) == 1:
        only = ordered[0]
        return Merged(only.times, only.values, np.full(len(only.times), only.revision, np.int64))
    # The winner of a time is the last of its run once a stable sort has brought equal times together.
    times = np.concatenate([layer.times for layer in ordered])
    values = np.concatenate([layer.values for layer in ordered])
    revisions = np.repeat(
        np.array([layer.revision for layer in ordered], np.int64),
        [len(layer.times) for layer in ordered],
    )
    order = np.argsort(times, kind="stable")
    times = times[order]
    wins = np.ones(len(times), np.bool_)
    wins[:-1] = times[1:] != times[:-1]
    merged = Merged(times[wins], values[order][wins], revisions[order][wins])
    assert len(merged.times) == len(merged.values) == len(merged.revisions), (
        "columns belong together"
    )
    assert (merged.times[1:] > merged.times[:-1]).all(), "each time is there once, ascending"
    return merged
