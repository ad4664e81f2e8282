"""Finds what folders say about themselves, in a module that has the same name everywhere."""

import pkgutil
from collections.abc import Iterator, Sequence
from functools import cache
from importlib import import_module
from types import ModuleType

import wellness_api


def modules_named(name: str) -> Iterator[ModuleType]:
    """The modules with that name in all folders, in the order of the folders' names. They are found on the disk: nothing lists them."""
    return map(
        import_module, sorted(module for module in _on_disk() if module.endswith(f".{name}"))
    )


@cache
def _on_disk() -> Sequence[str]:
    """Every module; a process looks for them once."""
    walked = pkgutil.walk_packages(wellness_api.__path__, f"{wellness_api.__name__}.")
    return [module.name for module in walked if not module.ispkg]
