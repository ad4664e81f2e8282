"""What settlement adds to an API process."""

from typing import Final

from wellness_api.http.capabilities import Capability
from wellness_api.rewards.settlement.handlers import (
    get_settlement,
    get_settlement_sum,
    get_settlements,
    get_settlements_made,
    post_settlement,
)

CAPABILITY: Final = Capability(
    handlers=(
        get_settlements,
        get_settlements_made,
        get_settlement_sum,
        post_settlement,
        get_settlement,
    ),
)
