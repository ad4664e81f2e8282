"""Who is asking: sign-in by printed code, sessions, gateways' signatures, enrolment."""

from typing import Final

from wellness_api.process.commands import Command

COMMANDS: Final = (Command("People", "enrol", "Residents, staff and gateways, as at the counter."),)
