"""What lotteries add to an API process."""

from typing import Final

from wellness_api.http.capabilities import Capability
from wellness_api.rewards.lotteries.handlers import get_lottery

CAPABILITY: Final = Capability(
    handlers=(get_lottery,),
)
