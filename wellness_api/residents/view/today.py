"""A resident's today: steps, points, what is missing for the next point, the week."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Final

import msgspec

from points.periods import DaySpan
from points.programme import Programme
from points.said import Text
from points.trust import Origin, WhyLeftOut
from wellness_api.database.pool import Pool
from wellness_api.database.sql import read_sql
from wellness_api.health.metrics.catalogue import METRIC_BY_NUMBER, STEPS
from wellness_api.identity.accounts.resident_facts import residents_of
from wellness_api.rewards.awards.left_out import left_out_of_metric_said
from wellness_api.rewards.awards.next_awards import next_awards_of
from wellness_api.rewards.awards.programmes import programmes_kept
from wellness_api.rewards.awards.trusted import LeftOut
from wellness_api.words.languages import say

TODAY: Final = read_sql(__package__, "today")
AS_RESIDENT: Final = "SELECT set_config('wellness.resident_id', $1, true)"


class NextPoint(msgspec.Struct, kw_only=True):
    """What is missing for more points today, by the rules that give points for a day's steps.

    Caps are not looked at: where one is used up, the steps give fewer points, or none. What a streak or a month's end gives
    is not told.
    """

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


class LeftOutOfDay(msgspec.Struct, kw_only=True):
    """What a programme did not count of a day's metric for how its samples came to be, and why."""

    day: date
    metric: str
    reason: Text


class Today(msgspec.Struct, kw_only=True):
    """A resident's today. `updated_at` is the time of the newest step sample of the day, null when none came.

    `left_out`: of the week's days, the newest first.
    """

    day: date
    time_zone: str
    steps: int
    points_today: int
    balance: int
    pending: int
    owed: int
    next_point: NextPoint | None
    missed_prizes: list[MissedPrize]
    left_out: list[LeftOutOfDay]
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
    rule: str
    facts: dict[str, int]
    definition: Programme


class _LeftOut(msgspec.Struct):
    day: date
    metric: int
    left_out: list[tuple[Origin, WhyLeftOut, float]]
    definition: Programme


class _Measured(msgspec.Struct):
    metric: int
    value: float
    measured_at: datetime


async def today_of(pool: Pool, resident_id: int, *, today: date, time_zone: str) -> Today:
    """Everything the resident's first page shows; in one statement, but where no next award is kept that holds still."""
    row = await pool.fetchrow(TODAY, resident_id, today, STEPS.number)
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
        next_point=_next_point(row["steps_needed"], row["next_points"])
        if row["steps_needed"] is not None
        else await next_point_of(pool, resident_id, today=today),
        missed_prizes=[
            _missed_prize(of) for of in msgspec.json.decode(row["missed"], type=list[_Missed])
        ],
        left_out=[
            left_out
            for of in msgspec.json.decode(row["left_out"], type=list[_LeftOut])
            for left_out in _left_out(of)
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


def _missed_prize(of: _Missed) -> MissedPrize:
    reason = of.definition.rule(of.rule).reason(DaySpan(of.day, of.day), of.facts)
    return MissedPrize(day=of.day, points=of.facts["prize"], reason=say(reason))


def _left_out(of: _LeftOut) -> Iterator[LeftOutOfDay]:
    """Of metrics that the programme's rules look at; of others it makes no difference."""
    metric = METRIC_BY_NUMBER[of.metric].code
    if any(metric in rule.metrics_needed for rule in of.definition.rules):
        for reason in of.left_out:
            said = left_out_of_metric_said(of.definition, metric, LeftOut(*reason), of.day)
            yield LeftOutOfDay(day=of.day, metric=metric, reason=say(said))


def _next_point(steps_needed: int, points: int) -> NextPoint | None:
    return NextPoint(steps_needed=steps_needed, points=points) if steps_needed else None


async def next_point_of(pool: Pool, resident_id: int, *, today: date) -> NextPoint | None:
    """The same worked out for the resident who looks: after an upgrade, a new programme or a new word on consents, until
    the worker has come to this resident.
    """
    async with pool.acquire() as connection, connection.transaction():
        await connection.execute(AS_RESIDENT, str(resident_id))
        programmes = await programmes_kept(connection)
        people = await residents_of(connection, [resident_id])
        if not people:
            return None
        of_today, _ = await next_awards_of(connection, programmes, people, today=today)
    return _next_point(int(of_today.steps_needed[0]), int(of_today.points[0]))
