"""A resident's today: steps, points, the steps missing for the next point, the week."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Final

import msgspec

from points.periods import DaySpan
from points.programme import Programme
from points.said import Text
from points.trust import Origin, WhyLeftOut
from wellness_api.database.pool import Pool
from wellness_api.database.sql import read_named_sql
from wellness_api.health.figures.catalogue import (
    FIGURE_BY_CODE,
    FIGURE_BY_NUMBER,
    FIGURES,
    OWN,
    STEPS,
)
from wellness_api.identity.accounts.resident_facts import own_facts
from wellness_api.rewards.awards.left_out import left_out_of_figure_said
from wellness_api.rewards.awards.next_awards import next_awards_of
from wellness_api.rewards.awards.programmes import programmes_kept
from wellness_api.rewards.awards.taking_part import (
    NotTakingPart,
    ProgrammeName,
    WhyNotTakingPart,
    is_before_joining,
    not_taking_part_told,
    why_not_taking_part,
)
from wellness_api.rewards.awards.trusted import LeftOut
from wellness_api.words.languages import say
from wellness_api.words.speaking import FIRST

TODAY: Final = read_named_sql(__package__, "today")
MEASURED: Final = [
    figure.number
    for figure in FIGURES
    if (figure.number in OWN or figure.page_name is not None) and figure != STEPS
]
"""The figures that are shown beside the steps: every metric's own figure, and figures that have a line on the page."""

EARLY_SLEEP: Final = FIGURE_BY_CODE["sleep_minutes_before_18"].number
LATE_SLEEP: Final = FIGURE_BY_CODE["sleep_minutes_after_18"].number


class NextPoint(msgspec.Struct, kw_only=True):
    """The steps missing for more points today, by the rules that give points for a day's steps.

    Caps are ignored: where one is used up, the steps give fewer points, or none. Points of a streak or a month's end
    are not included.
    """

    steps_needed: int
    points: int


class Measure(msgspec.Struct, kw_only=True):
    """The newest value of a figure, in its UCUM unit. `metric`: the metric that it belongs to."""

    figure: str
    metric: str
    unit: str
    value: float
    measured_at: datetime


class Night(msgspec.Struct, kw_only=True):
    """The sleep of the newest known night: from 18:00 of the day before to 18:00 of the day."""

    day: date
    minutes: float


class WeekDay(msgspec.Struct, kw_only=True):
    """Steps and points of one day. `steps`: null when the day has no step data, which is not 0."""

    day: date
    steps: int | None
    points: int


class MissedPrize(msgspec.Struct, kw_only=True):
    """What a lottery would have paid yesterday if the day had reached its goal."""

    day: date
    points: int
    reason: Text


class LeftOutOfDay(msgspec.Struct, kw_only=True):
    """What `programmes` did not count of a day's figure for how its samples came to be, and why.

    Once for all programmes of which the same is to be said.
    """

    day: date
    figure: str
    programmes: list[ProgrammeName]
    reason: Text


class Today(msgspec.Struct, kw_only=True):
    """A resident's today. `steps`, and `updated_at`, the time of the day's newest step sample, are null when there is
    none.

    `left_out`: for the week's days, the newest first. `not_taking_part`: programmes that were in force on days of the week
    with steps and give nothing for them, since the resident joined later.
    """

    day: date
    time_zone: str
    steps: int | None
    points_today: int
    balance: int
    pending: int
    owed: int
    next_point: NextPoint | None
    missed_prizes: list[MissedPrize]
    left_out: list[LeftOutOfDay]
    not_taking_part: list[NotTakingPart]
    measures: list[Measure]
    night: Night | None
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
    figure: int
    left_out: list[tuple[Origin, WhyLeftOut, float]]
    definition: Programme


class _Measured(msgspec.Struct):
    figure: int
    value: float
    measured_at: datetime


