"""The figures of a day. For each metric's own figure: what was sent for it and what became of that. For the other
figures: their values.
"""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import date, datetime
from functools import partial
from typing import Final, NamedTuple

import msgspec

from points.programme import Programme
from wellness_api.health.days.counting import LivingOfDay, LocalDay, local_day
from wellness_api.health.days.fates_of_amounts import amounts_sent
from wellness_api.health.days.fates_of_samples import samples_sent
from wellness_api.health.days.joined_spans import SPANS_LISTED_MAX
from wellness_api.health.days.sent import Sent, TellingOfDay, What
from wellness_api.health.days.summarise import StoredDay, summarise_days
from wellness_api.health.days.uncountable import Uncountable
from wellness_api.health.figures.catalogue import KEPT, metrics_of
from wellness_api.health.figures.figure import Figure
from wellness_api.health.figures.parts_of_days import PARTS_OF_DAYS
from wellness_api.health.metrics.catalogue import COUNTED_AS, METRIC_BY_NUMBER, counted_as
from wellness_api.health.metrics.metric import Metric
from wellness_api.health.samples.gone import LayersByPlace, gone_samples
from wellness_api.health.samples.living import by_place, living_samples
from wellness_api.health.sources.orders import chosen_for, is_settled
from wellness_api.residents.day_receipt.in_time import DayInTime, day_in_time
from wellness_api.residents.day_receipt.saying import Saying, further_sources
from wellness_api.residents.day_receipt.shapes import (
    FigureReceipt,
    PartOfDay,
    SourceReceipt,
)
from wellness_api.rewards.awards.counted import told_in_time
from wellness_api.rewards.awards.trusted import values_of
from wellness_api.words.languages import named

SOURCES_LISTED_MAX: Final = 16
"""The sources of one figure that are listed, the best first. What further sources sent is added up (`further`)."""

SPANS_OF_A_RECEIPT_MAX: Final = 4_800
"""Spans in all figures together: 100 sources with as many as one may have, under a megabyte. With more sources than
that, neighbouring spans of each are joined until they fit; the amounts stay exact."""

DECIMALS: Final = 3
"""Decimals of a figure that is shown without its parts, as in a resident's today."""

SOURCES_ASKED_MAX: Final = 4
"""The resident is asked to order at most this many sources, those that come first anyway. Under "my data" all can be
ordered."""

KINDS_ASKED: Final = ("watch", "phone")
TELLS: Final[frozenset[What]] = frozenset({"counted", "late", "overlapped"})


class KeptSummary(msgspec.Struct):
    """A figure as the worker last stored it."""

    figure: int
    value: float


class FiguresOfDay(NamedTuple):
    """Each metric's own figure, and the other figures."""

    own: list[FigureReceipt]
    parts: list[PartOfDay]


def figures_of(
    stored: StoredDay,
    programmes: Sequence[Programme],
    summaries: Sequence[KeptSummary],
    *,
    not_taking_part: Collection[str],
    city_day: date,
    choice_reaches: bool,
) -> FiguresOfDay:
    """The receipts of all figures for which something was sent, or whose stored value remains while the samples are
    gone.

    A figure that is stored only while a programme names it appears where it was stored for the day. `not_taking_part`:
    the codes of the programmes in which the resident does not take part on the day. `choice_reaches`: whether a choice of
    sources that the resident makes now still changes the day.
    """
    stored_values = {summary.figure: summary.value for summary in summaries}
    values = _values(stored, KEPT.union(stored_values))
    in_time = [
        day_in_time(
            stored,
            programme,
            values,
            takes_part=programme.code not in not_taking_part,
            city_day=city_day,
        )
        for programme in programmes
    ]
    telling, untold = _telling(stored, programmes)
    maker = _Maker(
        day=local_day(stored.day, stored.time_zone),
        stored=stored,
        telling=telling,
        untold=untold,
        values=stored_values if values is None else values,
        is_countable=values is not None,
        in_time=in_time,
        choice_reaches=choice_reaches,
        spans_max=_spans_of_each(telling),
    )
    told = {
        COUNTED_AS[number]
        for living in (telling.living, telling.by_hand, telling.by_sender, untold)
        for number, _ in living
    }
    own = []
    for number, metric in METRIC_BY_NUMBER.items():
        if number in told:
            # A source that the resident deleted as a whole has left nothing to list.
            own += [receipt for receipt in [maker.figure(metric)] if receipt.sources]
        elif number in stored_values:
            own.append(_without_samples(metric, stored_values[number]))
    parts = [
        _part(figure, value)
        for figure in PARTS_OF_DAYS
        if (value := _value(figure, stored_values, values, told)) is not None
    ]
    return FiguresOfDay(own, parts)


def _value(
    figure: Figure,
    stored_values: Mapping[int, float],
    values: Mapping[int, float] | None,
    told: set[int],
) -> float | None:
    """The stored value where the samples are gone or the day cannot be counted; otherwise the value of now."""
    if values is None or told.isdisjoint(metrics_of(figure)):
        return stored_values.get(figure.number)
    return values.get(figure.number)


def _part(figure: Figure, value: float) -> PartOfDay:
    return PartOfDay(
        figure=figure.code,
        metric=figure.of,
        name=named("figure", figure.code),
        unit=figure.unit,
        value=round(value, DECIMALS),
        from_hour=figure.hours.since,
        until_hour=figure.hours.until,
    )


def _values(stored: StoredDay, figures: frozenset[int] = KEPT) -> dict[int, float] | None:
    """The values of these figures as of now; None where the day cannot be counted."""
    try:
        (summary,) = summarise_days([stored], figures)
    except Uncountable:
        return None
    return values_of(summary)


