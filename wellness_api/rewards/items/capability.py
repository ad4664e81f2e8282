"""What items add to an API process."""

from typing import Final

from wellness_api.http.capabilities import Capability
from wellness_api.rewards.items.handlers import (
    confirm_pickup,
    delete_item,
    get_catalogue,
    get_pickups,
    patch_item,
    post_codes,
    post_item,
    put_stock,
)

CAPABILITY: Final = Capability(
    handlers=(
        get_catalogue,
        post_item,
        patch_item,
        delete_item,
        put_stock,
        post_codes,
        get_pickups,
        confirm_pickup,
    ),
)
