"""Starting and stopping: the embedded servers when none are given, the API, the worker; and what stands in the way."""

from typing import Final

from wellness_api.process.commands import Command

COMMANDS: Final = (
    Command("Run", "up", "The whole server in the foreground."),
    Command("Run", "serve", "The API process alone."),
    Command("Run", "work", "The worker process alone."),
    Command("Run", "migrate", "Bring the database's schema up to date."),
)
