"""A resident's today: steps, points, what is missing for the next point, the week."""

from datetime import date, datetime, timedelta
from typing import Final

import msgspec

from points.programme import Programme
from points.rules.parts import DayFacts
from wellness_api.database.pool import Pool
from wellness_api.database.sql import read_sql
from wellness_api.metrics.catalogue import METRIC_BY_NUMBER, STEPS
from wellness_api.rewards.programmes import programmes_kept

TODAY: Final = read_sql(__package__, "today")


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
    """Steps and points of one day; 0 steps also when no data came."""

    day: date
    steps: int
    points: int


class Today(msgspec.Struct, kw_only=True):
    """A resident's today. `updated_at` is the time of the newest step sample of the day."""

    day: date
    time_zone: str
    steps: int
    points_today: int
    balance: int
    owed: int
    next_point: NextPoint | None
    measures: list[Measure]
    week: list[WeekDay]
    updated_at: datetime | None


class _StepDay(msgspec.Struct):
    day: date
    steps: float


class _PointDay(msgspec.Struct):
    day: date
    points: int


class _Measured(msgspec.Struct):
    metric: int
    value: float
    measured_at: datetime


async def today_of(pool: Pool, resident_id: int, *, today: date, time_zone: str) -> Today:
    """Everything the resident's first page shows."""
    async with pool.acquire() as connection:
        row = await connection.fetchrow(TODAY, resident_id, today, STEPS.number)
        programmes = await programmes_kept(connection)
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
        owed=row["owed"],
        next_point=next_point(
            programmes, today, steps.get(today, 0), age=today.year - row["birth_year"]
        ),
        measures=[
            Measure(
                metric=METRIC_BY_NUMBER[of.metric].code,
                unit=METRIC_BY_NUMBER[of.metric].unit,
                value=round(of.value, 3),
                measured_at=of.measured_at,
            )
            for of in msgspec.json.decode(row["measures"], type=list[_Measured])
        ],
        week=[WeekDay(day=day, steps=steps.get(day, 0), points=points.get(day, 0)) for day in days],
        updated_at=row["updated_at"],
    )


def next_point(
    programmes: list[Programme], today: date, steps: int, *, age: int
) -> NextPoint | None:
    """The nearest award of any rule in force; None when no more steps earn anything today."""
    facts = DayFacts({STEPS.code: steps}, age)
    awards = [
        award
        for programme in programmes
        if programme.in_force_on(today)
        for rule in programme.rules
        if (award := rule.next_award(facts)) is not None
    ]
    if not awards:
        return None
    nearest = min(award.steps_needed for award in awards)
    return NextPoint(
        steps_needed=nearest,
        points=sum(award.points for award in awards if award.steps_needed == nearest),
    )
