"""What a regret lottery would have paid if the day had reached its goal. It is stored, and told on the next day."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Final

import msgspec
import numpy as np

from points.evaluate import participation, view_of
from points.periods import ONE_DAY, DaySpan
from points.programme import Programme
from points.rules.lottery import Lottery
from points.view import Places
from wellness_api.database.pool import Connection
from wellness_api.database.sql import read_named_sql
from wellness_api.identity.accounts.resident_facts import ResidentFacts
from wellness_api.rewards.awards.cohorts import cohort_from
from wellness_api.rewards.awards.history import history_of
from wellness_api.rewards.awards.tickets import with_tickets
from wellness_api.rewards.ledger.days import LedgerDays

WRITE_MISSED_PRIZES: Final = read_named_sql(__package__, "write_missed_prizes")
KEPT: Final = timedelta(days=31)


def regret_lotteries(programme: Programme) -> list[Lottery]:
    """The programme's lotteries that tell residents what they missed."""
    return [rule for rule in programme.rules if isinstance(rule, Lottery) and rule.when == "regret"]


async def keep_regrets(
    connection: Connection,
    programme: Programme,
    people: Sequence[ResidentFacts],
    *,
    since: date,
    until: date,
    days: LedgerDays,
    now: datetime,
) -> None:
    """Stores what these residents missed on the days from `since` on and before `until` that are over for them."""
    lotteries = regret_lotteries(programme)
    span = DaySpan(max(since, until - KEPT), until - ONE_DAY)
    if not lotteries or span.days < 1 or not people:
        return
    residents = [person.resident_id for person in people]
    history = await history_of(connection, programme, residents, span)
    cohort = cohort_from(programme, people, span, days=days, history=history)
    cohort = await with_tickets(connection, programme, cohort, now=now)
    missed: list[tuple[int, date, str, str]] = []
    for rule in lotteries:
        view = view_of(programme, rule, cohort, participation(programme, cohort))
        places = Places(*np.nonzero(rule.missed(view)))
        columns = rule.facts(view, view.periods("day"), places)
        missed += [
            (
                residents[resident],
                cohort.day(day),
                rule.code,
                msgspec.json.encode(
                    {name: int(column[row]) for name, column in columns.items()}
                ).decode(),
            )
            for row, (resident, day) in enumerate(
                zip(*(place.tolist() for place in places), strict=True)
            )
        ]
    await connection.execute(
        *WRITE_MISSED_PRIZES(
            resident_ids=residents,
            kept_from=until - KEPT,
            programme=programme.code,
            version=programme.version,
            missed_residents=[resident_id for resident_id, _, _, _ in missed],
            missed_days=[day for _, day, _, _ in missed],
            missed_rules=[rule for _, _, rule, _ in missed],
            missed_facts=[facts for _, _, _, facts in missed],
        )
    )
