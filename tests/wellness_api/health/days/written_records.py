"""Records as a city officer writes them into a table, and what a day comes to of them.

A row: source, from, to, amount, and where it matters when it was changed. Times are hours of the day at home and go on
after 24:00; amounts are in the metric's unit. Sources stand best first, in the order in which the table names them.
"""

from fractions import Fraction

import numpy as np

from tests.tables import read_rows
from wellness_api.health.days.count_day import CountedDay, count_day
from wellness_api.health.days.plausible_spans import most_of
from wellness_api.health.days.spans import THOUSANDTHS, Int64Array, Records, Span
from wellness_api.health.metrics.catalogue import METRIC_BY_CODE, STEPS
from wellness_api.health.metrics.metric import Metric

MIDNIGHT_MS = 1_795_446_000_000
"""2026-11-24 in Japan."""

HOUR_MS = 3_600_000
DAY = Span(MIDNIGHT_MS, MIDNIGHT_MS + 24 * HOUR_MS)
NEXT_DAY = Span(DAY.end, DAY.end + 24 * HOUR_MS)
SLEEP = METRIC_BY_CODE["sleep_minutes"]
STEPS_MOST = most_of(STEPS)


def moment(clock: str) -> int:
    """In Unix milliseconds, from hours, minutes and seconds of the day."""
    parts = [Fraction(part) for part in clock.split(":")]
    in_hours = sum((part / 60**place for place, part in enumerate(parts)), Fraction(0))
    return MIDNIGHT_MS + int(in_hours * HOUR_MS)


def span(clocks: str) -> Span:
    """From `08:00-09:00`."""
    start, end = clocks.split("-")
    return Span(moment(start), moment(end))


def thousandths(amount: str | float, metric: Metric = STEPS) -> int:
    """An amount in the metric's unit as what is counted with."""
    return round(Fraction(str(amount).replace(",", "")) * metric.per_unit * THOUSANDTHS)


def records_of(rows: list[tuple[int, int, int, int, int]]) -> Records:
    """From starts, ends, amounts in thousandths, changes and ids."""
    columns: Int64Array = np.array(rows, np.int64).reshape(-1, 5).T
    return Records(*columns)


def written(table: str, metric: Metric = STEPS) -> list[Records]:
    """The records of each source of a table."""
    rows: dict[str, list[tuple[int, int, int, int, int]]] = {}
    for place, (source, start, end, amount, *changed) in enumerate(read_rows(table)):
        last = moment(changed[0]) if changed and changed[0] else moment(end)
        rows.setdefault(source, []).append(
            (moment(start), moment(end), thousandths(amount, metric), last, place)
        )
    return [records_of(of_source) for of_source in rows.values()]


def every(
    count: int, step_ms: int, *, start: str, length_ms: int, amount: float, metric: Metric = STEPS
) -> Records:
    """So many records, one beginning after the other."""
    starts = moment(start) + step_ms * np.arange(count)
    ends = starts + length_ms
    amounts = np.full(count, thousandths(amount, metric))
    return Records(starts, ends, amounts, ends, np.arange(count))


def counted(*sources: Records, metric: Metric = STEPS, day: Span = DAY) -> CountedDay:
    return count_day(sources, most_of(metric), day)


def amount(day: CountedDay, clocks: str = "00:00-24:00", metric: Metric = STEPS) -> float:
    """What was counted in the span, in the metric's unit."""
    return day.between(span(clocks)) / THOUSANDTHS / metric.per_unit
