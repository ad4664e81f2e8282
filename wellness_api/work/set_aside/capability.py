"""What set aside adds to an API process."""

from typing import Final

from wellness_api.http.capabilities import Capability
from wellness_api.work.set_aside.figures import set_figures
from wellness_api.work.set_aside.handlers import get_set_aside, release

CAPABILITY: Final = Capability(
    handlers=(get_set_aside, release),
    figures=(set_figures,),
)
