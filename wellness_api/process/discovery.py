"""Finds what folders say of themselves in a module of a name that is the same everywhere."""

import pkgutil
from collections.abc import Iterator, Sequence
from functools import cache
from importlib import import_module
from types import ModuleType

import wellness_api


def modules_named(name: str) -> Iterator[ModuleType]:
    """The modules of that name in all folders, by the folders' names. Looked for on the disk: nothing lists them."""
    return map(import_module, sorted(each for each in _on_disk() if each.endswith(f".{name}")))


@cache
def _on_disk() -> Sequence[str]:
    """Every module, looked for once in a process."""
    walked = pkgutil.walk_packages(wellness_api.__path__, f"{wellness_api.__name__}.")
    return [module.name for module in walked if not module.ispkg]
