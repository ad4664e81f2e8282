"""What corrections add to an API process and to the worker."""

from typing import Final

from wellness_api.health.corrections.handlers import (
    delete_samples,
    delete_source,
    get_corrections,
    shift_samples,
)
from wellness_api.http.capabilities import Capability

CAPABILITY: Final = Capability(
    handlers=(delete_samples, delete_source, shift_samples, get_corrections),
)
