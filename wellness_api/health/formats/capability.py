"""What formats add to an API process."""

from typing import Final

from wellness_api.health.formats.handlers import format_handlers
from wellness_api.http.capabilities import Capability

CAPABILITY: Final = Capability(
    handlers=(*format_handlers(),),
)
