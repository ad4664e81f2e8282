"""What jobs add to an API process."""

from typing import Final

from wellness_api.http.capabilities import Capability
from wellness_api.work.jobs.handlers import get_jobs

CAPABILITY: Final = Capability(handlers=(get_jobs,))
