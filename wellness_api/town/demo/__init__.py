"""The demo: a simulated Furano on the real server, with a community centre's gateway, that goes on living."""

from typing import Final

from wellness_api.process.commands import Command

COMMANDS: Final = (Command("Run", "demo", "A simulated city that lives: all in one command."),)
