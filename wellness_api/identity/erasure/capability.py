"""What erasure adds to an API process."""

from typing import Final

from wellness_api.http.capabilities import Capability
from wellness_api.identity.erasure.handlers import erase_me

CAPABILITY: Final = Capability(
    handlers=(erase_me,),
)
