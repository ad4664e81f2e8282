"""A plain day comes to what it comes to when it is looked at closely."""

from collections.abc import Sequence
from datetime import UTC, date, datetime
from unittest.mock import patch

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wellness_api.health.days import summarise
from wellness_api.health.days.plain_days import PlainCount, plain_days
from wellness_api.health.days.spans import Span
from wellness_api.health.days.summarise import StoredDay, Summary, summarise_days
from wellness_api.health.figures.catalogue import FIGURE_BY_CODE, FIGURE_BY_NUMBER, KEPT
from wellness_api.health.metrics.catalogue import METRIC_BY_CODE, STEPS
from wellness_api.health.samples.folding import StoredSegment
from wellness_api.health.samples.local_days import utc_midnight_ms
from wellness_api.health.samples.merging import Layer
from wellness_api.health.samples.segments import TOMBSTONE, UNSAID, Marks

DAY = date(2026, 11, 24)
MIDNIGHT_MS = utc_midnight_ms(DAY)
NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
MINUTE_MS, DAY_MS = 60_000, 86_400_000
CODES = (
    "steps",
    "steps_day_total",
    "sleep_minutes",
    "indoor_exercise_minutes",
    "heart_rate",
    "systolic_pressure",
    "body_weight",
    "class_attended",
)
EVERY_FIGURE = frozenset(FIGURE_BY_NUMBER)
FEW_FIGURES = frozenset(
    FIGURE_BY_CODE[code].number for code in ("steps_before_8", "steps_indoors", "systolic_morning")
)
METRICS = [METRIC_BY_CODE[code] for code in CODES]


def closely(days: Sequence[StoredDay], figures: frozenset[int]) -> list[Summary]:
    with patch.object(summarise, "plain_days", return_value=()):
        return summarise_days(days, figures)


@st.composite
def segments(draw: st.DrawFn, sequence: int) -> StoredSegment:
    """Mostly plain: apart, within the day, and true; sometimes not."""
    metric = draw(st.sampled_from(METRICS))
    moments = st.integers(-2, 1_441).map(lambda minute: minute * MINUTE_MS)
    off = st.integers(-600_000, DAY_MS + 60_000)
    times = sorted(draw(st.sets(st.one_of(moments, moments, off), min_size=1, max_size=8)))
    usual = [0] if metric.usual_length_ms == 0 else [UNSAID, UNSAID, MINUTE_MS, 900_000, 10_000, 0]
    alike = draw(st.sampled_from(usual))
    lengths = [draw(st.sampled_from(usual)) if draw(st.booleans()) else alike for _ in times]
    top = round(metric.maximum * metric.parts_per_unit)
    value = st.one_of(st.integers(0, top), st.just(top), st.sampled_from([TOMBSTONE, -1, top + 1]))
    values = [draw(value) for _ in times]
    marks = None
    if draw(st.integers(0, 3)) == 0:
        records = draw(st.lists(st.integers(1, 4), min_size=len(times), max_size=len(times)))
        marks = Marks(np.array(records, np.int64), np.zeros(len(times), np.int64))
    layer = Layer(
        sequence,
        draw(st.integers(0, 1)) if marks is None else 0,
        np.array(times, np.int32),
        np.array(lengths, np.int32),
        np.array(values, np.int64),
        marks,
    )
    source = draw(st.sampled_from(["phone:a", "phone:a", "phone:a", "watch:w", "station:s"]))
    return StoredSegment(metric.number, source, DAY, NOON, layer)


@st.composite
def days(draw: st.DrawFn) -> StoredDay:
    count = draw(st.sampled_from([1, 1, 2, 3]))
    zone = draw(st.sampled_from(["UTC", "UTC", "Asia/Tokyo"]))
    return StoredDay(DAY, zone, [draw(segments(place)) for place in range(1, count + 1)])


@settings(max_examples=600, deadline=None)
@given(st.lists(days(), min_size=1, max_size=3), st.sampled_from([KEPT, EVERY_FIGURE, FEW_FIGURES]))
def test_a_day_comes_to_the_same_however_closely_it_is_looked_at(
    stored_days: list[StoredDay], figures: frozenset[int]
) -> None:
    assert summarise_days(stored_days, figures) == closely(stored_days, figures)


def steps_of(times: list[int], lengths: list[int], values: list[int]) -> StoredSegment:
    layer = Layer(
        1,
        0,
        np.array(times, np.int32),
        np.array(lengths, np.int32),
        np.array(values, np.int64) * 1_000,
    )
    return StoredSegment(STEPS.number, "phone:a", DAY, NOON, layer)


@pytest.mark.parametrize("lengths", [[UNSAID] * 2, [MINUTE_MS] * 2, [MINUTE_MS, 900_000]])
def test_a_usual_day_is_plain_and_its_records_are_its_pieces(lengths: list[int]) -> None:
    usual = steps_of([0, MINUTE_MS], lengths, [100, 90])
    ((number, counted),) = plain_days([usual], Span(MIDNIGHT_MS, MIDNIGHT_MS + DAY_MS))
    assert isinstance(counted, PlainCount)
    pieces = counted.pieces()
    assert (number, counted.thousandths) == (STEPS.number, 190_000)
    assert (pieces.starts - MIDNIGHT_MS).tolist() == [0, MINUTE_MS]
    lasted = [MINUTE_MS if length == UNSAID else length for length in lengths]
    assert (pieces.ends - pieces.starts).tolist() == lasted
