"""Segments of one day as small dictionaries, for the tests of merging, comparing and what is made of them."""

from collections.abc import Mapping, Sequence
from itertools import count
from typing import NamedTuple

import numpy as np
from hypothesis import strategies as st

from wellness_api.health.samples.merging import NO_RECORD, Layer, Merged
from wellness_api.health.samples.segments import TOMBSTONE, UNSAID, Marks, known_by

Span = tuple[int, int]
"""Start and length."""

Seen = dict[Span, tuple[int, int]]
"""By span: the value and the revision that won it."""

LENGTH_MS = 60_000


class Told(NamedTuple):
    """What a record says of a span, and when it was changed."""

    time: int
    length: int
    record: int
    value: int
    changed: int = 0


def span_of(key: int | Span) -> Span:
    """A start alone has the usual length."""
    return (key, LENGTH_MS) if isinstance(key, int) else key


def layer(
    sequence: int, samples: Mapping[int, int] | Mapping[Span, int], *, revision: int = 0
) -> Layer:
    """A segment of samples that no record has."""
    by_span = {span_of(key): value for key, value in samples.items()}
    spans = sorted(by_span)
    return Layer(
        sequence,
        revision,
        np.array([time for time, _ in spans], np.int32),
        np.array([length for _, length in spans], np.int32),
        np.array([by_span[span] for span in spans], np.int64),
    )


def unsaid_layer(sequence: int, samples: Mapping[int, int], *, revision: int = 0) -> Layer:
    """A segment of samples of which nobody said how long they lasted."""
    said = layer(sequence, samples, revision=revision)
    return said._replace(lengths=np.full_like(said.lengths, UNSAID))


def layer_of_records(sequence: int, told: Sequence[Told]) -> Layer:
    """A segment of records: all that they say of the day."""
    rows = np.array(sorted(told), np.int64).reshape(-1, len(Told._fields))
    times, lengths, records, values, changed = rows.T
    return Layer(
        sequence,
        0,
        times.astype(np.int32),
        lengths.astype(np.int32),
        values,
        Marks(records, changed),
    )


def seen(merged: Merged) -> Seen:
    """What counts of each span, of samples that no record has."""
    assert set(merged.records.tolist()) <= {NO_RECORD}
    spans = list(zip(merged.times.tolist(), known_by(merged.lengths).tolist(), strict=True))
    assert spans == sorted(set(spans)), "each span once, ascending"
    pairs = zip(merged.values.tolist(), merged.revisions.tolist(), strict=True)
    return dict(zip(spans, pairs, strict=True))


VALUES = st.integers(0, 5) | st.just(TOMBSTONE)
STARTS = st.integers(-5, 10)
SPANS = st.tuples(STARTS, st.sampled_from([0, 20_000, LENGTH_MS]))


@st.composite
def histories(draw: st.DrawFn) -> list[Layer]:
    """Segments of one day in the order received; few spans and revisions, so that they meet."""
    samples = st.dictionaries(SPANS, VALUES, min_size=1, max_size=8)
    segments = draw(st.lists(st.tuples(samples, st.integers(0, 3)), max_size=6))
    sequences = count(1)
    return [layer(next(sequences), given_, revision=revision) for given_, revision in segments]


RECORDS = [-7, 1, 2, 2**62]


@st.composite
def told_by_records(draw: st.DrawFn) -> list[Told]:
    """All that some records say of a day: of each a few spans, or that it says nothing there any more."""
    told: list[Told] = []
    for record in draw(st.sets(st.sampled_from(RECORDS), min_size=1)):
        changed = draw(st.integers(0, 40))
        values = draw(st.dictionaries(SPANS, st.integers(0, 5), max_size=3))
        told += [Told(*span, record, value, changed) for span, value in values.items()]
        if not values:
            told.append(Told(0, 0, record, TOMBSTONE))
    return told


@st.composite
def mixed_histories(draw: st.DrawFn) -> list[Layer]:
    """Segments of one day in the order received: samples that say no length, spans and records, in any order."""
    revisions = st.integers(0, 2)
    segment = (
        st.builds(lambda told: layer_of_records(0, told), told_by_records())
        | st.builds(
            lambda samples, revision: layer(0, samples, revision=revision),
            st.dictionaries(SPANS, VALUES, min_size=1, max_size=5),
            revisions,
        )
        | st.builds(
            lambda samples, revision: unsaid_layer(0, samples, revision=revision),
            st.dictionaries(STARTS, VALUES, min_size=1, max_size=6),
            revisions,
        )
    )
    history = draw(st.lists(segment, max_size=8))
    return [one._replace(sequence=sequence) for sequence, one in enumerate(history, 1)]


def layers_of(merged: Merged) -> list[Layer]:
    """What was merged as if stored again: a segment for each revision, received before all others."""
    return [
        Layer(0, revision, merged.times[mask], merged.lengths[mask], merged.values[mask])
        for revision in set(merged.revisions.tolist())
        for mask in [merged.revisions == revision]
    ]
