"""A resident's today: steps, points, what is missing for the next point, the week."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Final

import msgspec
import structlog

from points.cohort import Cohort
from points.periods import Span
from points.programme import Programme
from points.said import Text
from points.today import nearest_award
from wellness_api.database.pool import Connection, Pool
from wellness_api.database.sql import read_sql
from wellness_api.health.metrics.catalogue import METRIC_BY_NUMBER, STEPS
from wellness_api.identity.accounts.resident_facts import ResidentFacts, residents_of
from wellness_api.process.panics import panics_as_errors
from wellness_api.rewards.awards.cohorts import cohort_from
from wellness_api.rewards.awards.history import history_of
from wellness_api.rewards.awards.programmes import programmes_kept
from wellness_api.words.languages import say

TODAY: Final = read_sql(__package__, "today")
AS_RESIDENT: Final = "SELECT set_config('wellness.resident_id', $1, true)"

log = structlog.get_logger()


class NextPoint(msgspec.Struct, kw_only=True):
    """What is missing for more points today."""

    steps_needed: int
    points: int


class Measure(msgspec.Struct, kw_only=True):
    """The newest measured value of a metric, in its UCUM unit."""

    metric: str
    unit: str
    value: float
    measured_at: datetime


class WeekDay(msgspec.Struct, kw_only=True):
    """Steps and points of one day. `has_steps`: whether any step data of it came; without it `steps` is 0 too."""

    day: date
    steps: int
    points: int
    has_steps: bool


class MissedPrize(msgspec.Struct, kw_only=True):
    """What a lottery would have paid yesterday, had its goal been reached."""

    day: date
    points: int
    reason: Text


class Today(msgspec.Struct, kw_only=True):
    """A resident's today. `updated_at` is the time of the newest step sample of the day, null when none came."""

    day: date
    time_zone: str
    steps: int
    points_today: int
    balance: int
    pending: int
    owed: int
    next_point: NextPoint | None
    missed_prizes: list[MissedPrize]
    measures: list[Measure]
    week: list[WeekDay]
    updated_at: datetime | None


class _StepDay(msgspec.Struct):
    day: date
    steps: float


class _PointDay(msgspec.Struct):
    day: date
    points: int


class _Missed(msgspec.Struct):
    day: date
    programme: str
    version: int
    rule: str
    facts: dict[str, int]


class _Measured(msgspec.Struct):
    metric: int
    value: float
    measured_at: datetime


async def today_of(pool: Pool, resident_id: int, *, today: date, time_zone: str) -> Today:
    """Everything the resident's first page shows."""
    async with pool.acquire() as connection:
        row = await connection.fetchrow(TODAY, resident_id, today, STEPS.number)
        programmes = await programmes_kept(connection)
        in_force = [each for each in programmes if each.in_force_on(today)]
        cohorts = await cohorts_of_today(connection, in_force, resident_id, today=today)
    assert row is not None, "the statement always gives one row"
    steps = {
        of.day: round(of.steps) for of in msgspec.json.decode(row["steps"], type=list[_StepDay])
    }
    points = {of.day: of.points for of in msgspec.json.decode(row["points"], type=list[_PointDay])}
    days = [today - timedelta(days=back) for back in range(6, -1, -1)]
    return Today(
        day=today,
        time_zone=time_zone,
        steps=steps.get(today, 0),
        points_today=points.get(today, 0),
        balance=row["balance"],
        pending=row["pending"],
        owed=row["owed"],
        next_point=next_point(cohorts),
        missed_prizes=[
            _missed_prize(programmes, of)
            for of in msgspec.json.decode(row["missed"], type=list[_Missed])
        ],
        measures=[
            Measure(
                metric=METRIC_BY_NUMBER[of.metric].code,
                unit=METRIC_BY_NUMBER[of.metric].unit,
                value=round(of.value, 3),
                measured_at=of.measured_at,
            )
            for of in msgspec.json.decode(row["measures"], type=list[_Measured])
        ],
        week=[
            WeekDay(
                day=day,
                steps=steps.get(day, 0),
                points=points.get(day, 0),
                has_steps=day in steps,
            )
            for day in days
        ],
        updated_at=row["updated_at"],
    )


def _missed_prize(programmes: Sequence[Programme], of: _Missed) -> MissedPrize:
    programme = next(
        each for each in programmes if (each.code, each.version) == (of.programme, of.version)
    )
    reason = programme.rule(of.rule).reason(Span(of.day, of.day), of.facts)
    return MissedPrize(day=of.day, points=of.facts["prize"], reason=say(reason))


def next_point(cohorts: Sequence[tuple[Programme, Cohort]]) -> NextPoint | None:
    """The nearest award of any rule of the programmes; None when no more steps earn anything today.

    A programme of which it cannot be worked out is left out, and takes nobody's page away.
    """
    try:
        with panics_as_errors():
            nearest = nearest_award(cohorts)
    except Exception:
        log.exception("next_point_failed")
        nearest = nearest_award([each for each in cohorts if _can_be_worked_out(each)])
    return None if nearest is None else NextPoint(**nearest._asdict())


def _can_be_worked_out(cohort: tuple[Programme, Cohort]) -> bool:
    try:
        with panics_as_errors():
            nearest_award([cohort])
    except Exception:
        log.exception("next_point_left_out", programme=cohort[0].code)
        return False
    return True


async def cohorts_of_today(
    connection: Connection, programmes: Sequence[Programme], resident_id: int, *, today: date
) -> list[tuple[Programme, Cohort]]:
    """The resident alone, up to today, from as far back as each programme looks."""
    async with connection.transaction():
        await connection.execute(AS_RESIDENT, str(resident_id))
        people = await residents_of(connection, [resident_id])
        return [
            (programme, await _up_to_today(connection, programme, people, today=today))
            for programme in programmes
        ]


async def _up_to_today(
    connection: Connection, programme: Programme, people: Sequence[ResidentFacts], *, today: date
) -> Cohort:
    span = Span(programme.looks_back_to(today), today)
    history = await history_of(connection, programme, [each.resident_id for each in people], span)
    return cohort_from(programme, people, span, today=today, history=history)
