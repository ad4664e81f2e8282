"""Why a correction is not made."""

from typing import Final

from wellness_api.http.refused import Refused

CORRECTIONS_MAX: Final = 1_000
"""A resident's corrections of days that are still kept; one more is refused with 409 `too_many_corrections`."""


class TooManyCorrections(Refused):
    """The resident has too many corrections: each one is looked at whenever a day is counted."""

    code = "too_many_corrections"
    status = 409
    title = "So many corrections were made that no more are kept"
    kept = "Nothing was changed."
    field = "Idempotency-Key"
    limit = f"{CORRECTIONS_MAX} corrections of days that are still kept"
    detail = "Delete longer spans at once, or all of a source."


SHIFTS_MAX: Final = 30
"""A resident's shifts among them; one more is refused with 409 `too_many_shifts`. Several may move one sample, so each one is
applied to what the others left."""


class TooManyShifts(Refused):
    """The resident has too many shifts of samples."""

    code = "too_many_shifts"
    status = 409
    title = "Samples were moved so many times that no more moves are kept"
    kept = "Nothing was changed."
    field = "Idempotency-Key"
    limit = f"{SHIFTS_MAX} shifts of days that are still kept"
    detail = (
        "Move longer spans at once, or delete the samples and send them again with the right times."
    )
