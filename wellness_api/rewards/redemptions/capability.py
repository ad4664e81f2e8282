"""What redemptions add to an API process."""

from typing import Final

from wellness_api.http.capabilities import Capability
from wellness_api.rewards.redemptions.handlers import (
    cancel_redemption,
    confirm_redemption,
    get_redemption,
    get_redemptions,
    get_reward_items,
    post_redemption,
)

CAPABILITY: Final = Capability(
    handlers=(
        get_reward_items,
        post_redemption,
        get_redemptions,
        get_redemption,
        confirm_redemption,
        cancel_redemption,
    ),
)
