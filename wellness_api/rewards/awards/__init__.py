"""Programmes, the ledger and the wallet."""

from typing import Final

from wellness_api.process.commands import Command

COMMANDS: Final = (Command("Points", "programme", "Check a programme file; put it in force."),)
