"""What group rules gave residents before any cap. It is stored, because working it out needs all residents' days."""

from collections.abc import Sequence
from typing import Final

import msgspec

from points.evaluate import Award
from points.groups import group_rules
from points.periods import DaySpan
from points.programme import Programme
from wellness_api.database.pool import Connection
from wellness_api.database.sql import read_named_sql
from wellness_api.rewards.ledger.chain import facts_text

GROUP_AWARDS: Final = read_named_sql(__package__, "group_awards")
WRITE_GROUP_AWARDS: Final = read_named_sql(__package__, "write_group_awards")

_facts = msgspec.json.Decoder(dict[str, int])


async def group_awards_of(
    connection: Connection, programme: Programme, residents: Sequence[int], span: DaySpan
) -> list[Award]:
    """What group rules gave the residents for periods that reach into the span; nothing for a programme without group
    rules.
    """
    if not group_rules(programme):
        return []
    rows = await connection.fetch(
        *GROUP_AWARDS(
            resident_ids=residents,
            programme=programme.code,
            first_day=span.first,
            last_day=span.last,
        )
    )
    return [
        Award(resident_id, DaySpan(start, end), rule, points, _facts.decode(facts))
        for resident_id, start, end, rule, points, facts in rows
    ]


async def keep_group_awards(
    connection: Connection, programme: Programme, awards: Sequence[Award]
) -> None:
    """Stores what group rules give now, in place of what they gave before."""
    if not awards:
        return
    await connection.execute(
        *WRITE_GROUP_AWARDS(
            programme=programme.code,
            resident_ids=[award.resident_id for award in awards],
            period_starts=[award.span.first for award in awards],
            period_ends=[award.span.last for award in awards],
            rules=[award.rule for award in awards],
            points=[award.points for award in awards],
            facts=[facts_text(award.facts) for award in awards],
        ),
    )
