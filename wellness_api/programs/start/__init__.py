"""Starting and stopping: embedded servers when no others are set, the API, the worker; and the obstacles to a start."""

from typing import Final

from wellness_api.process.commands import Command

COMMANDS: Final = (
    Command("Run", "up", "The whole server in the foreground."),
    Command("Run", "serve", "The API process alone."),
    Command("Run", "work", "The worker process alone."),
    Command("Run", "migrate", "Bring the database's schema up to date."),
)