def _telling(
    stored: StoredDay, programmes: Sequence[Programme]
) -> tuple[TellingOfDay, Mapping[tuple[int, str], int]]:
    """Everything that sources said about the day, and the number of deleted records whose content is no longer known."""
    layers = _layers(stored)
    living_of = partial(living_samples, time_zone=stored.time_zone)
    gone = gone_samples(layers, stored.corrections, time_zone=stored.time_zone)
    in_time: LivingOfDay | None = None
    if programmes:
        window = max(programme.late_window_days for programme in programmes)
        of_programmes = told_in_time(stored, late_window_days=window)
        if of_programmes is not stored:
            in_time = living_of(_layers(of_programmes), of_programmes.corrections)
    living = living_of(layers, stored.corrections)
    return TellingOfDay(living, in_time, gone.by_hand, gone.by_sender), gone.untold


def _spans_of_each(telling: TellingOfDay) -> int:
    """How many spans each listed source of a figure may have, so that the receipt does not become too long."""
    told = {
        (COUNTED_AS[number], source)
        for samples in (telling.living, telling.by_hand, telling.by_sender)
        for number, source in samples
    }
    of_figures = Counter(number for number, _ in told)
    listed = sum(min(sources, SOURCES_LISTED_MAX) for sources in of_figures.values())
    return min(SPANS_LISTED_MAX, SPANS_OF_A_RECEIPT_MAX // max(listed, 1))


def _layers(stored: StoredDay) -> LayersByPlace:
    return by_place(
        (segment.metric, segment.source, segment.day, segment.layer) for segment in stored.segments
    )


class _Maker(NamedTuple):
    """Makes the receipts of all figures of a day."""

    day: LocalDay
    stored: StoredDay
    telling: TellingOfDay
    untold: Mapping[tuple[int, str], int]
    values: Mapping[int, float]
    is_countable: bool
    in_time: Sequence[DayInTime]
    choice_reaches: bool
    spans_max: int

    def figure(self, metric: Metric) -> FigureReceipt:
        adds_up = metric.daily == "sum"
        telling_sent = amounts_sent if adds_up else samples_sent
        sent = telling_sent(
            metric,
            self.day,
            self.telling,
            self.stored.choices,
            is_countable=self.is_countable,
        )
        value = self.values.get(metric.number)
        said = Saying(metric, self._late_since)
        listed = [self._of_source(said, of_source) for of_source in sent[:SOURCES_LISTED_MAX]]
        counted = sum(
            amount
            for of_source in sent
            for fate, amount in of_source.in_all.items()
            if fate.what in {"counted", "late"}
        )
        return FigureReceipt(
            metric=metric.code,
            unit=metric.unit,
            counts="amounts" if adds_up else "samples",
            value=value,
            sent=said.amount(sum(of.amount for of in sent)),
            rounded=said.amount(round(value * metric.parts_per_unit) - counted)
            if adds_up and value is not None
            else 0,
            became=said.in_all(sent),
            sources=[*listed, *self._untold(metric, {of_source.source for of_source in sent})],
            further=further_sources(said, sent[SOURCES_LISTED_MAX:]),
            in_time=[of.told(metric, value) for of in self.in_time],
            asks_order_of=_unordered(metric, self.stored, sent) if self.choice_reaches else [],
        )

    @property
    def _late_since(self) -> datetime | None:
        """The moment from which on samples of the day count for no programme."""
        return max((programme_day.late_since for programme_day in self.in_time), default=None)

    def _of_source(self, said: Saying, sent: Sent) -> SourceReceipt:
        return SourceReceipt(
            source=sent.source,
            sent=said.amount(sent.amount),
            untold=self._untold_of(said.metric, sent.source),
            became=said.in_all([sent]),
            spans=list(said.spans(sent, at_most=self.spans_max)),
        )

    def _untold(self, metric: Metric, told: set[str]) -> Iterator[SourceReceipt]:
        """Sources of which only this is still known: they sent something."""
        for source in sorted(
            {source for number, source in self.untold if number in counted_as(metric)}
        ):
            if source not in told:
                yield SourceReceipt(
                    source=source,
                    sent=0,
                    untold=self._untold_of(metric, source),
                    became=[],
                    spans=[],
                )

    def _untold_of(self, metric: Metric, source: str) -> int:
        return sum(self.untold.get((number, source), 0) for number in counted_as(metric))


def _without_samples(metric: Metric, value: float) -> FigureReceipt:
    """The receipt of a figure of a day whose samples are no longer stored."""
    adds_up = metric.daily == "sum"
    return FigureReceipt(
        metric=metric.code,
        unit=metric.unit,
        counts="amounts" if adds_up else "samples",
        value=value,
        sent=0,
        rounded=0,
        became=[],
        sources=[],
        further=None,
        in_time=[],
        asks_order_of=[],
    )


def _unordered(metric: Metric, stored: StoredDay, sent: Sequence[Sent]) -> list[str]:
    """The sources of the first kind with several sources that said something about the day and that the resident has
    not ordered yet. The next kind is asked about once this one is answered.

    Halls and counters are left out: each reports what its staff saw.
    """
    if metric.daily == "times":
        return []
    chosen = chosen_for(stored.choices, metric=metric.number, day=stored.day)
    telling = [
        of_source.source
        for of_source in sent
        if any(fate.what in TELLS for fate in of_source.in_all)
    ]
    for kind in KINDS_ASKED:
        alike = [source for source in telling if source.startswith(f"{kind}:")]
        if len(alike) > 1 and not is_settled(kind, chosen):
            return alike[:SOURCES_ASKED_MAX]
    return []
