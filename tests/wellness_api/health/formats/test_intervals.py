"""An amount over an interval is one sample that lasts as long, and its days share it to the last thousandth."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from device_bridge.wire import LENGTH_MS_MAX, Batch, Upload
from wellness_api.health.days.counting import counted_day, local_day
from wellness_api.health.days.summarise import StoredDay, summarise_days
from wellness_api.health.formats.intervals import MINUTE_MS, check_interval, over_interval
from wellness_api.health.formats.items import ItemRefused
from wellness_api.health.metrics.catalogue import METRIC_BY_CODE, METRICS, STEPS
from wellness_api.health.metrics.metric import Metric
from wellness_api.health.samples.columns import Arrival, read_upload
from wellness_api.health.samples.folding import StoredSegment
from wellness_api.health.samples.living import by_place, living_samples
from wellness_api.health.samples.merging import Layer
from wellness_api.health.samples.records import Column

SLEEP = METRIC_BY_CODE["sleep_minutes"]
SUMMED = [metric for metric in METRICS if metric.daily == "sum"]
NOW = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
MINUTE = 1_790_000_040_000
"""The start of a minute."""


def stored(column: Column, metric: Metric, time_zone: str) -> list[StoredSegment]:
    """The segments that the column comes to."""
    batch = Batch(
        metric=metric.code,
        source="watch:w",
        times_ms=list(column.times_ms),
        values=list(column.values),
        lengths_ms=list(column.lengths_ms),
    )
    (read,) = read_upload(Upload(batches=[batch]), Arrival(NOW, time_zone, date.min))
    return [
        StoredSegment(
            metric.number,
            "watch:w",
            segment.day,
            NOW,
            Layer(1, 0, segment.times, segment.lengths, segment.values),
        )
        for segment in read.segments
    ]


def days_of(column: Column, metric: Metric, time_zone: str) -> dict[date, float]:
    """What each of its days comes to, in the metric's unit."""
    segments = stored(column, metric, time_zone)
    days = summarise_days([StoredDay(of.day, time_zone, [of]) for of in segments])
    return {
        segment.day: day[metric.number].value
        for segment, day in zip(segments, days, strict=True)
        if metric.number in day
    }


def test_an_interval_is_one_sample_that_lasts_as_long() -> None:
    assert over_interval(MINUTE + 30_000, MINUTE + 150_000, 100) == Column(
        [MINUTE + 30_000], [100], [120_000]
    )


def test_a_moment_is_a_sample_that_does_not_last() -> None:
    assert over_interval(MINUTE, MINUTE, 37) == Column([MINUTE], [37], [0])


def test_two_records_that_share_a_minute_share_no_moment_and_both_count() -> None:
    halves = Column([MINUTE, MINUTE + 90_000], [90, 91], [90_000, 90_000])
    assert sum(days_of(halves, STEPS, "UTC").values()) == 181


@pytest.mark.parametrize("length_ms", [-1, LENGTH_MS_MAX + 1, 10**12])
def test_an_interval_that_ends_before_it_starts_or_after_a_day_is_refused(length_ms: int) -> None:
    with pytest.raises(ItemRefused) as refused:
        over_interval(MINUTE, MINUTE + length_ms, 100)
    assert refused.value.field == "end"


@pytest.mark.parametrize("length_ms", [0, LENGTH_MS_MAX])
def test_the_day_on_which_clocks_go_back_is_no_more_than_an_interval_may_be(length_ms: int) -> None:
    check_interval(MINUTE, MINUTE + length_ms)


@pytest.mark.parametrize(
    ("zone", "day"), [("Asia/Tokyo", (2026, 11, 3)), ("Europe/Berlin", (2026, 10, 25))]
)
def test_a_night_over_midnight_and_a_change_of_clocks_is_shared_between_its_days(
    zone: str, day: tuple[int, int, int]
) -> None:
    """In Berlin the hour from 2 to 3 comes twice that night, so from 23:10:21 to 6:40:21 are eight hours and a half."""
    home = ZoneInfo(zone)
    start = datetime(*day, 23, 10, 21, tzinfo=home) - timedelta(days=1)
    end = datetime(*day, 6, 40, 21, tzinfo=home)
    start_ms, end_ms = (round(moment.timestamp() * 1000) for moment in (start, end))
    slept = (end_ms - start_ms) / MINUTE_MS
    assert slept == (510 if zone == "Europe/Berlin" else 450)
    days = days_of(over_interval(start_ms, end_ms, slept), SLEEP, zone)
    assert list(days) == [date(*day) - timedelta(days=1), date(*day)]
    evening, night = days.values()
    assert evening == 49.7, "49.65, and each day is rounded by itself"
    assert night == pytest.approx(slept - 49.65 + 0.05)


AROUND = {
    "Asia/Tokyo": datetime(2026, 11, 3, tzinfo=ZoneInfo("Asia/Tokyo")),
    "Europe/Berlin": datetime(2026, 10, 25, tzinfo=ZoneInfo("Europe/Berlin")),
    "America/New_York": datetime(2026, 3, 8, tzinfo=ZoneInfo("America/New_York")),
}


@settings(deadline=None)
@given(
    st.sampled_from(SUMMED),
    st.sampled_from(sorted(AROUND)),
    st.integers(-26 * 3_600_000, 26 * 3_600_000),
    st.integers(0, LENGTH_MS_MAX),
    st.fractions(0, 1),
)
def test_nothing_is_lost_or_made_by_sharing_out_over_days(
    metric: Metric, zone: str, start_ms: int, length_ms: int, share: float
) -> None:
    assert metric.day_maximum is not None
    most = min(metric.maximum * max(length_ms / MINUTE_MS, 1), metric.day_maximum)
    begins_ms = round(AROUND[zone].timestamp() * 1000) + start_ms
    column = over_interval(begins_ms, begins_ms + length_ms, float(most * share))
    segments = stored(column, metric, zone)
    days = [
        counted_day(
            metric,
            local_day(of.day, zone),
            living_samples(by_place([(of.metric, of.source, of.day, of.layer)]), time_zone=zone),
            (),
        )
        for of in segments
    ]
    assert {of.layer.values.item() for of in segments} == {sum(day.thousandths for day in days)}
