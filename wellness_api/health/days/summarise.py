"""Turns the segments of days into figures, many days at once."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime
from functools import lru_cache
from typing import Final, NamedTuple

from wellness_api.health.days.count_day import SourceOfDay, parts_of
from wellness_api.health.days.counting import (
    LivingOfDay,
    LocalDay,
    counted_in_order,
    local_day,
    measured_samples,
    records_by_source,
    sources_of_day,
)
from wellness_api.health.days.figures_of_counted import figure_of_counted, figure_of_plain_count
from wellness_api.health.days.figures_of_measured import Measured, figures_of_measured
from wellness_api.health.days.plain_days import PlainCount, plain_days
from wellness_api.health.days.samples_of_moments import NO_SAMPLES, Samples
from wellness_api.health.days.spans import Pieces
from wellness_api.health.days.uncountable import Uncountable, UncountableDays, check_parts_of_day
from wellness_api.health.days.worked_out import WorkedOut
from wellness_api.health.days.worn import worn_minutes
from wellness_api.health.figures.catalogue import FIGURES, FIGURES_OF, KEPT, OWN, WEAR
from wellness_api.health.figures.figure import Figure
from wellness_api.health.metrics.catalogue import (
    COUNTED_AS,
    METRIC_BY_CODE,
    METRIC_BY_NUMBER,
    METRICS,
)
from wellness_api.health.metrics.metric import Metric
from wellness_api.health.samples.corrected import Correction
from wellness_api.health.samples.folding import StoredSegment
from wellness_api.health.samples.living import by_place, living_samples
from wellness_api.health.sources.orders import SourceOrder

STATION: Final = "station:"
"""The prefix of the names of stations' sources."""

WORN: Final = frozenset(metric.number for metric in METRICS if metric.is_worn)

TAKEN_AT_HOME: Final = frozenset(
    METRIC_BY_CODE[figure.of].number
    for figure in FIGURES
    if figure.of is not None and figure.how in {"first_two", "last_two"}
)
"""Metrics that have figures of samples that no station took."""

SETS_OF_FIGURES_MAX: Final = 16
"""Each set is looked up once, and a process works days out for one set of figures or two. When there are more, the set
that was asked for longest ago is forgotten.
"""


class DayFigure(NamedTuple):
    """One figure of a day, in the figure's unit; the number of samples behind it, and when the last of them was taken."""

    figure: Figure
    value: float
    sample_count: int
    measured_at: datetime


class StoredDay(NamedTuple):
    """A resident's day as it is stored: its segments, the segments from which samples were moved into it, and what it
    depends on.

    `corrections`: all that the resident made. `choices`: the resident's own orders of sources. `not_of`: sequences of
    segments whose living samples are left out, for callers that do not count them.
    """

    day: date
    time_zone: str
    segments: Sequence[StoredSegment]
    corrections: Sequence[Correction] = ()
    choices: Sequence[SourceOrder] = ()
    not_of: Collection[int] = ()


Summary = dict[int, DayFigure]
"""A day's figures by their numbers. A figure of which nothing tells is missing, which is not the same as 0."""


class TooMuchAtOnce(Exception):
    """Days that can be counted, each for itself, and are too much work to be counted together."""

    def __init__(self, parts: int) -> None:
        super().__init__(f"overlapping records of several days have {parts:,} parts")


def summarise_days(
    days: Sequence[StoredDay], figures: frozenset[int] = KEPT, *, parts_max: int | None = None
) -> list[Summary]:
    """The summary of each of the days, of these figures by their numbers.

    `parts_max`: how many parts the overlapping records of several days may have together (`uncountable`); None: any number.
    All days are looked at before the first one is counted. Raises Uncountable, TooMuchAtOnce.
    """
    return count_days(look_at_days(days, figures, parts_max=parts_max))


class LookedAt(NamedTuple):
    """Days that were looked at and not counted yet. `parts`: how many their overlapping records have, which is the work."""

    days: Sequence[StoredDay]
    asked: "_Asked"
    of_days: Sequence["_OfDay"]
    parts: int


