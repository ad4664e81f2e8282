"""Why a day has no receipt."""

from points.said import Said
from wellness_api.http.refused import Refused


class InvalidDay(Refused):
    """The text is no day, or no day that could have a receipt."""

    code = "invalid_day"
    status = 422
    title = "There is no receipt of this day"
    field = "date"
    limit = "a day as 2026-11-18, from 2000-01-01 to today at home"

    def __init__(self, why: Said) -> None:
        super().__init__(detail=why)


class DayTooLarge(Refused):
    """So much was sent for the day that the server does not look through it while somebody waits."""

    code = "day_too_large"
    status = 422
    title = "Too much was sent of this day for a receipt"
    kept = "It is counted as any day is."
    field = "date"
    limit = "a day of which at most {samples_max} samples are stored, earlier versions among them"
    detail = "So much was sent of the day that its receipt is not worked out."
