"""What teams add to an API process."""

from typing import Final

from wellness_api.http.capabilities import Capability
from wellness_api.rewards.teams.handlers import get_team, join_team, leave_team, make_team

CAPABILITY: Final = Capability(
    handlers=(get_team, make_team, join_team, leave_team),
)
