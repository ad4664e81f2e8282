"""Why a correction is not taken now."""

from wellness_api.http.refused import Refused


class CorrectionUnderWay(Refused):
    """Other corrections of the resident have to be done first."""

    code = "correction_under_way"
    status = 409
    title = "Other corrections are being carried out"
    kept = "Nothing was changed."
    comes_back = True
    field = "Idempotency-Key"
    limit = "{limit}"
    detail = "Send it again when those are done that GET /v1/me/corrections lists."

    def __init__(self, limit: str) -> None:
        super().__init__(limit=limit)
