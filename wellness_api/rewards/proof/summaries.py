"""Verifies day summaries in turns: so many days a night. Each night goes on with the residents after those of the night
before.
"""

from collections.abc import Callable, Sequence
from typing import Final, NamedTuple

from wellness_api.database.isolating import isolated
from wellness_api.database.pool import Connection
from wellness_api.health.days.verify import SummaryDiffers, days_to_verify, summaries_that_differ
from wellness_api.rewards.proof.verify import ONE_MOMENT

SUMMARY_DAYS_MAX: Final = 50_000
"""The number of days whose summaries a nightly check works out anew; it finishes the last resident's days. The next
check goes on with the residents after them, and after the last resident begins with the first again."""

RESIDENTS_PER_STEP: Final = 25

RESIDENTS_AFTER: Final = (
    "SELECT resident_id FROM identity.resident WHERE resident_id > $1 ORDER BY resident_id LIMIT $2"
)
RESIDENTS: Final = "SELECT count(*) FROM identity.resident"

FROM_THE_FIRST: Final = -(2**63)


class SummariesVerified(NamedTuple):
    """How many days were worked out anew, and which differ.

    `failed`: residents whose verification broke off, with the error. `until`: the resident after whom the next check
    goes on.
    """

    days: int
    differences: list[SummaryDiffers]
    failed: list[tuple[int, Exception]]
    until: int

    @property
    def is_sound(self) -> bool:
        """Whether everything was looked at and nothing differs."""
        return not (self.differences or self.failed)


class _Step(NamedTuple):
    days: int
    differences: list[SummaryDiffers]


async def verify_summaries(
    connection: Connection,
    *,
    after: int = FROM_THE_FIRST,
    days_max: int | None = None,
    on_step: Callable[[int, int], None],
) -> SummariesVerified:
    """Verifies the summaries of the residents after the resident `after`, up to `days_max` days or all; call it at the
    start of a transaction.

    `on_step` gets how many residents are done, and of how many.
    """

    async def verify(residents: Sequence[int]) -> _Step:
        async with connection.transaction():
            days = await days_to_verify(connection, residents)
            return _Step(len(days), await summaries_that_differ(connection, days))

    await connection.execute(ONE_MOMENT)
    count = await connection.fetchval(RESIDENTS)
    done = days = 0
    differences: list[SummaryDiffers] = []
    failed: list[tuple[int, Exception]] = []
    while days_max is None or days < days_max:
        rows = await connection.fetch(RESIDENTS_AFTER, after, RESIDENTS_PER_STEP)
        if not rows:
            return SummariesVerified(days, differences, failed, FROM_THE_FIRST)
        residents = [row["resident_id"] for row in rows]
        outcome = await isolated(residents, verify)
        failed += outcome.failed
        for step in outcome.results:
            days += step.days
            differences += step.differences
        after, done = residents[-1], done + len(residents)
        on_step(done, count)
    return SummariesVerified(days, differences, failed, after)
