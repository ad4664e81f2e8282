"""Compares the kept summaries of residents' days with what the samples of these days come to."""

from collections.abc import Sequence
from datetime import date, datetime
from math import isclose
from typing import Final, NamedTuple

from wellness_api.database.pool import Connection
from wellness_api.database.sql import read_sql
from wellness_api.health.days.stored_days import ResidentDay, stored_days_of_metrics, summaries_of
from wellness_api.health.figures.catalogue import FIGURE_BY_NUMBER, KEPT
from wellness_api.health.metrics.catalogue import METRIC_BY_NUMBER
from wellness_api.health.sources.choices import choices_of

DAYS_TO_VERIFY: Final = read_sql(__package__, "days_to_verify")
KEPT_SUMMARIES: Final = read_sql(__package__, "kept_summaries")

DAYS_AT_ONCE: Final = 512
"""As many days as the worker takes in a turn by default: their segments are in memory together."""

PARTS_VERIFIED_AT_ONCE_MAX: Final = 100_000_000
"""Parts of overlapping records of these days together: half a minute or a minute of work. Days of more are not verified, and that is said."""

ROUNDING: Final = 1e-9
"""Sums of binary fractions differ slightly when their parts are added in another order."""


class SummaryDiffers(NamedTuple):
    """A day's figure, by its code, that differs from what the day's samples come to.

    `kept`: the value that is kept. `due`: the value that the samples come to. Either is None where there is no value. If
    both are equal, the number of samples or the time of the last one differs.
    """

    resident_id: int
    day: date
    figure: str
    kept: float | None
    due: float | None


class _Kept(NamedTuple):
    value: float
    sample_count: int
    measured_at: datetime

    def is_as(self, other: "_Kept") -> bool:
        """Whether both say the same."""
        return self[1:] == other[1:] and isclose(self.value, other.value, rel_tol=ROUNDING)


_Key = tuple[int, date, int]


async def days_to_verify(connection: Connection, residents: Sequence[int]) -> list[ResidentDay]:
    """The residents' days that can be verified. Days that wait for the worker cannot be verified yet."""
    return [ResidentDay(*row) for row in await connection.fetch(DAYS_TO_VERIFY, residents)]


async def summaries_that_differ(
    connection: Connection, days: Sequence[ResidentDay]
) -> list[SummaryDiffers]:
    """Works the days out again from all their samples, and compares."""
    differences: list[SummaryDiffers] = []
    for start in range(0, len(days), DAYS_AT_ONCE):
        some_days = days[start : start + DAYS_AT_ONCE]
        kept = await _kept(connection, some_days)
        due = await _due(connection, some_days, KEPT | {number for _, _, number in kept})
        for key in due.keys() - kept.keys():
            if key[-1] not in KEPT:
                del due[key]  # No programme asked to keep this figure of this day.
        for key in sorted(kept.keys() | due.keys()):
            is_kept, is_due = kept.get(key), due.get(key)
            if is_kept is None or is_due is None or not is_kept.is_as(is_due):
                resident_id, day, number = key
                differences.append(
                    SummaryDiffers(
                        resident_id,
                        day,
                        _code_of(number),
                        None if is_kept is None else is_kept.value,
                        None if is_due is None else is_due.value,
                    )
                )
    return differences


def _code_of(number: int) -> str:
    """The figure's code. The table may hold a number that is no figure's, if somebody wrote it there."""
    figure = FIGURE_BY_NUMBER.get(number)
    return f"figure {number}" if figure is None else figure.code


async def _kept(connection: Connection, days: Sequence[ResidentDay]) -> dict[_Key, _Kept]:
    rows = await connection.fetch(
        KEPT_SUMMARIES, [day.resident_id for day in days], [day.day for day in days]
    )
    return {(resident_id, day, figure): _Kept(*kept) for resident_id, day, figure, *kept in rows}


async def _due(
    connection: Connection, days: Sequence[ResidentDay], figures: frozenset[int]
) -> dict[_Key, _Kept]:
    choices = await choices_of(connection, [day.resident_id for day in days])
    stored = await stored_days_of_metrics(connection, days, choices, list(METRIC_BY_NUMBER))
    summaries = await summaries_of(days, stored, figures, parts_max=PARTS_VERIFIED_AT_ONCE_MAX)
    return {
        (day.resident_id, day.day, number): _Kept(of.value, of.sample_count, of.measured_at)
        for day, summary in zip(days, summaries, strict=True)
        for number, of in summary.items()
    }
