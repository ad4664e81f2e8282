"""What accounts add to an API process."""

from typing import Final

from wellness_api.http.capabilities import Capability
from wellness_api.identity.accounts.gateways import GATEWAYS
from wellness_api.identity.accounts.handlers import (
    close_session,
    end_session,
    get_own_sessions,
    open_session,
    who_am_i,
)
from wellness_api.identity.accounts.sessions import SESSIONS
from wellness_api.identity.accounts.sign_in import SIGN_IN

CAPABILITY: Final = Capability(
    handlers=(open_session, close_session, get_own_sessions, end_session, who_am_i),
    parts=(GATEWAYS, SESSIONS, SIGN_IN),
)
