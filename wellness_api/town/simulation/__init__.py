"""A simulated city: residents, their days, their uploads, and a sender that behaves like their phones.

It fills a demo, loads a server, and tries a programme on a history whose truth is known. Everything apart from `sender`
and `live` is pure: a seed and a date in, arrays out.
"""

from typing import Final

from wellness_api.process.commands import Command

COMMANDS: Final = (Command("City", "simulate", "A simulated city, to a file or to a server."),)
