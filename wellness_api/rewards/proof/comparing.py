"""Compares what the rules give with what the ledger holds."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import NamedTuple

from points.periods import ONE_DAY, DaySpan
from points.programme import Programme
from wellness_api.database.pool import Connection
from wellness_api.rewards.awards.history import DayValue, history_of
from wellness_api.rewards.awards.posting import Key
from wellness_api.rewards.ledger.days import LedgerDays


class AwardDiffers(NamedTuple):
    """An award for which the ledger holds another number of points than the rules give."""

    resident_id: int
    day: date
    programme: str
    version: int
    rule: str
    due: int
    held: int


class Moment(NamedTuple):
    """The moment of the proof: the ledger's days, the first day whose samples are still stored, and the clock's time."""

    days: LedgerDays
    first_day: date
    now: datetime

    @property
    def today(self) -> date:
        """The ledger's day in the city."""
        return self.days.city


def differing(
    programme: Programme, worked_out: Mapping[Key, int], held: Mapping[Key, int]
) -> list[AwardDiffers]:
    """The awards whose points differ between the two."""
    return [
        AwardDiffers(
            key.resident_id,
            key.span.first,
            programme.code,
            programme.version,
            key.rule,
            worked_out.get(key, 0),
            held.get(key, 0),
        )
        for key in sorted(worked_out.keys() | held.keys())
        if worked_out.get(key, 0) != held.get(key, 0)
    ]


async def days_without_samples(
    connection: Connection,
    programme: Programme,
    residents: Sequence[int],
    span: DaySpan,
    moment: Moment,
) -> list[DayValue]:
    """The values of the span's days whose samples are gone: the stored values are all that is left to go by."""
    if span.first >= moment.first_day:
        return []
    before = DaySpan(span.first, moment.first_day - ONE_DAY)
    return await history_of(connection, programme, residents, before)
