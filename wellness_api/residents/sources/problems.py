"""Why a choice of sources is refused."""

from wellness_api.http.refused import Refused


class InvalidChoice(Refused):
    """The choice cannot be stored."""

    code = "invalid_choice"
    status = 422
    title = "The choice cannot be kept"
    kept = "The order of sources is kept as it was."
