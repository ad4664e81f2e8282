"""Rows of the command line. A folder states its commands in its `__init__`, which costs no time at a start."""

import pkgutil
from collections.abc import Iterator
from importlib import import_module
from typing import Final, Literal, NamedTuple

import wellness_api

Section = Literal["Run", "People", "Points", "City", "Checkout"]

SECTIONS: Final[tuple[Section, ...]] = ("Run", "People", "Points", "City", "Checkout")
"""The order in which the help lists them."""


class Command(NamedTuple):
    """A command: the function with its name in the module `commands` of the folder that states it.

    The module is imported when somebody calls the command, so that a start pays only for its own imports.
    """

    section: Section
    name: str
    summary: str


class StatedCommand(NamedTuple):
    """A command, and the module that has it."""

    command: Command
    module: str


def all_commands() -> list[StatedCommand]:
    """The commands of all folders, by section and name."""
    commands = [
        StatedCommand(command, f"{package}.commands")
        for package in _packages()
        for command in getattr(import_module(package), "COMMANDS", ())
    ]
    return sorted(
        commands, key=lambda stated: (SECTIONS.index(stated.command.section), stated.command.name)
    )


def _packages() -> Iterator[str]:
    for module in pkgutil.walk_packages(wellness_api.__path__, f"{wellness_api.__name__}."):
        if module.ispkg:
            yield module.name
