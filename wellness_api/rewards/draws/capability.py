"""What draws add to an API process."""

from typing import Final

from wellness_api.http.capabilities import Capability
from wellness_api.rewards.draws.handlers import (
    get_draw,
    get_draw_entrants,
    get_draws,
    get_own_draws,
    get_winners,
    hand_out_prize,
    make_draw,
)
from wellness_api.rewards.draws.public_value import enter_public_value

CAPABILITY: Final = Capability(
    handlers=(
        get_draws,
        get_draw,
        get_draw_entrants,
        make_draw,
        enter_public_value,
        get_winners,
        hand_out_prize,
        get_own_draws,
    ),
)
