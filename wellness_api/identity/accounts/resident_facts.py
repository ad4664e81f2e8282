"""What rules need to know about a resident besides samples: age, place, joining, channel, teams and consents."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Final, Literal, NamedTuple

from wellness_api.database.pool import Connection
from wellness_api.database.sql import read_sql

Sex = Literal["female", "male", "other"]
Channel = Literal["phone", "card", "paper"]
"""How a resident takes part: with an app, with a card shown at stations, or with a stamp card of paper."""

RESIDENT_FACTS: Final = read_sql(__package__, "resident_facts")
AS_RESIDENT: Final = "SELECT set_config('wellness.resident_id', $1, true)"


class Membership(NamedTuple):
    """The days on which what a resident does counts for a team, both included. `to_day`: None while the membership lasts."""

    team_id: int
    from_day: date
    to_day: date | None


class ConsentSpan(NamedTuple):
    """The days on which a consent is in force, both included. `to_day`: None while it lasts.

    The day on which it is withdrawn is the last one, so that nothing changes of what was done on that day before.
    """

    purpose: str
    from_day: date
    to_day: date | None


class ResidentFacts(NamedTuple):
    """A resident as rules know them.

    `joined_day`: the local day of enrolment. `consent_entries`: how many entries on consents there were when this was
    read.
    """

    resident_id: int
    birth_year: int
    time_zone: str
    joined_day: date
    zone: str
    channel: Channel
    memberships: Sequence[Membership]
    consents: Sequence[ConsentSpan]
    consent_entries: int


async def residents_of(connection: Connection, resident_ids: Sequence[int]) -> list[ResidentFacts]:
    """The facts of those who are enrolled, in the order of `resident_ids`, in one round trip."""
    return [
        ResidentFacts(
            resident_id=row["resident_id"],
            birth_year=row["birth_year"],
            time_zone=row["time_zone"],
            joined_day=row["joined_day"],
            zone=row["zone"],
            channel=row["channel"],
            memberships=list(map(Membership, row["team_ids"], row["from_days"], row["to_days"])),
            consents=consent_spans(
                zip(row["purposes"], row["givens"], row["consent_days"], strict=True)
            ),
            consent_entries=len(row["purposes"]),
        )
        for row in await connection.fetch(RESIDENT_FACTS, resident_ids)
    ]


async def own_facts(connection: Connection, resident_id: int) -> list[ResidentFacts]:
    """The facts of the resident who asks: one, or none where they were erased. A login that may see only a resident's own rows
    gets these in a transaction that says whose they are; without it there would be no consents and no teams.
    """
    async with connection.transaction():
        await connection.execute(AS_RESIDENT, str(resident_id))
        return await residents_of(connection, [resident_id])


def consent_spans(entries: Iterable[tuple[str, bool, date]]) -> list[ConsentSpan]:
    """The spans of a resident's consents, from the entries (purpose, given or withdrawn, day) in the order in which they were made."""
    spans: list[ConsentSpan] = []
    open_at: dict[str, int] = {}
    for purpose, is_given, day in entries:
        place = open_at.get(purpose)
        if is_given and place is None:
            open_at[purpose] = len(spans)
            spans.append(ConsentSpan(purpose, day, None))
        elif not is_given and place is not None:
            spans[place] = spans[place]._replace(to_day=day)
            del open_at[purpose]
    return spans