def look_at_days(
    days: Sequence[StoredDay], figures: frozenset[int], *, parts_max: int | None
) -> LookedAt:
    """Looks at the days; the cost grows with their samples, and with their metrics and sources. See `summarise_days`.

    Raises Uncountable for one day, UncountableDays for several, TooMuchAtOnce.
    """
    asked = _asked(figures)
    of_days = []
    parts = 0
    uncountable: dict[int, Uncountable] = {}
    for place, stored in enumerate(days):
        try:
            of_day = _look_at(stored, asked)
            parts += of_day.parts
            of_days.append(of_day)
        except Uncountable as error:
            uncountable[place] = error
    _check_all_are_counted(len(days), uncountable)
    if parts_max is not None and parts > parts_max and len(days) > 1:
        raise TooMuchAtOnce(parts)
    return LookedAt(days, asked, of_days, parts)


def count_days(looked_at: LookedAt) -> list[Summary]:
    """The summaries of the days. Raises Uncountable for one day, UncountableDays for several."""
    days, asked, of_days, _ = looked_at
    summaries = _counted(days, of_days, asked)
    measured: defaultdict[int, list[tuple[int, Measured]]] = defaultdict(list)
    for place, of_day in enumerate(of_days):
        for number, measured_of_day in of_day.measured.items():
            measured[number].append((place, measured_of_day))
    for number, of_metric in measured.items():
        places, samples = zip(*of_metric, strict=True)
        for figure in asked.of_metrics.get(number, ()):
            for place, worked_out in zip(places, figures_of_measured(figure, samples), strict=True):
                if worked_out is not None:
                    summaries[place][figure.number] = _figure(figure, worked_out)
    return summaries


def _counted(
    days: Sequence[StoredDay], of_days: Sequence["_OfDay"], asked: "_Asked"
) -> list[Summary]:
    """What adds up on the days."""
    summaries: list[Summary] = [{} for _ in days]
    uncountable: dict[int, Uncountable] = {}
    for place, (stored, of_day) in enumerate(zip(days, of_days, strict=True)):
        summary = summaries[place]
        try:
            _count(stored, of_day)
            for number, plain in of_day.plain.items():
                figure = OWN[number]
                summary[number] = _figure(figure, figure_of_plain_count(figure, plain))
            for figure, of_counted in _of_counted(of_day, asked):
                summary[figure.number] = _figure(figure, of_counted)
        except Uncountable as error:
            uncountable[place] = error
    _check_all_are_counted(len(days), uncountable)
    return summaries


def _check_all_are_counted(days: int, uncountable: Mapping[int, Uncountable]) -> None:
    """Raises for all days at once, so that nobody has to look for the others."""
    if uncountable:
        raise UncountableDays(uncountable) if days > 1 else uncountable[0]


class _Asked(NamedTuple):
    """The figures that are asked for, by metric number.

    `in_pieces`: the metrics for which more than the sum of the whole day is asked, so that pieces are needed. `own`: the
    metrics whose own figure is asked for.
    """

    of_metrics: Mapping[int, Sequence[Figure]]
    in_pieces: frozenset[int]
    own: frozenset[int]
    asks_wear: bool


@lru_cache(maxsize=SETS_OF_FIGURES_MAX)
def _asked(figures: frozenset[int]) -> _Asked:
    of_metrics = {
        number: [figure for figure in of_metric if figure.number in figures]
        for number, of_metric in FIGURES_OF.items()
    }
    in_pieces = {
        METRIC_BY_CODE[code].number
        for of_metric in of_metrics.values()
        for figure in of_metric
        if figure.number not in OWN
        for code in (figure.of, figure.within)
        if code is not None
    }
    asks_wear = WEAR.number in figures
    return _Asked(
        of_metrics,
        in_pieces=frozenset(in_pieces | WORN if asks_wear else in_pieces),
        own=figures & OWN.keys(),
        asks_wear=asks_wear,
    )


class _OfDay(NamedTuple):
    """What counts of a day, by metric number: `plain` where nothing is asked but what it adds up to; nothing is empty of what is
    measured. `uncounted`: the sources of what adds up, which were looked at and are still to be counted.
    """

    day: LocalDay
    plain: dict[int, PlainCount]
    counted: dict[int, Pieces]
    measured: dict[int, Measured]
    uncounted: dict[int, Mapping[str, SourceOfDay]]

    @property
    def parts(self) -> int:
        """How much work it is to count what is uncounted. Raises Uncountable."""
        if not self.uncounted:
            return 0
        parts = sum(parts_of(sources.values()) for sources in self.uncounted.values())
        check_parts_of_day(parts)
        return parts


