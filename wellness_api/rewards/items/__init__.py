"""The staff's side of rewards: the items, their stock, and handing goods out."""

from typing import Final

from wellness_api.process.commands import Command

COMMANDS: Final = (Command("Points", "rewards", "Add the codes of vouchers from a file."),)
