"""What can be wrong with a choice of sources."""

from wellness_api.http.refused import Refused


class InvalidChoice(Refused):
    """The choice cannot be kept."""

    code = "invalid_choice"
    status = 422
    title = "The choice cannot be kept"
    kept = "The order of sources is kept as it was."