def parts_of_day(stored: StoredDay) -> int:
    """How much work it will be to count the day. Raises Uncountable."""
    return _look_at(stored, _asked(KEPT)).parts


def _look_at(stored: StoredDay, asked: _Asked) -> _OfDay:
    """The day with what can be said at a look; the rest is uncounted."""
    day = local_day(stored.day, stored.time_zone)
    of_day = _OfDay(day, {}, {}, {}, {})
    told = set()
    for number, counted in _plain(stored, day):
        told.add(number)
        if not isinstance(counted, PlainCount):
            at_home = _plain_at_home(number, counted, stored.segments)
            of_day.measured[number] = Measured(day, counted, at_home)
        elif number in asked.in_pieces:
            of_day.counted[number] = counted.pieces()
        elif number in asked.own:
            of_day.plain[number] = counted
    left = [segment for segment in stored.segments if COUNTED_AS[segment.metric] not in told]
    if left:
        _look_closely(stored, left, of_day)
    return of_day


def _plain(stored: StoredDay, day: LocalDay) -> Iterable[tuple[int, PlainCount | Samples]]:
    """The plain metrics of the day. There are none if the day has corrections or leaves segments out: `_look_closely` does those."""
    if stored.corrections or stored.not_of:
        return ()
    return plain_days(stored.segments, day.span)


def _plain_at_home(number: int, samples: Samples, segments: Sequence[StoredSegment]) -> Samples:
    """The samples of a plain day that no station took. `samples`: those of the metric's only source."""
    if number in TAKEN_AT_HOME and any(
        segment.metric == number and segment.source.startswith(STATION) for segment in segments
    ):
        return NO_SAMPLES
    return samples


def _look_closely(stored: StoredDay, segments: Sequence[StoredSegment], of_day: _OfDay) -> None:
    """Adds what is measured of the segments, and the sources of what adds up."""
    living = living_samples(
        by_place(
            (segment.metric, segment.source, segment.day, segment.layer) for segment in segments
        ),
        stored.corrections,
        time_zone=stored.time_zone,
        not_of=stored.not_of,
    )
    for number in {COUNTED_AS[number] for number, _ in living}:
        metric = METRIC_BY_NUMBER[number]
        if metric.daily == "sum":
            records = records_by_source(metric, of_day.day, living)
            of_day.uncounted[number] = sources_of_day(metric, of_day.day, records)
            continue
        samples = measured_samples(metric, of_day.day, living, stored.choices)
        if len(samples.times_ms):
            at_home = _at_home(metric, of_day.day, living, stored.choices, samples)
            of_day.measured[number] = Measured(of_day.day, samples, at_home)


def _count(stored: StoredDay, of_day: _OfDay) -> None:
    for number, sources in of_day.uncounted.items():
        metric = METRIC_BY_NUMBER[number]
        of_metric = counted_in_order(metric, of_day.day, sources, stored.choices)
        of_day.counted[number] = of_metric.counted.pieces
    of_day.uncounted.clear()


def _at_home(
    metric: Metric,
    day: LocalDay,
    living: LivingOfDay,
    choices: Sequence[SourceOrder],
    samples: Samples,
) -> Samples:
    """The samples that count when stations are left out. `samples`: those that count of all sources."""
    if metric.number not in TAKEN_AT_HOME or not any(
        of == metric.number and source.startswith(STATION) for of, source in living
    ):
        return samples
    own = {place: of for place, of in living.items() if not place[1].startswith(STATION)}
    return measured_samples(metric, day, own, choices)


def _of_counted(of_day: _OfDay, asked: _Asked) -> Iterator[tuple[Figure, WorkedOut]]:
    for number, pieces in of_day.counted.items():
        for figure in asked.of_metrics[number]:
            worked_out = figure_of_counted(figure, pieces, of_day.day, of_day.counted)
            if worked_out is not None:
                yield figure, worked_out
    if asked.asks_wear:
        worn = worn_minutes(
            [of for number, of in of_day.counted.items() if number in WORN],
            [of.samples for number, of in of_day.measured.items() if number in WORN],
        )
        if worn is not None:
            yield WEAR, worn


def _figure(figure: Figure, worked_out: WorkedOut) -> DayFigure:
    moment = datetime.fromtimestamp(worked_out.last_ms / 1000, UTC)
    return DayFigure(figure, worked_out.value, worked_out.sample_count, moment)
