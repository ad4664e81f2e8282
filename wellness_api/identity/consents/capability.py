"""What consents add to an API process."""

from typing import Final

from wellness_api.http.capabilities import Capability
from wellness_api.identity.consents.handlers import get_consents, say_consent

CAPABILITY: Final = Capability(
    handlers=(get_consents, say_consent),
)
