"""The figures of residents' days: from the summaries, as a version of a programme counts them."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Final, NamedTuple

from points.periods import DaySpan
from points.programme import Programme
from wellness_api.database.pool import Connection
from wellness_api.database.sql import read_named_sql
from wellness_api.health.figures.catalogue import FIGURE_BY_CODE, KEPT
from wellness_api.rewards.awards.counted import CountedDay
from wellness_api.rewards.awards.left_out import written

HISTORY: Final = read_named_sql(__package__, "history")
WRITE_DAYS_IN_TIME: Final = read_named_sql(__package__, "write_days_in_time")


class DayValue(NamedTuple):
    """A day's figure, by its number, in its unit; None where nothing counts."""

    resident_id: int
    day: date
    figure: int
    value: float | None


def figure_numbers(programme: Programme) -> list[int]:
    """The figures that the programme's rules look at."""
    codes = {figure for rule in programme.rules for figure in rule.figures_needed}
    # A version from before there were figures may name a counter of the day, which never existed as a figure.
    return sorted(FIGURE_BY_CODE[code].number for code in codes if code in FIGURE_BY_CODE)


def figures_worked_out(programmes: Iterable[Programme]) -> frozenset[int]:
    """The numbers of the figures that are worked out for a day: those that are stored for every day, and those that
    programmes name.
    """
    return KEPT.union(*(figure_numbers(programme) for programme in programmes))


async def history_of(
    connection: Connection, programme: Programme, resident_ids: Sequence[int], span: DaySpan
) -> list[DayValue]:
    """The values of the residents' days in the span for the programme, for the figures that it looks at."""
    rows = await connection.fetch(
        *HISTORY(
            resident_ids=resident_ids,
            first_day=span.first,
            last_day=span.last,
            figures=figure_numbers(programme),
            programme=programme.code,
            version=programme.version,
        ),
    )
    return [DayValue(*row) for row in rows]


async def keep_days_in_time(
    connection: Connection, programme: Programme, counted: Sequence[CountedDay]
) -> None:
    """Stores the values that the programme counts differently from the summaries of these days."""
    others = [(day, number, value) for day in counted for number, value in day.otherwise.items()]
    await connection.execute(
        *WRITE_DAYS_IN_TIME(
            programme=programme.code,
            version=programme.version,
            resident_ids=[day.resident_id for day in counted],
            days=[day.day for day in counted],
            other_residents=[day.resident_id for day, _, _ in others],
            other_days=[day.day for day, _, _ in others],
            other_figures=[number for _, number, _ in others],
            other_values=[value for _, _, value in others],
            left_outs=[written(day.left_out.get(number, ())) for day, number, _ in others],
            waits_until=[day.waits_until for day, _, _ in others],
        ),
    )
