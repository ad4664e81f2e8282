"""How much residents have to walk for more points. The worker works it out together with their days, so that a resident
who looks costs the engine nothing.

The stored rows are for a day and for the day after it as that day begins, so they are right over midnight. The day turn
renews them for every resident for whom no day was counted since. A row is no longer valid once a programme was added or
the resident gave or withdrew a consent. Until it is renewed, the next award is worked out for that resident alone, when
somebody looks.
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
    """Stores how much these people have to walk on their day of `now` and on the day after it.

    `programmes`: all programmes that exist, also those that are set aside.
    """

    def day_of(person: ResidentFacts) -> date:
        return local_date(now, person.time_zone)

    for today, group in groupby(sorted(people, key=day_of), key=day_of):
        residents = list(group)
        of_today, of_next_day = await next_awards_of(connection, programmes, residents, today=today)
        await connection.execute(
            *WRITE_NEXT_AWARDS(
                day=today,
                programmes=len(programmes),
                resident_ids=[person.resident_id for person in residents],
                steps_needed=of_today.steps_needed.tolist(),
                points=of_today.points.tolist(),
                next_day_steps_needed=of_next_day.steps_needed.tolist(),
                next_day_points=of_next_day.points.tolist(),
                consents=[person.consent_entries for person in residents],
            )
        )


async def next_awards_of(
    connection: Connection,
    programmes: Sequence[Programme],
    people: Sequence[ResidentFacts],
    *,
    today: date,
) -> tuple[NextAwards, NextAwards]:
    """How much the people have to walk today, and on the day after if they walk no more today."""
    next_day = today + ONE_DAY
    in_force = [
        programme
        for programme in programmes
        if programme.in_force_on(today) or programme.in_force_on(next_day)
    ]
    residents = [person.resident_id for person in people]
    histories = [
        await history_of(connection, programme, residents, DaySpan(_since(programme, today), today))
        for programme in in_force
    ]

    def nearest(last: date) -> NextAwards:
        by_programme = [
            _of_programme(programme, _cohort(programme, people, history, last))
            for programme, history in zip(in_force, histories, strict=True)
            if programme.in_force_on(last)
        ]
        nobody = NextAwards(np.zeros(len(people), np.int64), np.zeros(len(people), np.int64))
        return nearest_of([awards for awards in by_programme if awards is not None]) or nobody

    return nearest(today), nearest(next_day)


def _since(programme: Programme, day: date) -> date:
    """The first day on which the points for steps of `day` may depend."""
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
        history=[day_value for day_value in history if day_value.day >= since],
    )


def _of_programme(programme: Programme, cohort: Cohort) -> NextAwards | None:
    """The next awards under one programme. A resident for whom the programme cannot be worked out has none under it,
    and keeps the rest of their page.
    """
    try:
        with panics_as_errors():
            return nearest_awards(programme, cohort)
    except Exception:
        log.exception("next_awards_failed", programme=programme.code)
    residents, _ = cohort.shape
    if residents == 1:
        return None
    alone = [_of_programme(programme, cohort.at(slice(row, row + 1))) for row in range(residents)]
    nobody = NextAwards(np.zeros(1, np.int64), np.zeros(1, np.int64))
    return NextAwards(
        *map(np.concatenate, zip(*(person or nobody for person in alone), strict=True))
    )
