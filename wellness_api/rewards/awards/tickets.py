"""The tickets of a programme's daily lotteries. They come from seeds whose digest was published before their days."""

from datetime import date, datetime, timedelta

import numpy as np

from points.cohort import NONE, Cohort
from points.draws import rule_key, tickets_by_day
from points.programme import Programme
from points.rules.lottery import Lottery
from wellness_api.database.pool import Connection
from wellness_api.rewards.lotteries.seeds import day_seeds

TICKET_BITS = 32


async def with_tickets(
    connection: Connection, programme: Programme, cohort: Cohort, *, now: datetime
) -> Cohort:
    """The cohort with a ticket for each resident and day, for every lottery. A day's ticket is drawn once the day has
    begun where the resident lives.
    """
    lotteries = [rule for rule in programme.rules if isinstance(rule, Lottery)]
    if not lotteries:
        return cohort
    residents, days = cohort.shape
    begun = cohort.days_begun()
    drawn = np.flatnonzero(begun.any(axis=0)).tolist()
    if not drawn:
        return cohort
    seeds = await day_seeds(
        connection, programme.code, [_day(cohort, place) for place in drawn], now=now
    )
    tickets = {}
    for rule in lotteries:
        own = tickets_by_day(
            [rule_key(seeds[_day(cohort, place)], rule.code) for place in drawn],
            cohort.residents.ids,
            np.array([_day(cohort, place).toordinal() for place in drawn]),
        )
        of_rule = np.full((residents, days), NONE, np.int64)
        of_rule[:, drawn] = own >> np.uint64(64 - TICKET_BITS)
        of_rule[~np.broadcast_to(begun, of_rule.shape)] = NONE
        tickets[rule.code] = of_rule
    return cohort._replace(tickets=tickets)


def _day(cohort: Cohort, place: int) -> date:
    return cohort.first_day + timedelta(days=place)
