"""What the receipt of a day adds to an API process."""

from typing import Final

from wellness_api.http.capabilities import Capability
from wellness_api.residents.day_receipt.handlers import get_day

CAPABILITY: Final = Capability(
    handlers=(get_day,),
)
