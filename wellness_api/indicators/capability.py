"""What indicators add to an API process."""

from typing import Final

from wellness_api.http.capabilities import Capability
from wellness_api.indicators.handlers import get_indicator, get_indicators, get_zones

CAPABILITY: Final = Capability(
    handlers=(get_indicators, get_indicator, get_zones),
)
