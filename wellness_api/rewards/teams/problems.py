"""What can be wrong with making, joining or leaving a team."""


class TeamProblem(Exception):
    """It cannot be done: `code` names the kind of problem, `field` says where, `limit` what would do."""

    def __init__(self, code: str, status: int, *, field: str, limit: str, detail: str) -> None:
        super().__init__(detail)
        self.code = code
        self.status = status
        self.field = field
        self.limit = limit
        self.detail = detail


def in_a_team() -> TeamProblem:
    """They are in one already."""
    return TeamProblem(
        "in_a_team",
        409,
        field="team",
        limit="one team at a time",
        detail="You are in a team already; leave it first: DELETE /v1/me/team.",
    )


def wrong_team_code() -> TeamProblem:
    """No team has this code."""
    return TeamProblem(
        "wrong_team_code",
        422,
        field="code",
        limit="the code that whoever made the team was given",
        detail="No team has this code. Ask for it once more.",
    )


def team_full() -> TeamProblem:
    """All places are taken."""
    return TeamProblem(
        "team_full",
        409,
        field="code",
        limit="a team with a place left",
        detail="All places of this team are taken.",
    )


def in_no_team() -> TeamProblem:
    """There is nothing to leave."""
    return TeamProblem(
        "in_no_team", 404, field="team", limit="a team", detail="You are in no team."
    )
