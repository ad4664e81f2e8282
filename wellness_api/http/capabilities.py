"""Capabilities: folders whose `capability.py` says what they add to an API process. Nothing is registered elsewhere."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from litestar.handlers import HTTPRouteHandler

from wellness_api.http.services import Part, Services
from wellness_api.process.discovery import modules_named

MODULE: Final = "capability"


@dataclass(frozen=True, kw_only=True)
class Capability:
    """What a folder adds.

    `handlers`: its operations; each says beside itself what it takes, who may call it and what can go wrong. `parts`:
    what it keeps for as long as the process lives. `figures`: functions that set its figures when Prometheus asks.
    """

    handlers: Sequence[HTTPRouteHandler] = ()
    parts: Sequence[Part[Any]] = ()
    figures: Sequence[Callable[[Services], Awaitable[None]]] = ()


def capabilities() -> list[Capability]:
    """The capabilities of all folders, in the order of the folders' names."""
    return [module.CAPABILITY for module in modules_named(MODULE)]
