"""What view adds to an API process."""

from typing import Final

from wellness_api.http.capabilities import Capability
from wellness_api.residents.view.handlers import (
    get_events,
    get_flagged_samples,
    get_samples,
    get_today,
    get_wallet,
    get_wallet_entries,
)

CAPABILITY: Final = Capability(
    handlers=(
        get_today,
        get_wallet,
        get_wallet_entries,
        get_events,
        get_samples,
        get_flagged_samples,
    ),
)
