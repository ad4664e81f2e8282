"""Proof of the ledger: every award recomputed from the facts, every balance from the transfers."""

from typing import Final

from wellness_api.process.commands import Command

COMMANDS: Final = (Command("Points", "ledger", "Prove every award and balance; confirm the day."),)
