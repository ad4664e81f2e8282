"""What exports add to an API process."""

from typing import Final

from wellness_api.http.capabilities import Capability
from wellness_api.residents.exports.handlers import get_fhir, get_open_mhealth

CAPABILITY: Final = Capability(
    handlers=(get_fhir, get_open_mhealth),
)