async def today_of(
    pool: Pool, resident_id: int, *, today: date, time_zone: str, joined_on: date
) -> Today:
    """Everything that the resident's first page shows. It takes one statement, and more only where no valid next award
    is stored, or where something was left out by a programme that is not for everybody.
    """
    row = await pool.fetchrow(
        *TODAY(
            resident_id=resident_id,
            today=today,
            steps=STEPS.number,
            measured=MEASURED,
            early_sleep=EARLY_SLEEP,
            late_sleep=LATE_SLEEP,
            joined_on=joined_on,
        )
    )
    assert row is not None, "the statement always gives one row"
    steps = {
        step_day.day: round(step_day.steps)
        for step_day in msgspec.json.decode(row["steps"], type=list[_StepDay])
    }
    points = {
        point_day.day: point_day.points
        for point_day in msgspec.json.decode(row["points"], type=list[_PointDay])
    }
    days = [today - timedelta(days=back) for back in range(6, -1, -1)]
    return Today(
        day=today,
        time_zone=time_zone,
        steps=steps.get(today),
        points_today=points.get(today, 0),
        balance=row["balance"],
        pending=row["pending"],
        owed=row["owed"],
        next_point=_next_point(row["steps_needed"], row["next_points"])
        if row["steps_needed"] is not None
        else await next_point_of(pool, resident_id, today=today),
        missed_prizes=[
            _missed_prize(missed)
            for missed in msgspec.json.decode(row["missed"], type=list[_Missed])
        ],
        left_out=_left_out(
            await _of_taking_part(
                pool,
                resident_id,
                msgspec.json.decode(row["left_out"], type=list[_LeftOut]),
                joined_on=joined_on,
            )
        ),
        not_taking_part=not_taking_part_told(
            _before_joining(msgspec.json.decode(row["of_before_joining"], type=list[Programme])),
            joined_on=joined_on,
        ),
        measures=[
            _measure(measured)
            for measured in msgspec.json.decode(row["measures"], type=list[_Measured])
        ],
        night=None if row["night"] is None else msgspec.json.decode(row["night"], type=Night),
        week=[
            WeekDay(
                day=day,
                steps=steps.get(day),
                points=points.get(day, 0),
            )
            for day in days
        ],
        updated_at=row["updated_at"],
    )


def _measure(measured: _Measured) -> Measure:
    figure = FIGURE_BY_NUMBER[measured.figure]
    assert figure.of is not None, "what is told is of a metric"
    return Measure(
        figure=figure.code,
        metric=figure.of,
        unit=figure.unit,
        value=round(measured.value, 3),
        measured_at=measured.measured_at,
    )


def _missed_prize(missed: _Missed) -> MissedPrize:
    reason = missed.definition.rule(missed.rule).reason(
        DaySpan(missed.day, missed.day), missed.facts
    )
    return MissedPrize(day=missed.day, points=missed.facts["prize"], reason=say(reason))


def _before_joining(
    versions: Sequence[Programme],
) -> list[tuple[Programme, WhyNotTakingPart]]:
    """Each programme once that pays nothing for one of the days, of all versions that were in force on them."""
    unpaid = {of.code: of for of in versions if not of.pays_before_joining}
    return [(programme, "before_joining") for programme in unpaid.values()]


async def _of_taking_part(
    pool: Pool, resident_id: int, rows: Sequence[_LeftOut], *, joined_on: date
) -> list[_LeftOut]:
    """Without what programmes left out of days on which the resident takes no part in them: none of those days counts."""
    rows = [of for of in rows if not is_before_joining(of.definition, of.day, joined_on=joined_on)]
    if all(of.definition.eligibility is None for of in rows):
        return rows
    async with pool.acquire() as connection:
        people = await own_facts(connection, resident_id)
    return [
        of
        for of in rows
        for person in people
        if why_not_taking_part(of.definition, person, of.day) is None
    ]


def _left_out(rows: Sequence[_LeftOut]) -> list[LeftOutOfDay]:
    """Of figures that a programme's rules look at; of others it makes no difference."""
    found: dict[tuple[date, int, str], LeftOutOfDay] = {}
    for of in rows:
        figure, programme = FIGURE_BY_NUMBER[of.figure], of.definition
        if all(figure.code not in rule.figures_needed for rule in programme.rules):
            continue
        for why in of.left_out:
            reason = say(left_out_of_figure_said(programme, figure, LeftOut(*why), of.day))
            alike = found.setdefault(
                (of.day, of.figure, reason[FIRST]),
                LeftOutOfDay(day=of.day, figure=figure.code, programmes=[], reason=reason),
            )
            alike.programmes.append(ProgrammeName(code=programme.code, name=programme.name))
    return list(found.values())


def _next_point(steps_needed: int, points: int) -> NextPoint | None:
    return NextPoint(steps_needed=steps_needed, points=points) if steps_needed else None


async def next_point_of(pool: Pool, resident_id: int, *, today: date) -> NextPoint | None:
    """The same, worked out for the resident who looks: after an upgrade, a new programme or a change of consent, until
    the worker has come to this resident.
    """
    async with pool.acquire() as connection, connection.transaction():
        programmes = await programmes_kept(connection)
        people = await own_facts(connection, resident_id)
        if not people:
            return None
        of_today, _ = await next_awards_of(connection, programmes, people, today=today)
    return _next_point(int(of_today.steps_needed[0]), int(of_today.points[0]))
