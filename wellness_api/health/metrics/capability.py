"""What metrics add to an API process."""

from typing import Final

from wellness_api.health.metrics.handlers import get_metrics
from wellness_api.http.capabilities import Capability

CAPABILITY: Final = Capability(
    handlers=(get_metrics,),
)
