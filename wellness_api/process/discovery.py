"""Finds what folders say of themselves in a module of a name that is the same everywhere."""

import pkgutil
from collections.abc import Iterator
from importlib import import_module
from types import ModuleType

import wellness_api


def modules_named(name: str) -> Iterator[ModuleType]:
    """The modules of that name in all folders, by the folders' names. Looked for on the disk: nothing lists them."""
    found = [
        module.name
        for module in pkgutil.walk_packages(wellness_api.__path__, f"{wellness_api.__name__}.")
        if module.name.rpartition(".")[2] == name and not module.ispkg
    ]
    return map(import_module, sorted(found))
