"""From days' segments to their figures, many days at once."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Final, NamedTuple

from wellness_api.health.days.count_day import CountedDay
from wellness_api.health.days.counting import (
    LivingOfDay,
    LocalDay,
    counted_day,
    local_day,
    measured_samples,
)
from wellness_api.health.days.figures_of_counted import figure_of_counted
from wellness_api.health.days.figures_of_measured import Measured, figures_of_measured
from wellness_api.health.days.samples_of_moments import Samples
from wellness_api.health.days.worked_out import WorkedOut
from wellness_api.health.days.worn import worn_minutes
from wellness_api.health.figures.catalogue import FIGURES_OF, KEPT, WEAR
from wellness_api.health.figures.figure import Figure
from wellness_api.health.metrics.catalogue import METRIC_BY_CODE, METRIC_BY_NUMBER, METRICS
from wellness_api.health.metrics.metric import Metric
from wellness_api.health.samples.corrected import Correction
from wellness_api.health.samples.folding import StoredSegment
from wellness_api.health.samples.living import by_place, living_samples
from wellness_api.health.sources.orders import SourceOrder

STATION: Final = "station:"
"""What the names of stations' sources begin with."""

WORN: Final = frozenset(metric.number for metric in METRICS if metric.is_worn)


class DayFigure(NamedTuple):
    """What a day comes to in one respect, in the figure's unit; on how many samples it rests, and when the last was taken."""

    figure: Figure
    value: float
    sample_count: int
    measured_at: datetime


class StoredDay(NamedTuple):
    """A resident's day as it is stored: all its segments, those from which something was moved into it, and what it depends on.

    `corrections`: all that the resident made. `choices`: the resident's own orders of sources.
    """

    day: date
    time_zone: str
    segments: Sequence[StoredSegment]
    corrections: Sequence[Correction] = ()
    choices: Sequence[SourceOrder] = ()


Summary = dict[int, DayFigure]
"""A day's figures by their numbers. One of which nothing tells is not there: that is not 0."""


def summarise_days(days: Sequence[StoredDay], figures: frozenset[int] = KEPT) -> list[Summary]:
    """The summary of each of the days, of these figures by their numbers. Raises TooTangled."""
    summaries: list[Summary] = [{} for _ in days]
    measured: defaultdict[int, list[tuple[int, Measured]]] = defaultdict(list)
    for place, stored in enumerate(days):
        of_day = _what_counts(stored)
        summaries[place] |= {of.figure.number: of for of in _of_counted(of_day, figures)}
        for number, of in of_day.measured.items():
            measured[number].append((place, of))
    for number, of_metric in measured.items():
        places, samples = zip(*of_metric, strict=True)
        for figure in _asked(number, figures):
            for place, found in zip(places, figures_of_measured(figure, samples), strict=True):
                if found is not None:
                    summaries[place][figure.number] = _figure(figure, found)
    return summaries


class _OfDay(NamedTuple):
    """What counts of a day, by metric number; nothing is empty of what is measured."""

    day: LocalDay
    counted: Mapping[int, CountedDay]
    measured: Mapping[int, Measured]


def _what_counts(stored: StoredDay) -> _OfDay:
    day = local_day(stored.day, stored.time_zone)
    segments = ((of.metric, of.source, of.day, of.layer) for of in stored.segments)
    living = living_samples(by_place(segments), stored.corrections)
    counted: dict[int, CountedDay] = {}
    measured: dict[int, Measured] = {}
    for number in {_counted_as(METRIC_BY_NUMBER[number]).number for number, _ in living}:
        metric = METRIC_BY_NUMBER[number]
        if metric.daily == "sum":
            counted[number] = counted_day(metric, day, living, stored.choices)
            continue
        samples = measured_samples(metric, day, living, stored.choices)
        if len(samples.times_ms):
            at_home = _at_home(metric, day, living, stored.choices, samples)
            measured[number] = Measured(day, samples, at_home)
    return _OfDay(day, counted, measured)


def _counted_as(metric: Metric) -> Metric:
    return metric if metric.total_of is None else METRIC_BY_CODE[metric.total_of]


def _at_home(
    metric: Metric,
    day: LocalDay,
    living: LivingOfDay,
    choices: Sequence[SourceOrder],
    samples: Samples,
) -> Samples:
    """`samples`: those of all sources."""
    if not any(of == metric.number and source.startswith(STATION) for of, source in living):
        return samples
    own = {place: of for place, of in living.items() if not place[1].startswith(STATION)}
    return measured_samples(metric, day, own, choices)


def _asked(number: int, figures: frozenset[int]) -> Iterator[Figure]:
    return (figure for figure in FIGURES_OF[number] if figure.number in figures)


def _of_counted(of_day: _OfDay, figures: frozenset[int]) -> Iterator[DayFigure]:
    for number, counted in of_day.counted.items():
        for figure in _asked(number, figures):
            found = figure_of_counted(figure, counted, of_day.day, of_day.counted)
            if found is not None:
                yield _figure(figure, found)
    if WEAR.number not in figures:
        return
    worn = worn_minutes(
        [of.pieces for number, of in of_day.counted.items() if number in WORN],
        [of.samples for number, of in of_day.measured.items() if number in WORN],
    )
    if worn is not None:
        yield _figure(WEAR, worn)


def _figure(figure: Figure, found: WorkedOut) -> DayFigure:
    moment = datetime.fromtimestamp(found.last_ms / 1000, UTC)
    return DayFigure(figure, found.value, found.sample_count, moment)
