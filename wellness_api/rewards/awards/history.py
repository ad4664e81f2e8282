"""What residents' days came to: read from the summaries, as a version of a programme counts them."""

from collections.abc import Sequence
from datetime import date
from typing import Final, NamedTuple

from points.periods import DaySpan
from points.programme import Programme
from wellness_api.database.pool import Connection
from wellness_api.database.sql import read_named_sql
from wellness_api.health.metrics.catalogue import METRIC_BY_CODE
from wellness_api.rewards.awards.counted import CountedDay
from wellness_api.rewards.awards.left_out import written

HISTORY: Final = read_named_sql(__package__, "history")
WRITE_DAYS_IN_TIME: Final = read_named_sql(__package__, "write_days_in_time")


class DayValue(NamedTuple):
    """A day's value of a metric, by its number, in the metric's unit; None where nothing counts."""

    resident_id: int
    day: date
    metric: int
    value: float | None


def metric_numbers(programme: Programme) -> list[int]:
    """The metrics that the programme's rules look at."""
    codes = {metric for rule in programme.rules for metric in rule.metrics_needed}
    return sorted(METRIC_BY_CODE[code].number for code in codes)


async def history_of(
    connection: Connection, programme: Programme, resident_ids: Sequence[int], span: DaySpan
) -> list[DayValue]:
    """What the residents' days in the span come to for the programme, of the metrics that it looks at."""
    rows = await connection.fetch(
        *HISTORY(
            resident_ids=resident_ids,
            first_day=span.first,
            last_day=span.last,
            metrics=metric_numbers(programme),
            programme=programme.code,
            version=programme.version,
        ),
    )
    return [DayValue(*row) for row in rows]


async def keep_days_in_time(
    connection: Connection, programme: Programme, counted: Sequence[CountedDay]
) -> None:
    """Writes down where the programme counts something else than the summaries of these days say."""
    others = [(day, number, value) for day in counted for number, value in day.otherwise.items()]
    await connection.execute(
        *WRITE_DAYS_IN_TIME(
            programme=programme.code,
            version=programme.version,
            resident_ids=[day.resident_id for day in counted],
            days=[day.day for day in counted],
            other_residents=[day.resident_id for day, _, _ in others],
            other_days=[day.day for day, _, _ in others],
            other_metrics=[number for _, number, _ in others],
            other_values=[value for _, _, value in others],
            left_outs=[written(day.left_out.get(number, ())) for day, number, _ in others],
            waits_until=[day.waits_until for day, _, _ in others],
        ),
    )
