"""Posts the difference between what the rules give and what the ledger holds."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Final, NamedTuple

import numpy as np

from points.evaluate import Award, RulePoints, evaluate
from points.periods import DaySpan
from points.programme import Programme
from points.view import Places
from wellness_api.database.pool import Connection
from wellness_api.database.sql import read_named_sql
from wellness_api.identity.accounts.resident_facts import ResidentFacts
from wellness_api.rewards.awards.cohorts import cohort_from
from wellness_api.rewards.awards.counted import CountedDay
from wellness_api.rewards.awards.group_awards import group_awards_of
from wellness_api.rewards.awards.history import history_of
from wellness_api.rewards.awards.left_out import facts_of_left_out
from wellness_api.rewards.awards.scope import Scope
from wellness_api.rewards.awards.tickets import with_tickets
from wellness_api.rewards.ledger.days import LedgerDays
from wellness_api.rewards.ledger.differences import Difference, post_differences

HELD_POINTS: Final = read_named_sql(__package__, "held_points")


class Key(NamedTuple):
    """There is at most one award for each key."""

    resident_id: int
    span: DaySpan
    rule: str


class AwardsInScope(NamedTuple):
    """The awards above zero that the rules give in a scope, and the results of the rules that they come from."""

    points: dict[Key, int]
    by_rule: Sequence[RulePoints]

    def facts(self, keys: Iterable[Key]) -> dict[Key, dict[str, int]]:
        """The facts that the awards rest on, also for an award that is (now) zero; no facts for a rule that no longer
        exists.
        """
        wanted = set(keys)
        facts: dict[Key, dict[str, int]] = {key: {} for key in wanted}
        places: defaultdict[int, dict[Key, tuple[int, int]]] = defaultdict(dict)
        rules = {of_rule.rule.code: place for place, of_rule in enumerate(self.by_rule)}
        if not self.by_rule:
            return facts
        row = {
            resident_id: number
            for number, resident_id in enumerate(self.by_rule[0].view.cohort.residents.ids.tolist())
        }
        columns = [
            {period.span: place for place, period in enumerate(of_rule.periods)}
            for of_rule in self.by_rule
        ]
        for key in wanted:
            rule = rules.get(key.rule)
            if rule is not None and key.span in columns[rule]:
                places[rule][key] = row[key.resident_id], columns[rule][key.span]
        for rule, of_rule in places.items():
            residents, periods = zip(*of_rule.values(), strict=True)
            of_awards = Places(np.array(residents, np.intp), np.array(periods, np.intp))
            facts |= zip(of_rule, self.by_rule[rule].facts_at(of_awards), strict=True)
        return facts


async def post_points(
    connection: Connection,
    programme: Programme,
    people: Sequence[ResidentFacts],
    scope: Scope,
    *,
    counted: Sequence[CountedDay] = (),
    now: datetime,
    days: LedgerDays,
) -> set[int]:
    """Posts the difference between the programme's points for the scope's periods and the ledger; nothing when there is
    none.

    `people`: the scope's residents. `counted`: days that were just counted, in place of what is stored of them. `days`:
    which day is today for each resident; the city's day decides when points become spendable and lapse. Returns the
    residents whose points changed.
    """
    history = (
        []
        if scope.days is not None
        else await history_of(connection, programme, list(scope.residents), scope.evaluated)
    )
    cohort = cohort_from(
        programme,
        people,
        scope.evaluated,
        days=days,
        history=history,
        counted=counted,
        group_awards=await group_awards_in(connection, programme, scope),
    )
    awards = awards_in_scope(
        evaluate(programme, await with_tickets(connection, programme, cohort, now=now)), scope
    )
    held = await held_points(connection, programme, scope)
    changed = sorted(
        key
        for key in awards.points.keys() | held.keys()
        if awards.points.get(key, 0) != held.get(key, 0)
    )
    facts = awards.facts(changed)
    left_out = {(day.resident_id, day.day): day.left_out for day in counted if day.left_out}
    for key in changed:
        if key.span.days == 1 and (key.resident_id, key.span.first) in left_out:
            of_day = left_out[key.resident_id, key.span.first]
            facts[key] |= facts_of_left_out(programme.figures_of(key.rule), of_day)
    await post_differences(
        connection,
        [
            difference(
                programme, key, awards.points.get(key, 0), held.get(key, 0), facts=facts[key]
            )
            for key in changed
        ],
        now=now,
        today=days.city,
    )
    return {key.resident_id for key in changed}


async def group_awards_in(
    connection: Connection, programme: Programme, scope: Scope
) -> list[Award]:
    """What group rules gave the scope's residents, as far as it counts for the scope's periods."""
    if scope.days is not None:
        return []
    return await group_awards_of(connection, programme, list(scope.residents), scope.evaluated)


def awards_in_scope(by_rule: Sequence[RulePoints], scope: Scope) -> AwardsInScope:
    """The awards that the rules give within the scope."""
    points: dict[Key, int] = {}
    for of_rule in by_rule:
        residents, periods = np.nonzero(of_rule.points)
        amounts = of_rule.points[residents, periods].tolist()
        ids = of_rule.view.cohort.residents.ids[residents].tolist()
        spans = [period.span for period in of_rule.periods]
        code = of_rule.rule.code
        for resident_id, period, amount in zip(ids, periods.tolist(), amounts, strict=True):
            if scope.holds(resident_id, spans[period]):
                points[Key(resident_id, spans[period], code)] = amount
    return AwardsInScope(points, by_rule)


async def held_points(connection: Connection, programme: Programme, scope: Scope) -> dict[Key, int]:
    """What the ledger holds for the scope's periods under the programme, in any version."""
    asked = scope.asked(programme)
    rows = await connection.fetch(
        *HELD_POINTS(
            programme=programme.code,
            resident_ids=[resident_id for resident_id, _, _, _ in asked],
            starts_from=[starts_from for _, starts_from, _, _ in asked],
            since=[since for _, _, since, _ in asked],
            until=[until for _, _, _, until in asked],
        ),
    )
    held = {
        Key(resident_id, DaySpan(start, end), rule): points
        for resident_id, start, end, rule, points in rows
    }
    return {key: points for key, points in held.items() if scope.holds(key.resident_id, key.span)}


def difference(
    programme: Programme, key: Key, points: int, held: int, *, facts: dict[str, int]
) -> Difference:
    """The difference that brings the ledger from what it holds to what the rules give."""
    return Difference(
        resident_id=key.resident_id,
        programme=programme.code,
        version=programme.version,
        rule=key.rule,
        period_start=key.span.first,
        period_end=key.span.last,
        spendable_from=programme.spendable_from(key.span.last),
        expires_on=programme.expires_on(key.span.last),
        points=points - held,
        facts=facts | {"points": points, "points_before": held},
    )
