"""The proof of what pairs, leagues and the city got: everybody's contributions, gathered step by step."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Final

from points.groups import Contributed, group_rules, share_out
from points.periods import Span
from points.programme import Programme
from wellness_api.database.pool import Connection
from wellness_api.identity.resident_facts import ResidentFacts
from wellness_api.proof.comparing import AwardDiffers, Moment, days_without_samples, differing
from wellness_api.rewards.cohorts import cohort_from
from wellness_api.rewards.counted import CountedDay
from wellness_api.rewards.groups import (
    awards_by_key,
    city_awards,
    contributed,
    days_needed,
    first_end_looked_at,
    gifts_of_city,
    kept_awards,
    periods_looked_at,
)

RESIDENTS_COMPARED_AT_ONCE: Final = 1000


class ProofOfGroups:
    """Of one version of a programme; without group rules, or without a period that is over, it has nothing to say.

    It is about what groups gave before any cap, which then stands among the facts of each resident's own proof.
    """

    def __init__(self, programme: Programme, spans: Sequence[Span], moment: Moment) -> None:
        self._programme = programme
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
        days = days_needed(self._programme, self._spans)
        history = await days_without_samples(
            connection,
            self._programme,
            [person.resident_id for person in people],
            days,
            self._moment,
        )
        cohort = cohort_from(
            self._programme,
            people,
            days,
            today=self._moment.today,
            history=history,
            counted=counted,
        )
        return await contributed(
            connection, self._programme, cohort, self._spans, now=self._moment.now
        )

    def add(self, chunk: list[Contributed] | None) -> None:
        """Notes what some residents bring, once for each."""
        if chunk is not None:
            self._chunks.append(chunk)

    async def compare(
        self, connection: Connection, residents: Sequence[int]
    ) -> tuple[int, list[AwardDiffers]]:
        """How many gifts the city made, and what differs from what is kept; `residents`: everybody."""
        if not self._chunks:
            return 0, []
        of_groups = share_out(self._chunks)
        gifts = city_awards(self._programme, of_groups, today=self._moment.today)
        given = awards_by_key(of_groups) | gifts
        known = await gifts_of_city(connection, self._programme, self._spans)
        for start in range(0, len(residents), RESIDENTS_COMPARED_AT_ONCE):
            asked = residents[start : start + RESIDENTS_COMPARED_AT_ONCE]
            kept = await kept_awards(connection, self._programme, asked, self._spans)
            known |= {key: award.points for key, award in kept.items()}
        points = {key: award.points for key, award in given.items()}
        return len(gifts), differing(self._programme, points, known)


async def proof_of_groups(
    connection: Connection, programme: Programme, moment: Moment
) -> ProofOfGroups:
    """To be given everybody."""
    spans: list[Span] = []
    if group_rules(programme):
        first_end = await first_end_looked_at(connection, moment.first_day)
        # Until a day after the last late data, what came in the meantime waits for the next turn.
        final_before = moment.today - timedelta(days=programme.late_window_days + 1)
        spans = periods_looked_at(programme, first_end=first_end, before=final_before)
    return ProofOfGroups(programme, spans, moment)
