"""A day's segments become its summary: of each minute the best source, never a sum of two devices."""

from collections import defaultdict
from datetime import UTC, date, datetime, timedelta

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wellness_api.health.days.summarise import MetricSummary, SegmentsOfDay, summarise_days
from wellness_api.health.metrics.catalogue import METRIC_BY_CODE
from wellness_api.health.metrics.metric import Metric
from wellness_api.health.samples.folding import StoredSegment
from wellness_api.health.samples.merging import Layer
from wellness_api.health.samples.segments import TOMBSTONE

DAY = date(2026, 11, 24)
MIDNIGHT_UTC = datetime(2026, 11, 24, tzinfo=UTC)
SECOND_MS, MINUTE_MS = 1_000, 60_000


def segment(
    metric: str, source: str, samples: dict[int, int], *, sequence: int = 1, revision: int = 0
) -> StoredSegment:
    """Samples by second of the day, in multiples of the metric's resolution."""
    seconds = sorted(samples)
    layer = Layer(
        sequence,
        revision,
        np.array(seconds, np.int32) * SECOND_MS,
        np.array([samples[second] for second in seconds], np.int32),
    )
    return StoredSegment(METRIC_BY_CODE[metric].number, source, MIDNIGHT_UTC, layer)


def steps(source: str, by_minute: dict[int, int], *, sequence: int = 1) -> StoredSegment:
    samples = {minute * 60: counted for minute, counted in by_minute.items()}
    return segment("steps", source, samples, sequence=sequence)


def summary(*segments: StoredSegment) -> MetricSummary | None:
    (of_day,) = summarise_days([SegmentsOfDay(DAY, segments)])
    (only,) = of_day.values()
    return only


def value(*segments: StoredSegment) -> float:
    found = summary(*segments)
    assert found is not None
    return found.value


MORNING = dict.fromkeys(range(480, 498), 100)
"""A walk of 18 minutes that both devices counted."""

WATCH = MORNING | {498: 65} | dict.fromkeys(range(720, 726), 100) | {726: 41}
PHONE = MORNING | {498: 65} | {1_100: 54}
"""The phone saw no lunch walk; it was carried alone for a minute while the watch was charging."""


@pytest.mark.parametrize("first", ["watch", "phone"])
def test_two_devices_of_2506_and_1919_steps_make_a_day_of_2560(first: str) -> None:
    assert sum(WATCH.values()) == 2_506
    assert sum(PHONE.values()) == 1_919
    watch, phone = steps("watch:w1", WATCH), steps("phone:p1", PHONE)
    both = [watch, phone] if first == "watch" else [phone, watch]
    assert value(*both) == 2_560
    assert value(watch) == 2_506
    assert value(phone) == 1_919


def test_the_watch_counts_before_the_phone_and_the_phone_before_the_station() -> None:
    station = steps("station:s1", {1: 30, 2: 30, 3: 30, 4: 30})
    phone = steps("phone:p1", {2: 20, 3: 20, 4: 20})
    watch = steps("watch:w1", {3: 10})
    for order in ([station, phone, watch], [watch, station, phone], [phone, watch, station]):
        assert value(*order) == 30 + 20 + 10 + 20


def test_a_watch_that_counted_no_steps_outweighs_a_phone_that_was_shaken() -> None:
    assert value(steps("watch:w1", {1: 0}), steps("phone:p1", {1: 90})) == 0


def test_of_two_watches_the_name_decides() -> None:
    one, other = steps("watch:a", {1: 10}), steps("watch:b", {1: 99, 2: 5})
    assert value(one, other) == value(other, one) == 15


def test_a_minute_is_sixty_seconds_from_its_start() -> None:
    watch = segment("heart_rate", "watch:w1", {59: 60, 120: 60})
    phone = segment("heart_rate", "phone:p1", {0: 90, 60: 90, 119: 90, 179: 90})
    found = summary(watch, phone)
    assert found is not None
    assert (found.sample_count, found.value) == (4, (60 + 90 + 90 + 60) / 4)


def test_samples_before_midnight_utc_are_part_of_a_japanese_day() -> None:
    assert value(steps("watch:w1", {-540: 10, -1: 20}), steps("phone:p1", {-1: 99, 0: 1})) == 31


@pytest.mark.parametrize(
    ("metric", "samples", "expected"),
    [
        ("steps", {60: 100, 120: 20, 180: 7}, 127),
        ("heart_rate", {60: 60, 61: 80, 180: 100}, 80),
        ("systolic_pressure", {60: 1200, 120: 1201}, 120.05),
        ("body_weight", {60: 12_984, 120: 13_071}, 65.355),
        ("oxygen_saturation", {60: 970, 120: 915, 180: 984}, 91.5),
        ("sleep_minutes", {-3_600: 10, -3_540: 10, -3_480: 4}, 2.4),
    ],
)
def test_a_day_is_the_sum_the_mean_the_last_or_the_least_of_its_samples(
    metric: str, samples: dict[int, int], expected: float
) -> None:
    assert value(segment(metric, "watch:w1", samples)) == expected


def test_a_summary_says_its_extremes_and_when_it_was_last_measured() -> None:
    pressure = {36_000: 1350, 39_600: 1182, 43_200: 1204}
    found = summary(segment("systolic_pressure", "station:s1", pressure))
    assert found is not None
    assert (found.minimum, found.maximum, found.sample_count) == (118.2, 135.0, 3)
    assert found.measured_at == MIDNIGHT_UTC + timedelta(hours=12)


