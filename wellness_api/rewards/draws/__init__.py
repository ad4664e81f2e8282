"""Draws: prizes by chance, whose winners anyone can check."""

from typing import Final

from wellness_api.process.commands import Command

COMMANDS: Final = (Command("Points", "draws", "Check a draw from what is published."),)
