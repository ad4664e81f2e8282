"""Rows of the command line: a folder states its commands in its `__init__`, which costs a start nothing."""

import pkgutil
from collections.abc import Iterator
from importlib import import_module
from typing import Final, Literal, NamedTuple

import wellness_api

Section = Literal["Run", "People", "Points", "City", "Checkout"]

SECTIONS: Final[tuple[Section, ...]] = ("Run", "People", "Points", "City", "Checkout")
"""In the order in which the help lists them."""


class Command(NamedTuple):
    """A command: the function of its name in the module `commands` of the folder that states it.

    The module is imported when the command is called for, so that a start pays for its own imports and no others.
    """

    section: Section
    name: str
    summary: str


class Found(NamedTuple):
    """A command, and the module that has it."""

    command: Command
    module: str


def all_commands() -> list[Found]:
    """Those of all folders, by section and name."""
    commands = [
        Found(command, f"{package}.commands")
        for package in _packages()
        for command in getattr(import_module(package), "COMMANDS", ())
    ]
    return sorted(commands, key=lambda one: (SECTIONS.index(one.command.section), one.command.name))


def _packages() -> Iterator[str]:
    for module in pkgutil.walk_packages(wellness_api.__path__, f"{wellness_api.__name__}."):
        if module.ispkg:
            yield module.name
