"""What awards add to an API process."""

from typing import Final

from wellness_api.http.capabilities import Capability
from wellness_api.rewards.awards.handlers import get_programmes

CAPABILITY: Final = Capability(
    handlers=(get_programmes,),
)
