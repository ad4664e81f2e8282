"""What is asked of a correction, and what is said of it."""

from datetime import datetime, timedelta
from typing import Annotated, Final, Literal
from uuid import UUID

import msgspec

from device_bridge.wire import SOURCE_PATTERN

SHIFT_MAX: Final = timedelta(days=366 * 10)
"""A device whose battery was out may say 2016."""

State = Literal["waiting", "working", "failed", "done", "refused"]


class Shift(
    msgspec.Struct, kw_only=True, forbid_unknown_fields=True, rename={"start": "from", "end": "to"}
):
    """The samples of a source from a moment (included) to a moment (not included) were measured `seconds` later.

    Negative: earlier. `metric`: only of one.
    """

    source: Annotated[str, msgspec.Meta(pattern=SOURCE_PATTERN)]
    start: Annotated[datetime, msgspec.Meta(tz=True)]
    end: Annotated[datetime, msgspec.Meta(tz=True)]
    seconds: Annotated[
        int,
        msgspec.Meta(ge=-int(SHIFT_MAX.total_seconds()), le=int(SHIFT_MAX.total_seconds())),
    ]
    metric: str | None = None


class Deletion(msgspec.Struct, kw_only=True):
    """What a deletion was asked of; stands for it when it is asked for again. Without start and end: a whole source."""

    source: str | None
    metric: str | None
    start: datetime | None
    end: datetime | None


class Corrected(msgspec.Struct, kw_only=True):
    """How many samples were taken back or moved."""

    samples: int


class CorrectionProblem(msgspec.Struct, kw_only=True):
    """Why a correction was not carried out, or not yet."""

    code: str
    detail: str


class OwnCorrection(msgspec.Struct, kw_only=True, rename={"start": "from", "end": "to"}):
    """A correction that the worker carries out, and how far it is.

    `seconds`: by how much samples are moved; null when they are deleted. `from`, `to`: null for all of a source. `days`: with
    samples to be corrected. `samples`: that were taken back or moved so far. `state`: waiting for its first turn, working,
    failed (`problem` says why; it is tried again), done, or refused (`problem` says why, and nothing was changed).
    """

    id: UUID
    source: str | None
    metric: str | None
    start: datetime | None
    end: datetime | None
    seconds: int | None
    asked_at: datetime
    state: State
    days: int
    days_done: int
    samples: int
    ended_at: datetime | None
    problem: CorrectionProblem | None


class OwnCorrections(msgspec.Struct, kw_only=True):
    """A resident's corrections that the worker carries out or carried out, newest first."""

    items: list[OwnCorrection]
