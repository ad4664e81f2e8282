"""What corrections add to an API process."""

from typing import Final

from wellness_api.health.corrections.handlers import (
    delete_samples,
    delete_source,
    get_correction,
    get_corrections,
    shift_samples,
)
from wellness_api.http.capabilities import Capability

CAPABILITY: Final = Capability(
    handlers=(delete_samples, delete_source, shift_samples, get_correction, get_corrections),
)
