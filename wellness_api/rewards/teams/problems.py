"""Why a request to make, join or leave a team is refused."""

from wellness_api.http.refused import Refused


class TeamRefused(Refused):
    """The request about the team cannot be carried out."""

    title = "This cannot be done with the team"
    kept = "Nothing was changed."


class InATeam(TeamRefused):
    """The resident is in a team already."""

    code = "in_a_team"
    status = 409
    field = "team"
    limit = "one team at a time"
    detail = "You are in a team already; leave it first: DELETE /v1/me/team."


class WrongTeamCode(TeamRefused):
    """No team has this code."""

    code = "wrong_team_code"
    status = 422
    field = "code"
    limit = "the code that whoever made the team was given"
    detail = "No team has this code. Ask for it once more."


class TeamFull(TeamRefused):
    """All places of the team are taken."""

    code = "team_full"
    status = 409
    field = "code"
    limit = "a team with a place left"
    detail = "All places of this team are taken."


class InNoTeam(TeamRefused):
    """The resident is in no team that they could leave."""

    code = "in_no_team"
    status = 404
    field = "team"
    limit = "a team"
    detail = "You are in no team."
