"""What work adds to an API process."""

from typing import Final

from wellness_api.http.capabilities import Capability
from wellness_api.work.doorbell import DOORBELL

CAPABILITY: Final = Capability(
    parts=(DOORBELL,),
)
