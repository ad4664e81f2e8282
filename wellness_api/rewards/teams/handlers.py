"""`/v1/me/team`: make a team or a pair, join one by its code, leave it, and see how it is doing this week."""

from datetime import date, timedelta
from typing import Annotated, Final

import msgspec
from litestar import delete, get, post

from wellness_api.database.sql import read_named_sql, read_sql
from wellness_api.health.figures.catalogue import STEPS
from wellness_api.health.samples.local_days import local_date
from wellness_api.http.access import only
from wellness_api.http.bodies import BodyDecoder, read_body
from wellness_api.http.examples import DEMO_TEAM_CODE
from wellness_api.http.operations import refuses, takes
from wellness_api.http.principals import Principal
from wellness_api.http.services import Services, SignedInRequest, services_of
from wellness_api.identity.accounts.code_tries import TooManyTries, count_code_try
from wellness_api.identity.accounts.secrets import digest_of_code, new_code
from wellness_api.rewards.teams.problems import InATeam, InNoTeam, TeamFull, WrongTeamCode
from wellness_api.work.once.handling import once

MAKE_TEAM: Final = read_named_sql(__package__, "make_team")
JOIN_TEAM: Final = read_sql(__package__, "join_team")
LEAVE_TEAM: Final = read_sql(__package__, "leave_team")
OWN_TEAM: Final = read_named_sql(__package__, "own_team")

TEAM_NAME_CHARACTERS_MAX: Final = 30
"""A longer name is refused with 422."""

TEAM_SIZE_MIN: Final = 2
"""A smaller team is refused with 422."""

TEAM_SIZE_MAX: Final = 20
"""A larger team is refused with 422."""

SHOWN_TO_MEMBERS: Final = (
    "A resident who joins agrees that the other members see the display name, and the steps of all together from the day"
    " after joining. In a pair, each can work out the other's steps from that."
)


class NewTeam(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """A new team; a pair is a team of two."""

    name: Annotated[
        str,
        msgspec.Meta(
            min_length=1, max_length=TEAM_NAME_CHARACTERS_MAX, pattern=r"^\S(.*\S)?$(?!\n)"
        ),
    ]
    size_max: Annotated[int, msgspec.Meta(ge=TEAM_SIZE_MIN, le=TEAM_SIZE_MAX)]


class JoinCode(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """The code of a team; case, width, spaces and dashes do not matter."""

    code: Annotated[str, msgspec.Meta(min_length=1, max_length=64)]


class Team(msgspec.Struct, kw_only=True):
    """A team as its members see it.

    `counts_from`: the first day on which this member's days count for the team. `members`: display names, with the name
    of the member who asks. `steps_this_week`: of all members from Monday to today; null until the days of two members
    count, and while nobody has data.
    """

    name: str
    size_max: int
    counts_from: date
    members: list[str]
    steps_this_week: int | None


class OwnTeam(msgspec.Struct, kw_only=True):
    """The team that the resident is in, or null."""

    team: Team | None


class MadeTeam(msgspec.Struct, kw_only=True):
    """The new team, and the code with which others join. The code is shown only this once; the server stores its
    digest.
    """

    team: Team | None
    code: str


NEW_TEAM: Final = BodyDecoder(NewTeam)
JOIN_CODE: Final = BodyDecoder(JoinCode)


@get(
    "/v1/me/team",
    operation_id="team",
    summary="The resident's team",
    description="The names of the members, and one figure of all together; no member's own figure is shown.",
    tags=["resident"],
    **only("resident"),
)
async def get_team(request: SignedInRequest) -> OwnTeam:
    """The team, if there is one."""
    return OwnTeam(team=await _team(services_of(request), request.user))


@post(
    "/v1/me/team",
    operation_id="makeTeam",
    summary="Make a team or a pair",
    description=f"Others join by the code in the answer. {SHOWN_TO_MEMBERS}",
    tags=["resident"],
    **only("resident"),
    **takes(NewTeam, {"name": "朝の散歩", "size_max": 2}),
    **refuses(InATeam),
)
@once
async def make_team(request: SignedInRequest) -> MadeTeam:
    """Makes the team, with the resident as its first member."""
    services, resident = services_of(request), request.user
    new_team = NEW_TEAM.decode(request, await read_body(request))
    code = new_code()
    if not await services.pool.fetchval(
        *MAKE_TEAM(
            resident_id=resident.principal_id,
            name=new_team.name,
            size_max=new_team.size_max,
            code_digest=digest_of_code(code),
            today=_today(services, resident),
        ),
    ):
        raise InATeam
    return MadeTeam(team=await _team(services, resident), code=code)


@post(
    "/v1/me/team/members",
    operation_id="joinTeam",
    summary="Join a team by its code",
    description=f"Days count for the team from the day after joining. {SHOWN_TO_MEMBERS}",
    tags=["resident"],
    **only("resident"),
    **takes(JoinCode, {"code": DEMO_TEAM_CODE}),
    **refuses(InATeam, WrongTeamCode, TeamFull, TooManyTries),
)
@once
async def join_team(request: SignedInRequest) -> OwnTeam:
    """Makes the resident a member."""
    services, resident = services_of(request), request.user
    code = JOIN_CODE.decode(request, await read_body(request)).code
    await count_code_try(services.pool, resident.principal_id, "team", now=services.clock())
    outcome = await services.pool.fetchval(
        JOIN_TEAM, resident.principal_id, digest_of_code(code), _today(services, resident)
    )
    match outcome:
        case "joined":
            return OwnTeam(team=await _team(services, resident))
        case "in_a_team":
            raise InATeam
        case "wrong_code":
            raise WrongTeamCode
        case "full":
            raise TeamFull
        case _:
            raise AssertionError(outcome)


@delete(
    "/v1/me/team",
    operation_id="leaveTeam",
    summary="Leave the team",
    description="Today is the last day that counts for it.",
    tags=["resident"],
    status_code=204,
    **only("resident"),
    **refuses(InNoTeam),
)
@once
async def leave_team(request: SignedInRequest) -> None:
    """Ends the membership."""
    services, resident = services_of(request), request.user
    if not await services.pool.fetchval(
        LEAVE_TEAM, resident.principal_id, _today(services, resident)
    ):
        raise InNoTeam


async def _team(services: Services, resident: Principal) -> Team | None:
    today = _today(services, resident)
    monday = today - timedelta(days=today.weekday())
    row = await services.pool.fetchrow(
        *OWN_TEAM(
            resident_id=resident.principal_id, figure=STEPS.number, first_day=monday, last_day=today
        )
    )
    if row is None:
        return None
    return Team(
        name=row["team_name"],
        size_max=row["size_max"],
        counts_from=row["from_day"],
        members=row["members"],
        steps_this_week=None if row["total"] is None else round(row["total"]),
    )


def _today(services: Services, resident: Principal) -> date:
    return local_date(services.clock(), resident.home_zone)
