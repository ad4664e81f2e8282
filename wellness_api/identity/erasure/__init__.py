"""Leaving: a resident's wish to be erased, the erasure, and what removes the last traces from the database's files."""

from typing import Final

from wellness_api.process.commands import Command

COMMANDS: Final = (
    Command("People", "residents", "Erase a resident who leaves."),
    Command("People", "erasure", "Remove what erased rows left in the database's files."),
)
