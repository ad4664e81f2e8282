"""Recomputes every award from samples, choices and rules, and compares it with the ledger to the last point.

The proof uses nothing that the worker stores in between: no summary, and no folded segment that a reader would not see.
The one exception is what groups gave, which has its own proof from everybody's samples. So a ledger that passes could
be thrown away and made again.
"""

from collections.abc import Callable, Collection, Sequence
from datetime import date, datetime
from itertools import chain
from typing import Final, NamedTuple

from points.evaluate import evaluate
from points.groups import Contributed
from points.programme import Programme
from wellness_api.database.isolating import Isolated, isolated
from wellness_api.database.pool import Connection
from wellness_api.database.sql import read_sql
from wellness_api.health.days.stored_days import (
    ResidentDay,
    StoredDays,
    stored_days_of_metrics,
    summaries_of,
)
from wellness_api.health.days.summarise import Summary
from wellness_api.health.figures.catalogue import FIGURE_BY_NUMBER, metrics_of
from wellness_api.health.sources.choices import choices_of
from wellness_api.identity.accounts.resident_facts import ResidentFacts, residents_of
from wellness_api.process.trouble import Trouble
from wellness_api.rewards.awards.at_fault import programmes_at_work
from wellness_api.rewards.awards.cohorts import cohort_from
from wellness_api.rewards.awards.counted import CountedDay, counted_days
from wellness_api.rewards.awards.history import figure_numbers
from wellness_api.rewards.awards.posting import awards_in_scope, group_awards_in, held_points
from wellness_api.rewards.awards.scope import scope_since
from wellness_api.rewards.awards.tickets import with_tickets
from wellness_api.rewards.ledger.days import ledger_days
from wellness_api.rewards.proof.comparing import (
    AwardDiffers,
    Moment,
    days_without_samples,
    differing,
)
from wellness_api.rewards.proof.groups import GroupsCompared, ProofOfGroups, proof_of_groups
from wellness_api.rewards.proof.verify import ONE_MOMENT

DAYS_TO_PROVE: Final = read_sql(__package__, "days_to_prove")

RESIDENTS_PER_STEP: Final = 25
"""With a year of each resident, some ten thousand days are in memory at a time."""

PARTS_PROVEN_AT_ONCE_MAX: Final = 100_000_000
"""Parts of overlapping records: half a minute or a minute of work. Steps of more are proven in halves; of one resident with more it is said that the proof failed."""

IS_TURNED: Final = (
    "SELECT is_turned AND NOT EXISTS (SELECT FROM rewards.zone_day WHERE NOT zone_day.is_turned)"
    " FROM rewards.open_day"
)
FIRST_DAY_KEPT: Final = "SELECT first_day FROM health.retention"
TO_PROVE: Final = read_sql(__package__, "residents_to_prove")
RESIDENTS: Final = "SELECT resident_id FROM identity.resident ORDER BY resident_id"


class TurnNotDone(Trouble):
    """Not everybody has got what the day's end gives."""

    def __init__(self) -> None:
        super().__init__(
            "the worker is still turning the day; try again in a few minutes, and see that a worker runs"
        )


class Proof(NamedTuple):
    """How many days were worked out, how many awards above zero they gave, and which awards differ.

    `residents_waiting`: residents with a day that waits for the worker or is set aside; their own awards were not
    looked at.
    `not_judged`: differences of groups with such a resident, who may explain them; all other groups are proven.
    `failed`: residents whose proof broke off, with the error; everybody else is proven. `groups_failed`: programmes
    whose group awards could not be worked out. `programmes_aside`: programmes that are set aside, whose points wait.
    """

    days: int
    awards: int
    differences: list[AwardDiffers]
    residents_waiting: int
    not_judged: list[AwardDiffers]
    failed: list[tuple[int, Exception]]
    groups_failed: list[tuple[Programme, Exception]]
    programmes_aside: list[str]


class _Proven(NamedTuple):
    """The proof of some residents. `brought`: what they bring to their groups, a chunk for each programme. `waiting`:
    the residents who were not judged.
    """

    days: int
    awards: int
    differences: list[AwardDiffers]
    waiting: set[int]
    brought: list[list[Contributed] | None]


