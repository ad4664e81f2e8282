"""Segments of one day as small dictionaries, for the tests of merging and comparing."""

from itertools import count

import numpy as np
from hypothesis import strategies as st

from wellness_api.health.samples.merging import Layer, Merged
from wellness_api.health.samples.segments import TOMBSTONE

Seen = dict[int, tuple[int, int]]
"""By time: the value and the revision that won it."""


def layer(sequence: int, samples: dict[int, int], *, revision: int = 0) -> Layer:
    times = sorted(samples)
    return Layer(
        sequence,
        revision,
        np.array(times, np.int32),
        np.array([samples[time] for time in times], np.int32),
    )


def seen(merged: Merged) -> Seen:
    times = merged.times.tolist()
    assert times == sorted(set(times)), "each time once, ascending"
    pairs = zip(merged.values.tolist(), merged.revisions.tolist(), strict=True)
    return dict(zip(times, pairs, strict=True))


@st.composite
def histories(draw: st.DrawFn) -> list[Layer]:
    """Segments of one day in the order received; few times and revisions, so that they meet."""
    value = st.integers(0, 5) | st.just(TOMBSTONE)
    samples = st.dictionaries(st.integers(-5, 10), value, min_size=1, max_size=8)
    segments = draw(st.lists(st.tuples(samples, st.integers(0, 3)), max_size=6))
    sequences = count(1)
    return [layer(next(sequences), given_, revision=revision) for given_, revision in segments]


def layers_of(merged: Merged) -> list[Layer]:
    """What was merged as if stored again: a segment for each revision, received before all others."""
    return [
        Layer(0, revision, merged.times[mask], merged.values[mask])
        for revision in set(merged.revisions.tolist())
        for mask in [merged.revisions == revision]
    ]
