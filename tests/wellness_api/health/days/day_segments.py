"""Segments of one day by second or minute, and what they come to."""

from datetime import UTC, date, datetime

import numpy as np

from wellness_api.health.days.summarise import DayFigure, StoredDay, summarise_days
from wellness_api.health.figures.catalogue import FIGURE_BY_CODE, FIGURE_BY_NUMBER, OWN
from wellness_api.health.metrics.catalogue import METRIC_BY_CODE
from wellness_api.health.samples.folding import StoredSegment
from wellness_api.health.samples.merging import Layer
from wellness_api.health.samples.segments import TOMBSTONE

DAY = date(2026, 11, 24)
MIDNIGHT_UTC = datetime(2026, 11, 24, tzinfo=UTC)
MIDNIGHT_MS = round(MIDNIGHT_UTC.timestamp() * 1000)
SECOND_MS, MINUTE_MS = 1_000, 60_000


def segment(
    metric: str,
    source: str,
    samples: dict[int, int],
    *,
    sequence: int = 1,
    revision: int = 0,
    length_ms: int | None = None,
) -> StoredSegment:
    """Samples by second of the day, in multiples of the metric's resolution; of the usual length, unless one is said."""
    of_metric = METRIC_BY_CODE[metric]
    seconds = sorted(samples)
    multiples = np.array([samples[second] for second in seconds], np.int64)
    layer = Layer(
        sequence,
        revision,
        np.array(seconds, np.int32) * SECOND_MS,
        np.full(
            len(seconds), of_metric.usual_length_ms if length_ms is None else length_ms, np.int32
        ),
        np.where(multiples == TOMBSTONE, TOMBSTONE, multiples * of_metric.parts_per_multiple),
    )
    return StoredSegment(of_metric.number, source, DAY, MIDNIGHT_UTC, layer)


def steps(source: str, by_minute: dict[int, int], *, sequence: int = 1) -> StoredSegment:
    samples = {minute * 60: counted for minute, counted in by_minute.items()}
    return segment("steps", source, samples, sequence=sequence)


def summary(*segments: StoredSegment, time_zone: str = "UTC") -> DayFigure | None:
    """The own figure of the segments' metric."""
    (of_day,) = summarise_days([StoredDay(DAY, time_zone, segments)])
    own = [of for number, of in of_day.items() if number in OWN]
    assert len(own) <= 1, "they are of one metric"
    return own[0] if own else None


def figure(code: str, *segments: StoredSegment, time_zone: str = "UTC") -> float | None:
    """What the day comes to in one respect; None where nothing tells of it."""
    (of_day,) = summarise_days([StoredDay(DAY, time_zone, segments)], frozenset(FIGURE_BY_NUMBER))
    day_figure = of_day.get(FIGURE_BY_CODE[code].number)
    return None if day_figure is None else day_figure.value


def value(*segments: StoredSegment, time_zone: str = "UTC") -> float:
    day_figure = summary(*segments, time_zone=time_zone)
    assert day_figure is not None
    return day_figure.value
