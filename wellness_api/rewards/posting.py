"""Posts the difference between what the rules give and what the ledger holds."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Final, NamedTuple

import msgspec
import numpy as np

from points.cohort import Cohort
from points.evaluate import evaluate
from points.programme import Programme
from points.rules.parts import DayFacts
from points.settlement import Account, settle
from wellness_api.database.pool import Connection
from wellness_api.database.sql import read_sql
from wellness_api.metrics.catalogue import STEPS

HELD_POINTS: Final = read_sql(__package__, "held_points")
WALLETS_TO_CHANGE: Final = read_sql(__package__, "wallets_to_change")
POST_TRANSFERS: Final = read_sql(__package__, "post_transfers")


class CountedDay(NamedTuple):
    """A resident's day as a programme counts it: the day's value by metric code, in the metric's unit."""

    resident_id: int
    day: date
    values: dict[str, float]
    birth_year: int


class Award(NamedTuple):
    """What a rule gives for a resident's day, and the facts it rests on."""

    points: int
    facts: dict[str, int]


class Transfer(NamedTuple):
    """One row of the ledger to be."""

    resident_id: int
    rule: str
    period_start: date
    debit: Account
    credit: Account
    amount: int
    facts: str


Period = tuple[int, date, str]
"""(resident_id, first day, rule)"""


async def post_points(
    connection: Connection, programme: Programme, counted: Sequence[CountedDay]
) -> None:
    """Brings the ledger of the given days to what the programme gives for them; nothing when it is there already.

    `counted`: of days on which this version is in force; others are another version's affair.
    """
    given = award_days(programme, counted)
    held = await held_points(connection, programme, counted)
    changed = sorted(
        period
        for period in given.keys() | held.keys()
        if _points(given, period) != held.get(period, 0)
    )
    if not changed:
        return
    residents = sorted({resident_id for resident_id, _, _ in changed})
    rows = await connection.fetch(WALLETS_TO_CHANGE, residents)
    standing = dict.fromkeys(residents, (0, 0)) | {
        row["resident_id"]: (row["balance"], row["owed"]) for row in rows
    }
    days = {(day.resident_id, day.day): day for day in counted}
    transfers: list[Transfer] = []
    for period in changed:
        resident_id, day, rule = period
        before = held.get(period, 0)
        after = _points(given, period)
        facts = (
            given[period].facts
            if period in given
            else _facts(programme, rule, days[resident_id, day])
        ) | {
            "points": after,
            "points_before": before,
        }
        balance, owed = standing[resident_id]
        settled = settle(after - before, balance=balance, owed=owed)
        standing[resident_id] = settled.balance, settled.owed
        encoded = msgspec.json.encode(facts).decode()
        transfers.extend(
            Transfer(resident_id, rule, day, leg.debit, leg.credit, leg.amount, encoded)
            for leg in settled.legs
        )
    await _post(connection, programme, transfers, standing)


def award_days(programme: Programme, counted: Sequence[CountedDay]) -> dict[Period, Award]:
    """The awards above zero for the given days, which may be any days of any residents."""
    if not counted:
        return {}
    resident_ids = sorted({day.resident_id for day in counted})
    birth_years = {day.resident_id: day.birth_year for day in counted}
    place = {resident_id: index for index, resident_id in enumerate(resident_ids)}
    first_day = min(day.day for day in counted)
    days = (max(day.day for day in counted) - first_day).days + 1
    measured = {STEPS.code, *(code for day in counted for code in day.values)}
    daily = {code: np.full((len(resident_ids), days), np.nan) for code in measured}
    for day in counted:
        for code, value in day.values.items():
            daily[code][place[day.resident_id], (day.day - first_day).days] = value
    cohort = Cohort(
        np.array(resident_ids, np.int64),
        first_day,
        daily,
        np.array([birth_years[resident_id] for resident_id in resident_ids], np.int64),
    )
    awards: dict[Period, Award] = {}
    for of_rule in evaluate(programme, cohort):
        for index, points in enumerate(of_rule.points.tolist()):
            day_start = first_day + timedelta(days=int(of_rule.day_index[index]))
            facts = {name: int(column[index]) for name, column in of_rule.facts.items()}
            resident_id = resident_ids[of_rule.resident_index[index]]
            awards[resident_id, day_start, of_rule.rule] = Award(points, facts)
    return awards


def _points(given: dict[Period, Award], period: Period) -> int:
    return given[period].points if period in given else 0


def _facts(programme: Programme, rule: str, day: CountedDay) -> dict[str, int]:
    """The facts of a day that gives nothing (any more); none of a rule that this version does not have."""
    facts = DayFacts(day.values, day.day.year - day.birth_year)
    return next((each.facts_of(facts) for each in programme.rules if each.code == rule), {})


async def held_points(
    connection: Connection, programme: Programme, counted: Sequence[CountedDay]
) -> dict[Period, int]:
    """What the ledger holds for the days under the programme, whatever its version."""
    rows = await connection.fetch(
        HELD_POINTS,
        programme.code,
        [day.resident_id for day in counted],
        [day.day for day in counted],
    )
    return {(row["resident_id"], row["period_start"], row["rule"]): row["points"] for row in rows}


async def _post(
    connection: Connection,
    programme: Programme,
    transfers: Sequence[Transfer],
    standing: dict[int, tuple[int, int]],
) -> None:
    await connection.execute(
        POST_TRANSFERS,
        programme.code,
        programme.version,
        [transfer.resident_id for transfer in transfers],
        [transfer.rule for transfer in transfers],
        [transfer.period_start for transfer in transfers],
        [transfer.debit for transfer in transfers],
        [transfer.credit for transfer in transfers],
        [transfer.amount for transfer in transfers],
        [transfer.facts for transfer in transfers],
        list(standing),
        [balance for balance, _ in standing.values()],
        [owed for _, owed in standing.values()],
    )
