"""`/v1/programmes`: the programmes in force, in words, and what they have given so far."""

from datetime import date
from typing import Final

import msgspec
from litestar import get

from points.programme import Programme
from points.said import Text
from points.saying import rule_said, trust_said
from wellness_api.database.sql import read_sql
from wellness_api.http.access import only
from wellness_api.http.services import SignedInRequest, services_of
from wellness_api.rewards.awards.programmes import programmes_kept
from wellness_api.words.languages import say

PROGRAMME_TOTALS: Final = read_sql(__package__, "programme_totals")


class RuleInWords(msgspec.Struct, kw_only=True):
    """A rule, its kind, and what it pays in a sentence."""

    code: str
    kind: str
    text: Text


class ProgrammeInForce(msgspec.Struct, kw_only=True):
    """A programme version, with the points it has given on balance and the number of residents who got them.

    `trust`: which origins of samples do not count in full, each in a sentence.
    """

    code: str
    version: int
    name: Text
    in_force_from: date
    in_force_to: date | None
    late_window_days: int
    trust: list[Text]
    rules: list[RuleInWords]
    points_awarded: int
    residents_awarded: int


class Programmes(msgspec.Struct, kw_only=True):
    """Every version of every programme."""

    items: list[ProgrammeInForce]


@get(
    "/v1/programmes",
    operation_id="programmes",
    summary="The programmes and what they gave",
    tags=["staff"],
    **only("programme_officer", "health_staff"),
)
async def get_programmes(request: SignedInRequest) -> Programmes:
    """The programmes."""
    async with services_of(request).pool.acquire() as connection:
        programmes = await programmes_kept(connection)
        rows = await connection.fetch(PROGRAMME_TOTALS)
    totals = {
        (row["programme"], row["version"]): (row["points_awarded"], row["residents_awarded"])
        for row in rows
    }
    return Programmes(
        items=[
            _in_words(version, *totals.get((version.code, version.version), (0, 0)))
            for version in programmes
        ]
    )


def _in_words(programme: Programme, points: int, residents: int) -> ProgrammeInForce:
    return ProgrammeInForce(
        code=programme.code,
        version=programme.version,
        name=programme.name,
        in_force_from=programme.in_force_from,
        in_force_to=programme.in_force_to,
        late_window_days=programme.late_window_days,
        trust=[say(of_origin) for of_origin in trust_said(programme)],
        rules=[
            RuleInWords(
                code=rule.code,
                kind=str(rule.__struct_config__.tag),
                text=say(rule_said(programme, rule)),
            )
            for rule in programme.rules
        ],
        points_awarded=points,
        residents_awarded=residents,
    )
