"""A day of the receipt as a programme counts it: what had come in time, without what it does not trust."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import NamedTuple

from points.programme import Programme
from wellness_api.health.days.summarise import StoredDay
from wellness_api.health.days.uncountable import Uncountable
from wellness_api.health.figures.catalogue import FIGURE_BY_NUMBER, KEPT
from wellness_api.health.metrics.metric import Metric
from wellness_api.health.samples.local_days import day_bounds
from wellness_api.residents.day_receipt.shapes import InTime, WhyOtherwise
from wellness_api.rewards.awards.counted import what_counts
from wellness_api.rewards.awards.left_out import left_out_of_figure_said
from wellness_api.rewards.awards.trusted import LeftOut, Values
from wellness_api.words.languages import say


class DayInTime(NamedTuple):
    """The day as a programme counts it; all by figure number.

    `arrived`: what came in time, however it was recorded. `is_counted`: whether the day can be counted at all.
    `takes_part`: whether the resident takes part in the programme on the day.
    """

    day: date
    programme: Programme
    late_since: datetime
    values: Values
    arrived: Values
    left_out: Mapping[int, Sequence[LeftOut]]
    is_counted: bool
    takes_part: bool

    def told(self, metric: Metric, value: float | None) -> InTime:
        """What the receipt tells of the metric's own figure, which is `value` without regard to the programme."""
        number, figure = metric.number, FIGURE_BY_NUMBER[metric.number]
        return InTime(
            programme=self.programme.code,
            version=self.programme.version,
            name=self.programme.name,
            value=self.values.get(number),
            why=self._why(number, value),
            late_since=self.late_since,
            arrived=self.arrived.get(number),
            left_out=[
                say(left_out_of_figure_said(self.programme, figure, left_out, self.day))
                for left_out in self.left_out.get(number, ())
            ],
        )

    def _why(self, number: int, value: float | None) -> list[WhyOtherwise]:
        if not self.is_counted:
            return []
        if not self.takes_part:
            return [] if value is None else ["not_taking_part"]
        arrived, counted = self.arrived.get(number), self.values.get(number)
        reasons: list[WhyOtherwise] = ["late"] if arrived != value else []
        return [*reasons, "origin"] if counted != arrived else reasons


def day_in_time(
    stored: StoredDay,
    programme: Programme,
    values: Mapping[int, float] | None,
    *,
    takes_part: bool,
    city_day: date,
) -> DayInTime:
    """`values`: the figures of everything that is stored; None where the day cannot be counted. Where the resident does
    not take part nothing counts, and nothing will.
    """
    late_since = _late_since(stored, programme)
    try:
        counted = what_counts(programme, stored, values or {}, KEPT, city_day=city_day)
    except Uncountable:
        return DayInTime(
            day=stored.day,
            programme=programme,
            late_since=late_since,
            values={},
            arrived={},
            left_out={},
            is_counted=False,
            takes_part=takes_part,
        )
    of_programme, arrived = values or {}, values or {}
    left_out: Mapping[int, Sequence[LeftOut]] = {}
    if counted is not None:
        of_programme, arrived, left_out = counted.values, counted.arrived, counted.left_out
    if not takes_part:
        of_programme, left_out = {}, {}
    return DayInTime(
        day=stored.day,
        programme=programme,
        late_since=late_since,
        values=of_programme,
        arrived=arrived,
        left_out=left_out,
        is_counted=counted is not None or values is not None,
        takes_part=takes_part,
    )


def _late_since(stored: StoredDay, programme: Programme) -> datetime:
    frozen_on = stored.day + timedelta(days=programme.late_window_days + 1)
    start, _ = day_bounds(frozen_on, stored.time_zone)
    return start
