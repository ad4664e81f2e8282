"""What can be wrong with a key."""

from wellness_api.http.refused import Refused


class StillUnderWay(Refused):
    """The same request is being carried out."""

    code = "still_under_way"
    status = 409
    title = "The same request is being carried out"
    comes_back = True
    field = "Idempotency-Key"
    limit = "one request at a time"
    detail = "Send it again in a moment: it is answered then as it was the first time."


class InvalidKey(Refused):
    """The key is not in our form."""

    code = "invalid_request"
    status = 400
    title = "The request is not valid"
    kept = "Nothing was kept."
    field = "Idempotency-Key"
    limit = "8 to 64 letters, digits, dots, dashes and underscores"
    detail = "The key has a letter that keys have not, or is too short or too long."
