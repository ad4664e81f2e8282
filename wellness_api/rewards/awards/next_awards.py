"""What residents have to walk for more points: worked out with their days, so that nobody's looking costs the engine.

What is kept is of a day and of the day after it, as that one begins: so it is right over midnight. The day turn renews it
for everybody for whom no day was counted since. It says nothing any more once a programme or a word on consents has come;
until it is renewed, whoever looks has it worked out for themselves alone.
"""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from itertools import groupby
from typing import Final

import numpy as np
import structlog

from points.cohort import Cohort
from points.periods import ONE_DAY, DaySpan
from points.programme import Programme
from points.rules.parts import NextAwards
from points.today import nearest_awards, nearest_of
from wellness_api.database.pool import Connection
from wellness_api.database.sql import read_named_sql
from wellness_api.health.samples.local_days import local_date
from wellness_api.identity.accounts.resident_facts import ResidentFacts
from wellness_api.process.panics import panics_as_errors
from wellness_api.rewards.awards.cohorts import cohort_from
from wellness_api.rewards.awards.history import DayValue, history_of
from wellness_api.rewards.ledger.days import LedgerDays

WRITE_NEXT_AWARDS: Final = read_named_sql(__package__, "write_next_awards")

log = structlog.get_logger()


async def keep_next_awards(
    connection: Connection,
    programmes: Sequence[Programme],
    people: Iterable[ResidentFacts],
    *,
    now: datetime,
) -> None:
    """Writes down what these people have to walk on their day of `now` and on the one after it.

    `programmes`: all there are, also those that are set aside.
    """

    def day_of(person: ResidentFacts) -> date:
        return local_date(now, person.time_zone)

    for today, group in groupby(sorted(people, key=day_of), key=day_of):
        some = list(group)
        of_today, of_next_day = await next_awards_of(connection, programmes, some, today=today)
        await connection.execute(
            *WRITE_NEXT_AWARDS(
                day=today,
                programmes=len(programmes),
                resident_ids=[person.resident_id for person in some],
                steps_needed=of_today.steps_needed.tolist(),
                points=of_today.points.tolist(),
                next_day_steps_needed=of_next_day.steps_needed.tolist(),
                next_day_points=of_next_day.points.tolist(),
                consents=[person.consent_entries for person in some],
            )
        )


async def next_awards_of(
    connection: Connection,
    programmes: Sequence[Programme],
    people: Sequence[ResidentFacts],
    *,
    today: date,
) -> tuple[NextAwards, NextAwards]:
    """What the people have to walk today, and on the day after if they walk no more today."""
    next_day = today + ONE_DAY
    asked = [
        programme
        for programme in programmes
        if programme.in_force_on(today) or programme.in_force_on(next_day)
    ]
    residents = [person.resident_id for person in people]
    histories = [
        await history_of(connection, programme, residents, DaySpan(_since(programme, today), today))
        for programme in asked
    ]

    def nearest(last: date) -> NextAwards:
        found = [
            _of_programme(programme, _cohort(programme, people, history, last))
            for programme, history in zip(asked, histories, strict=True)
            if programme.in_force_on(last)
        ]
        nobody = NextAwards(np.zeros(len(people), np.int64), np.zeros(len(people), np.int64))
        return nearest_of([awards for awards in found if awards is not None]) or nobody

    return nearest(today), nearest(next_day)


def _since(programme: Programme, day: date) -> date:
    """The first day on which it may depend what steps of the day earn."""
    return min(
        [
            day,
            *(
                rule.looks_back_to(day, in_force_from=programme.in_force_from)
                for rule in programme.personal_rules
            ),
        ]
    )


def _cohort(
    programme: Programme, people: Sequence[ResidentFacts], history: Sequence[DayValue], last: date
) -> Cohort:
    since = _since(programme, last)
    return cohort_from(
        programme,
        people,
        DaySpan(since, last),
        days=LedgerDays(last),
        history=[of for of in history if of.day >= since],
    )


def _of_programme(programme: Programme, cohort: Cohort) -> NextAwards | None:
    """A programme of which it cannot be worked out is left out for whom it cannot, and takes nobody's page away."""
    try:
        with panics_as_errors():
            return nearest_awards(programme, cohort)
    except Exception:
        log.exception("next_awards_failed", programme=programme.code)
    residents, _ = cohort.shape
    if residents == 1:
        return None
    alone = [_of_programme(programme, cohort.at(slice(at, at + 1))) for at in range(residents)]
    nobody = NextAwards(np.zeros(1, np.int64), np.zeros(1, np.int64))
    return NextAwards(
        *map(np.concatenate, zip(*(person or nobody for person in alone), strict=True))
    )
