"""What sources add to an API process."""

from typing import Final

from wellness_api.http.capabilities import Capability
from wellness_api.residents.sources.handlers import choose_sources, get_sources

CAPABILITY: Final = Capability(
    handlers=(get_sources, choose_sources),
)
