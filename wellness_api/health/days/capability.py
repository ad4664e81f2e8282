"""What days add to an API process."""

from typing import Final

from wellness_api.health.days.figures import set_figures
from wellness_api.http.capabilities import Capability

CAPABILITY: Final = Capability(
    figures=(set_figures,),
)
