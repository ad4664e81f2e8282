"""Proof of the ledger: recomputes every award from the facts, and every balance from the transfers."""

from typing import Final

from wellness_api.process.commands import Command

COMMANDS: Final = (Command("Points", "ledger", "Prove every award and balance; confirm the day."),)