def test_the_last_measurement_may_be_a_lesser_sources() -> None:
    scale = segment("body_weight", "station:s1", {72_000: 13_000})
    assert value(segment("body_weight", "watch:w1", {36_000: 12_000}), scale) == 65.0


def test_the_least_is_the_least_that_counts_not_what_a_lesser_source_said() -> None:
    watch = segment("oxygen_saturation", "watch:w1", {60: 960, 120: 950})
    phone = segment("oxygen_saturation", "phone:p1", {61: 800, 180: 940})
    assert value(watch, phone) == 94.0


def test_a_taken_back_sample_makes_room_for_the_next_source() -> None:
    watch = steps("watch:w1", {1: 50, 2: 60})
    taken_back = steps("watch:w1", {2: TOMBSTONE}, sequence=2)
    assert value(watch, taken_back) == 50
    assert value(watch, taken_back, steps("phone:p1", {1: 7, 2: 8})) == 58


def test_when_all_samples_are_taken_back_there_is_no_summary() -> None:
    watch = steps("watch:w1", {1: 50})
    assert summary(watch, steps("watch:w1", {1: TOMBSTONE}, sequence=2)) is None


def test_a_day_without_segments_has_no_summaries() -> None:
    assert summarise_days([SegmentsOfDay(DAY, [])]) == [{}]


def test_each_metric_has_a_summary_of_its_own() -> None:
    segments = [
        steps("watch:w1", {1: 50}),
        segment("heart_rate", "watch:w1", {60: 70}),
        segment("body_weight", "station:s1", {60: TOMBSTONE}),
    ]
    (found,) = summarise_days([SegmentsOfDay(DAY, segments)])
    values = {number: None if one is None else one.value for number, one in found.items()}
    assert values == {1: 50, 2: 70, 5: None}


def pencil(metric: Metric, segments: list[StoredSegment]) -> tuple[float, int, int] | None:
    """Value, number of samples and last time, worked minute by minute."""
    said: dict[tuple[str, int], tuple[int, int, int]] = {}
    for one in segments:
        layer = one.layer
        for time, multiple in zip(layer.times.tolist(), layer.values.tolist(), strict=True):
            statement = (layer.revision, layer.sequence, multiple)
            said[one.source, time] = max(said.get((one.source, time), statement), statement)
    samples = {
        place: last[2]
        for place, last in said.items()
        if metric.minimum <= last[2] * metric.resolution <= metric.maximum
    }
    if metric.daily == "sum":
        # What a source says of a minute is as much as one sample may say; each but the first may be rounded up.
        minutes: defaultdict[tuple[str, int], list[int]] = defaultdict(list)
        for (source, time), multiple in samples.items():
            minutes[source, time // MINUTE_MS].append(multiple)
        samples = {
            (source, time): multiple
            for (source, time), multiple in samples.items()
            for of_minute in [minutes[source, time // MINUTE_MS]]
            if sum(of_minute) <= metric.maximum * metric.per_unit + len(of_minute) - 1
        }
    best: dict[int, str] = {}
    for rank in ("station", "phone", "watch"):
        for source, time in sorted(samples, reverse=True):
            if source.startswith(rank):
                best[time // MINUTE_MS] = source
    counted = {
        time: multiple
        for (source, time), multiple in samples.items()
        if best[time // MINUTE_MS] == source
    }
    if not counted:
        return None
    last = max(counted)
    total = sum(counted.values())
    multiples = {
        "sum": total,
        "mean": total / len(counted),
        "last": counted[last],
        "min": min(counted.values()),
    }
    return multiples[metric.daily] * metric.resolution, len(counted), last


@st.composite
def days_of_segments(draw: st.DrawFn) -> tuple[Metric, list[StoredSegment]]:
    """Segments of one metric from some sources, close enough to meet in the same minutes."""
    metric = draw(st.sampled_from(["steps", "heart_rate", "body_weight", "oxygen_saturation"]))
    multiple = st.integers(-1, 1_001) | st.just(TOMBSTONE)
    samples = st.dictionaries(st.integers(-90, 240), multiple, min_size=1, max_size=10)
    source = st.sampled_from(["watch:a", "watch:b", "phone:a", "station:a", "station:b"])
    parts = draw(st.lists(st.tuples(source, samples, st.integers(0, 1)), min_size=1, max_size=6))
    return METRIC_BY_CODE[metric], [
        segment(metric, source, of_part, sequence=sequence, revision=revision)
        for sequence, (source, of_part, revision) in enumerate(parts)
    ]


@settings(deadline=None, max_examples=60)
@given(days_of_segments(), st.data())
def test_the_fast_summary_is_the_pencils_in_any_order(
    day: tuple[Metric, list[StoredSegment]], data: st.DataObject
) -> None:
    metric, segments = day
    expected = pencil(metric, segments)
    found = summary(*data.draw(st.permutations(segments)))
    if expected is None:
        assert found is None
        return
    assert found is not None
    multiples, sample_count, last = expected
    assert found.value == pytest.approx(multiples)
    assert found.sample_count == sample_count
    assert found.measured_at == MIDNIGHT_UTC + timedelta(milliseconds=last)


@settings(deadline=None, max_examples=40)
@given(st.lists(days_of_segments(), min_size=2, max_size=6))
def test_days_side_by_side_have_the_summaries_that_each_has_alone(
    days: list[tuple[Metric, list[StoredSegment]]],
) -> None:
    asked = [
        SegmentsOfDay(DAY + timedelta(days=place), segments)
        for place, (_, segments) in enumerate(days)
    ]
    assert summarise_days(asked) == [summarise_days([day])[0] for day in asked]
