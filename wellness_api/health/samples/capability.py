"""What samples add to an API process."""

from typing import Final

from wellness_api.health.samples.handlers import take_upload
from wellness_api.health.samples.retention import RETENTION
from wellness_api.health.samples.storing import UPLOADS
from wellness_api.http.capabilities import Capability

CAPABILITY: Final = Capability(
    handlers=(take_upload,),
    parts=(RETENTION, UPLOADS),
)
