"""What a correction asks for, and what is said about it."""

from datetime import datetime, timedelta
from typing import Annotated, Final
from uuid import UUID

import msgspec

from device_bridge.wire import SOURCE_PATTERN

SHIFT_MAX: Final = timedelta(days=366 * 10)
"""A device whose battery was empty may say 2016."""


class Shift(
    msgspec.Struct, kw_only=True, forbid_unknown_fields=True, rename={"start": "from", "end": "to"}
):
    """The samples of a source from a moment (included) to a moment (not included) were measured `seconds` later.

    A negative number means earlier. `metric`: the shift concerns only this one.
    """

    source: Annotated[str, msgspec.Meta(pattern=SOURCE_PATTERN)]
    start: Annotated[datetime, msgspec.Meta(tz=True)]
    end: Annotated[datetime, msgspec.Meta(tz=True)]
    seconds: Annotated[
        int,
        msgspec.Meta(ge=-int(SHIFT_MAX.total_seconds()), le=int(SHIFT_MAX.total_seconds())),
    ]
    metric: str | None = None


class OwnCorrection(msgspec.Struct, kw_only=True, rename={"start": "from", "end": "to"}):
    """A correction that holds since `asked_at`. `source`, `metric`: null for any.

    `seconds`: by how much samples are moved; null when they are deleted.
    """

    id: UUID
    source: str | None
    metric: str | None
    start: datetime
    end: datetime
    seconds: int | None
    asked_at: datetime


class OwnCorrections(msgspec.Struct, kw_only=True):
    """A resident's corrections of days that are still kept, newest first."""

    items: list[OwnCorrection]
