"""What proof adds to an API process."""

from typing import Final

from wellness_api.http.capabilities import Capability
from wellness_api.rewards.proof.figures import set_figures

CAPABILITY: Final = Capability(
    figures=(set_figures,),
)
