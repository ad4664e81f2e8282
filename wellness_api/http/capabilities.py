"""Capabilities: folders whose `capability.py` says what they add to an API process. Nothing is registered elsewhere."""

import pkgutil
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from importlib import import_module
from typing import Any, Final

from litestar.handlers import HTTPRouteHandler

import wellness_api
from wellness_api.http.services import Part, Services

MODULE: Final = "capability"


@dataclass(frozen=True, kw_only=True)
class Capability:
    """What a folder adds.

    `handlers`: its operations; each says beside itself what it takes, who may call it and what can go wrong.
    `parts`: what it keeps for as long as the process. `figures`: what it sets for Prometheus at each look.
    """

    handlers: Sequence[HTTPRouteHandler] = ()
    parts: Sequence[Part[Any]] = ()
    figures: Sequence[Callable[[Services], Awaitable[None]]] = ()


def capabilities() -> list[Capability]:
    """Those of all folders, by the folders' names."""
    return [import_module(name).CAPABILITY for name in sorted(_modules())]


def _modules() -> list[str]:
    """Looked for on the disk: what is not imported yet is found as well."""
    return [
        module.name
        for module in pkgutil.walk_packages(wellness_api.__path__, f"{wellness_api.__name__}.")
        if module.name.rpartition(".")[2] == MODULE
    ]
