"""Items of work that failed alone: kept with their reason, seen by staff, tried again when that may help."""

from typing import Final

from wellness_api.process.commands import Command

COMMANDS: Final = (
    Command("City", "set-aside", "List what failed and was set aside; let it be tried again."),
)
