"""A day's summary is what a pencil comes to, for whatever segments there are, in any order."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.wellness_api.health.days.day_segments import (
    DAY,
    MIDNIGHT_UTC,
    MINUTE_MS,
    segment,
    summary,
)
from tests.wellness_api.health.days.plain_count import Said, of_day, plain_count
from wellness_api.health.days.plausible_spans import most_of
from wellness_api.health.days.summarise import StoredDay, summarise_days
from wellness_api.health.metrics.catalogue import METRIC_BY_CODE
from wellness_api.health.metrics.metric import Metric
from wellness_api.health.samples.folding import StoredSegment
from wellness_api.health.samples.segments import TOMBSTONE


def standing(segments: Sequence[StoredSegment]) -> dict[str, dict[tuple[int, int], int]]:
    """By source and span the value that stands, in parts."""
    said: dict[tuple[str, int, int], tuple[int, int, int]] = {}
    for one in segments:
        layer = one.layer
        assert layer.lengths is not None
        columns = layer.times, layer.lengths, layer.values
        for time, length, parts in zip(*(column.tolist() for column in columns), strict=True):
            place, statement = (one.source, time, length), (layer.revision, layer.sequence, parts)
            said[place] = max(said.get(place, statement), statement)
    parts_by_source: dict[str, dict[tuple[int, int], int]] = {}
    for (source, time, length), (_, _, parts) in said.items():
        if parts != TOMBSTONE:
            parts_by_source.setdefault(source, {})[time, length] = parts
    return parts_by_source


def best_first(weights: Mapping[str, tuple[int, ...]]) -> list[str]:
    """By kind, and of one kind by what is given of each, the least first."""
    return sorted(weights, key=lambda source: ("wps".index(source[0]), weights[source]))


def weight_of_samples(samples: Mapping[int, int]) -> tuple[int, ...]:
    """More minutes first, then less in all; then moment by moment."""
    minutes = {time // MINUTE_MS for time in samples}
    return -len(minutes), sum(samples.values()), *_one_by_one(sorted(samples.items()))


def weight_of_records(metric: Metric, records: Sequence[Said]) -> tuple[int, ...]:
    """More time first, then less in all, of what a source comes to alone; then record by record."""
    minute_most, _ = most_of(metric)
    day = 0, 24 * 60 * MINUTE_MS
    alone = plain_count([records], most_of(metric), day)
    told = sum(until - since for since, until, *_ in alone)
    in_all = sum(amount for _, _, amount, _ in alone)
    said = sorted(
        (one.start, one.end, one.amount) for one in of_day(records, day, minute_most).values()
    )
    return -told, in_all, *_one_by_one(said)


def _one_by_one(rows: Iterable[Iterable[int]]) -> Iterator[int]:
    for row in rows:
        yield from row


def measured(metric: Metric, segments: list[StoredSegment]) -> tuple[float, int, int] | None:
    """Value, number of samples and last time of what is measured at moments, worked minute by minute."""
    samples = {
        (source, time): multiple
        for source, of in standing(segments).items()
        for (time, _), multiple in of.items()
        if time >= 0 and metric.minimum <= multiple * metric.resolution <= metric.maximum
    }
    by_source: dict[str, dict[int, int]] = {}
    for (source, time), multiple in samples.items():
        by_source.setdefault(source, {})[time] = multiple
    best: dict[int, str] = {}
    weights = {source: weight_of_samples(of) for source, of in by_source.items()}
    for source in reversed(best_first(weights)):
        best |= {time // MINUTE_MS: source for of, time in samples if of == source}
    counted = {
        time: multiple
        for (source, time), multiple in samples.items()
        if best[time // MINUTE_MS] == source
    }
    if not counted:
        return None
    last = max(counted)
    multiples = {
        "mean": sum(counted.values()) / len(counted),
        "last": counted[last],
        "least": min(counted.values()),
    }
    return multiples[metric.daily] * metric.resolution, len(counted), last


def counted_plainly(
    metric: Metric, segments: Sequence[StoredSegment]
) -> list[tuple[int, int, int, int]]:
    """Where on the day what was counted of a metric that adds up, as the plain count has it."""
    stands = standing(segments)
    said = {
        source: [
            Said(time, time + length, parts, time + length, 0)
            for (time, length), parts in of.items()
        ]
        for source, of in stands.items()
    }
    weights = {source: weight_of_records(metric, of) for source, of in said.items()}
    sources = [said[source] for source in best_first(weights)]
    return plain_count(sources, most_of(metric), (0, 24 * 60 * MINUTE_MS))


def counted(metric: Metric, segments: list[StoredSegment]) -> float | None:
    """The day of a metric that adds up."""
    pieces = counted_plainly(metric, segments)
    thousandths = sum(amount for _, _, amount, _ in pieces)
    return (2 * thousandths + 1_000) // 2_000 * metric.resolution if pieces else None


@st.composite
def days_of_segments(draw: st.DrawFn, metrics: Sequence[str]) -> tuple[Metric, list[StoredSegment]]:
    """Segments of one metric from some sources, close enough to meet in the same minutes."""
    metric = METRIC_BY_CODE[draw(st.sampled_from(metrics))]
    multiple = st.integers(-1, 1_001) | st.just(TOMBSTONE)
    samples = st.dictionaries(st.integers(-90, 240), multiple, min_size=1, max_size=10)
    source = st.sampled_from(["watch:a", "watch:b", "phone:a", "station:a", "station:b"])
    lengths = st.sampled_from([0, 20_000, 150_000] if metric.daily == "sum" else [0])
    parts = draw(
        st.lists(
            st.tuples(source, samples, st.integers(0, 1), st.none() | lengths),
            min_size=1,
            max_size=6,
        )
    )
    return metric, [
        segment(
            metric.code, source, of_part, sequence=sequence, revision=revision, length_ms=length_ms
        )
        for sequence, (source, of_part, revision, length_ms) in enumerate(parts)
    ]


MEASURED = ["heart_rate", "body_weight", "oxygen_saturation"]
COUNTED = ["steps", "sleep_minutes"]


@settings(deadline=None, max_examples=60)
@given(days_of_segments(MEASURED), st.data())
def test_what_is_measured_is_the_pencils_in_any_order(
    day: tuple[Metric, list[StoredSegment]], data: st.DataObject
) -> None:
    metric, segments = day
    expected = measured(metric, segments)
    day_figure = summary(*data.draw(st.permutations(segments)))
    if expected is None:
        assert day_figure is None
        return
    assert day_figure is not None
    multiples, sample_count, last = expected
    assert day_figure.value == pytest.approx(multiples)
    assert day_figure.sample_count == sample_count
    assert day_figure.measured_at == MIDNIGHT_UTC + timedelta(milliseconds=last)


@settings(deadline=None, max_examples=60)
@given(days_of_segments(COUNTED), st.data())
def test_what_is_counted_is_the_plain_count_in_any_order(
    day: tuple[Metric, list[StoredSegment]], data: st.DataObject
) -> None:
    metric, segments = day
    day_figure = summary(*data.draw(st.permutations(segments)))
    expected = counted(metric, segments)
    assert (None if day_figure is None else day_figure.value) == (
        None if expected is None else pytest.approx(expected)
    )


@settings(deadline=None, max_examples=40)
@given(st.lists(days_of_segments(MEASURED + COUNTED), min_size=2, max_size=6))
def test_days_side_by_side_have_the_summaries_that_each_has_alone(
    days: list[tuple[Metric, list[StoredSegment]]],
) -> None:
    asked = [
        StoredDay(DAY + timedelta(days=place), "UTC", segments)
        for place, (_, segments) in enumerate(days)
    ]
    assert summarise_days(asked) == [summarise_days([day])[0] for day in asked]