async def prove_awards(
    connection: Connection, *, now: datetime, city_day: date, on_step: Callable[[int, int], None]
) -> Proof:
    """Proves the whole ledger; call it at the start of a transaction. `on_step` gets how many residents are done, and
    of how many.

    Raises TurnNotDone.
    """
    await connection.execute(ONE_MOMENT)
    if await connection.fetchval(IS_TURNED) is False:
        raise TurnNotDone
    moment = Moment(
        await ledger_days(connection, city_day), await connection.fetchval(FIRST_DAY_KEPT), now
    )
    programmes, aside, _, _ = await programmes_at_work(connection)
    groups = [await proof_of_groups(connection, programme, moment) for programme in programmes]
    figures = frozenset(chain.from_iterable(map(figure_numbers, programmes)))

    async def prove(batch: Sequence[int]) -> _Proven:
        async with connection.transaction():
            step = await _facts(connection, batch, figures, moment.today)
            return await _prove(connection, step, batch, programmes, groups, moment)

    residents = [row["resident_id"] for row in await connection.fetch(RESIDENTS)]
    days = awards = 0
    waiting: set[int] = set()
    differences: list[AwardDiffers] = []
    failed: list[tuple[int, Exception]] = []
    for start in range(0, len(residents), RESIDENTS_PER_STEP):
        outcome = await isolated(residents[start : start + RESIDENTS_PER_STEP], prove)
        failed += outcome.failed
        for proven in outcome.results:
            days, awards = days + proven.days, awards + proven.awards
            waiting |= proven.waiting
            differences += proven.differences
            for of_groups, chunk in zip(groups, proven.brought, strict=True):
                of_groups.add(chunk)
        on_step(min(start + RESIDENTS_PER_STEP, len(residents)), len(residents))
    unsettled = waiting | {resident_id for resident_id, _ in failed}
    of_groups_compared = await _compare_groups(connection, groups, residents, unsettled)
    compared = [
        of_groups
        for programme_groups in of_groups_compared.results
        for of_groups in programme_groups
    ]
    return Proof(
        days=days,
        awards=awards + sum(of_groups.gifts for of_groups in compared),
        differences=differences
        + [difference for of_groups in compared for difference in of_groups.differences],
        residents_waiting=len(waiting),
        not_judged=[difference for of_groups in compared for difference in of_groups.not_judged],
        failed=failed,
        programmes_aside=aside,
        groups_failed=[
            (of_groups.programme, error) for of_groups, error in of_groups_compared.failed
        ],
    )


async def _compare_groups(
    connection: Connection,
    groups: Sequence[ProofOfGroups],
    residents: Sequence[int],
    unsettled: Collection[int],
) -> Isolated[ProofOfGroups, list[GroupsCompared]]:
    async def compare(batch: Sequence[ProofOfGroups]) -> list[GroupsCompared]:
        async with connection.transaction():
            return [
                await of_groups.compare(connection, residents, unsettled) for of_groups in batch
            ]

    return await isolated(groups, compare)


async def _prove(
    connection: Connection,
    step: "_Step",
    batch: Sequence[int],
    programmes: Sequence[Programme],
    groups: Sequence[ProofOfGroups],
    moment: Moment,
) -> _Proven:
    awards = 0
    differences: list[AwardDiffers] = []
    brought: list[list[Contributed] | None] = []
    for programme, of_groups in zip(programmes, groups, strict=True):
        counted = await counted_days(
            programme, step.days, step.stored, step.summaries, step.figures, city_day=moment.today
        )
        awards_of_programme, differing_awards = await _compare(
            connection,
            programme,
            [person for person in step.people if person.resident_id in step.final],
            [day for day in counted if day.resident_id in step.final],
            moment,
        )
        awards += awards_of_programme
        differences += differing_awards
        brought.append(await of_groups.brought_by(connection, step.people, counted))
    days = sum(day.resident_id in step.final for day in step.days)
    return _Proven(days, awards, differences, set(batch) - step.final, brought)


class _Step(NamedTuple):
    """Some residents and everything that is known of their days. `final`: residents without a waiting day. `figures`:
    the figures of the summaries.
    """

    final: set[int]
    people: list[ResidentFacts]
    days: list[ResidentDay]
    stored: StoredDays
    summaries: list[Summary]
    figures: frozenset[int]


def _metrics_of(figures: frozenset[int]) -> list[int]:
    """The metrics from which the figures are worked out, with the counters that state a day's total of such a metric."""
    return sorted({metric for number in figures for metric in metrics_of(FIGURE_BY_NUMBER[number])})


async def _facts(
    connection: Connection, residents: Sequence[int], figures: frozenset[int], today: date
) -> _Step:
    rows = await connection.fetch(TO_PROVE, residents, today)
    without_set_aside = [row["resident_id"] for row in rows]
    days = [ResidentDay(*row) for row in await connection.fetch(DAYS_TO_PROVE, without_set_aside)]
    choices = await choices_of(connection, [day.resident_id for day in days])
    stored = await stored_days_of_metrics(connection, days, choices, _metrics_of(figures))
    people = await residents_of(connection, without_set_aside)
    final = {row["resident_id"] for row in rows if row["is_final"]}
    return _Step(
        final & {person.resident_id for person in people},
        people,
        days,
        stored,
        await summaries_of(days, stored, figures, parts_max=PARTS_PROVEN_AT_ONCE_MAX),
        figures,
    )


async def _compare(
    connection: Connection,
    programme: Programme,
    people: Sequence[ResidentFacts],
    counted: Sequence[CountedDay],
    moment: Moment,
) -> tuple[int, list[AwardDiffers]]:
    last_day = max([moment.days.latest, *(day.day for day in counted)])
    scope = scope_since(
        programme, [person.resident_id for person in people], moment.first_day, last_day
    )
    if scope is None:
        return 0, []
    history = await days_without_samples(
        connection, programme, list(scope.residents), scope.evaluated, moment
    )
    cohort = cohort_from(
        programme,
        people,
        scope.evaluated,
        days=moment.days,
        history=history,
        counted=counted,
        group_awards=await group_awards_in(connection, programme, scope),
    )
    cohort = await with_tickets(connection, programme, cohort, now=moment.now)
    worked_out = awards_in_scope(evaluate(programme, cohort), scope).points
    held = await held_points(connection, programme, scope)
    return len(worked_out), differing(programme, worked_out, held)
