"""The proof of what pairs, leagues and the city got. It gathers everybody's contributions step by step."""

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
    """How many gifts the city made, and which awards differ from the stored ones.

    `not_judged`: differences in a group with a member whose contribution may still change.
    """

    gifts: int
    differences: list[AwardDiffers]
    not_judged: list[AwardDiffers]


class ProofOfGroups:
    """The proof of one version of a programme. Without group rules, or without a period that is over, it finds nothing.

    It proves what group rules gave before any cap. That is then one of the facts in each resident's own proof.
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
        """What these residents bring; None where there is nothing to prove."""
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
        """Notes what some residents bring; call it once for each resident."""
        if chunk is not None:
            self._chunks.append(chunk)

    async def compare(
        self, connection: Connection, residents: Sequence[int], unsettled: Collection[int]
    ) -> GroupsCompared:
        """Compares the awards. `residents`: everybody. `unsettled`: residents whose contribution is not known or may
        still change.
        """
        if not self._chunks:
            return GroupsCompared(0, [], [])
        of_groups = share_out(self._chunks)
        gifts = city_awards(self.programme, of_groups, today=self._moment.today)
        awards = awards_by_key(of_groups) | gifts
        kept_points = await gifts_of_city(connection, self.programme, self._spans)
        for start in range(0, len(residents), RESIDENTS_COMPARED_AT_ONCE):
            batch = residents[start : start + RESIDENTS_COMPARED_AT_ONCE]
            kept = await kept_awards(connection, self.programme, batch, self._spans)
            kept_points |= {key: award.points for key, award in kept.items()}
        points = {key: award.points for key, award in awards.items()}
        differences = differing(self.programme, points, kept_points)
        final, not_judged = await self._judged(connection, differences, unsettled)
        return GroupsCompared(len(gifts), final, not_judged)

    async def _judged(
        self,
        connection: Connection,
        differences: Sequence[AwardDiffers],
        unsettled: Collection[int],
    ) -> tuple[list[AwardDiffers], list[AwardDiffers]]:
        """The differences, and apart from them those that an unsettled resident in the same team, league or city may
        explain.
        """
        if not differences or not unsettled:
            return list(differences), []
        teams = await _teams_of(connection, [award.resident_id for award in differences])
        teams_of_unsettled = await _teams_of(connection, unsettled)
        uncertain = {team for of_one in teams_of_unsettled.values() for team in of_one}
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
    """All teams that each resident ever was in."""
    people = await residents_of(connection, sorted(set(residents)))
    return {
        person.resident_id: {membership.team_id for membership in person.memberships}
        for person in people
    }


async def proof_of_groups(
    connection: Connection, programme: Programme, moment: Moment
) -> ProofOfGroups:
    """A proof that has to be given everybody's contributions."""
    spans: list[DaySpan] = []
    if group_rules(programme):
        first_end = await first_end_looked_at(connection, moment.first_day)
        # Until a day after the last late data, changes from the meantime wait for the next turn.
        final_before = moment.today - timedelta(days=programme.late_window_days + 1)
        spans = periods_looked_at(programme, first_end=first_end, before=final_before)
    return ProofOfGroups(programme, spans, moment)
