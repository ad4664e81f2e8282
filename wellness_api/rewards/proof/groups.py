"""The proof of what pairs, leagues and the city got: everybody's contributions, gathered step by step."""

from collections.abc import Collection, Sequence
from datetime import timedelta
from typing import Final, NamedTuple

from points.groups import Contributed, group_rules, share_out
from points.periods import DaySpan
from points.programme import Programme
from points.rules.team_goal import TeamGoal
from wellness_api.database.pool import Connection
from wellness_api.identity.accounts.resident_facts import ResidentFacts, residents_of
from wellness_api.rewards.awards.cohorts import cohort_from
from wellness_api.rewards.awards.counted import CountedDay
from wellness_api.rewards.awards.groups import (
    awards_by_key,
    city_awards,
    contributed,
    days_needed,
    first_end_looked_at,
    gifts_of_city,
    kept_awards,
    periods_looked_at,
)
from wellness_api.rewards.proof.comparing import (
    AwardDiffers,
    Moment,
    days_without_samples,
    differing,
)

RESIDENTS_COMPARED_AT_ONCE: Final = 1000


class GroupsCompared(NamedTuple):
    """How many gifts the city made, and what differs from what is kept.

    `not_judged`: differs in a group with somebody in it whose contribution may still change.
    """

    gifts: int
    differences: list[AwardDiffers]
    not_judged: list[AwardDiffers]


class ProofOfGroups:
    """Of one version of a programme; without group rules, or without a period that is over, it has nothing to say.

    It is about what groups gave before any cap, which then stands among the facts of each resident's own proof.
    """

    def __init__(self, programme: Programme, spans: Sequence[DaySpan], moment: Moment) -> None:
        self.programme = programme
        self._spans = spans
        self._moment = moment
        self._chunks: list[list[Contributed]] = []

    async def brought_by(
        self,
        connection: Connection,
        people: Sequence[ResidentFacts],
        counted: Sequence[CountedDay],
    ) -> list[Contributed] | None:
        """What these residents bring; None where there is nothing to say."""
        if not self._spans or not people:
            return None
        days = days_needed(self.programme, self._spans)
        history = await days_without_samples(
            connection,
            self.programme,
            [person.resident_id for person in people],
            days,
            self._moment,
        )
        cohort = cohort_from(
            self.programme,
            people,
            days,
            days=self._moment.days,
            history=history,
            counted=counted,
        )
        return await contributed(
            connection, self.programme, cohort, self._spans, now=self._moment.now
        )

    def add(self, chunk: list[Contributed] | None) -> None:
        """Notes what some residents bring, once for each."""
        if chunk is not None:
            self._chunks.append(chunk)

    async def compare(
        self, connection: Connection, residents: Sequence[int], unsettled: Collection[int]
    ) -> GroupsCompared:
        """`residents`: everybody; `unsettled`: those whose contribution is not known, or may still change."""
        if not self._chunks:
            return GroupsCompared(0, [], [])
        of_groups = share_out(self._chunks)
        gifts = city_awards(self.programme, of_groups, today=self._moment.today)
        awards = awards_by_key(of_groups) | gifts
        known = await gifts_of_city(connection, self.programme, self._spans)
        for start in range(0, len(residents), RESIDENTS_COMPARED_AT_ONCE):
            asked = residents[start : start + RESIDENTS_COMPARED_AT_ONCE]
            kept = await kept_awards(connection, self.programme, asked, self._spans)
            known |= {key: award.points for key, award in kept.items()}
        points = {key: award.points for key, award in awards.items()}
        differences = differing(self.programme, points, known)
        final, not_judged = await self._judged(connection, differences, unsettled)
        return GroupsCompared(len(gifts), final, not_judged)

    async def _judged(
        self,
        connection: Connection,
        differences: Sequence[AwardDiffers],
        unsettled: Collection[int],
    ) -> tuple[list[AwardDiffers], list[AwardDiffers]]:
        """The differences, and those that somebody may explain who is not settled: in their team, league or city."""
        if not differences or not unsettled:
            return list(differences), []
        teams = await _teams_of(connection, [award.resident_id for award in differences])
        theirs = await _teams_of(connection, unsettled)
        uncertain = {team for of_one in theirs.values() for team in of_one}
        in_teams = {rule.code for rule in self.programme.rules if isinstance(rule, TeamGoal)}
        final: list[AwardDiffers] = []
        not_judged: list[AwardDiffers] = []
        for award in differences:
            is_final = award.rule in in_teams and not (
                award.resident_id in unsettled or teams.get(award.resident_id, set()) & uncertain
            )
            (final if is_final else not_judged).append(award)
        return final, not_judged


async def _teams_of(connection: Connection, residents: Collection[int]) -> dict[int, set[int]]:
    """The teams that they ever were in."""
    people = await residents_of(connection, sorted(set(residents)))
    return {
        person.resident_id: {membership.team_id for membership in person.memberships}
        for person in people
    }


async def proof_of_groups(
    connection: Connection, programme: Programme, moment: Moment
) -> ProofOfGroups:
    """To be given everybody."""
    spans: list[DaySpan] = []
    if group_rules(programme):
        first_end = await first_end_looked_at(connection, moment.first_day)
        # Until a day after the last late data, what came in the meantime waits for the next turn.
        final_before = moment.today - timedelta(days=programme.late_window_days + 1)
        spans = periods_looked_at(programme, first_end=first_end, before=final_before)
    return ProofOfGroups(programme, spans, moment)
