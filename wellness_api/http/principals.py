"""The person or gateway that asks, as every handler sees them."""

from datetime import date
from typing import Literal

import msgspec

StaffRole = Literal["health_staff", "programme_officer"]
Role = Literal["resident", "health_staff", "programme_officer", "gateway"]


class Principal(msgspec.Struct, frozen=True, kw_only=True):
    """A signed-in person or gateway. `zone`, `time_zone` and the local day of joining are a resident's, else None."""

    principal_id: int
    role: Role
    display_name: str
    zone: str | None
    time_zone: str | None
    joined_on: date | None

    @property
    def home_zone(self) -> str:
        """The time zone of a resident's days."""
        assert self.time_zone is not None, "every resident has a time zone"
        return self.time_zone

    @property
    def joined_day(self) -> date:
        """The day at home on which a resident joined."""
        assert self.joined_on is not None, "every resident has joined on a day"
        return self.joined_on
