"""Figures and health of the process, and the API's description."""

from typing import Final

from wellness_api.http.capabilities import Capability
from wellness_api.programs.server.health import alive, metrics, ready, set_clock_apart
from wellness_api.programs.server.openapi import get_description

CAPABILITY: Final = Capability(
    handlers=(alive, ready, metrics, get_description), figures=(set_clock_apart,)
)
