"""What is said about an import, over the API and in the database."""

from datetime import datetime
from typing import Annotated, Final, Literal
from uuid import UUID

import msgspec

from device_bridge.wire import UPLOAD_BYTES_MAX

FILE_BYTES_MAX: Final = 2 * 1024**3
"""Ten years of a watch's measurements are some hundred megabytes as Apple zips them."""

PARTS_MAX: Final = 2_048
"""A file that would come in more parts is refused with 422; the answer asks for larger parts."""

FileKind = Literal["apple-health"]
State = Literal["receiving", "waiting", "reading", "done", "refused"]


class NewImport(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """A file that somebody is going to send: its form, its size, and the size of each of its parts but the last."""

    form: FileKind
    bytes: Annotated[int, msgspec.Meta(ge=1, le=FILE_BYTES_MAX)]
    part_bytes: Annotated[int, msgspec.Meta(ge=1, le=UPLOAD_BYTES_MAX)] = UPLOAD_BYTES_MAX


class RecordRefusal(msgspec.Struct, kw_only=True):
    """Why a record was left out: its place in the file, from 0, its type, the field at fault, and what would do."""

    record: int
    type: str
    field: str
    limit: str
    detail: str


class Damage(msgspec.Struct, kw_only=True):
    """Where the file is damaged: line from 1, byte from 0, what stands there, and what is wrong.

    `skipped_bytes`: from there to where reading went on; 0 if it did not.
    """

    line: int
    byte: int
    found: str
    detail: str
    skipped_bytes: int = 0


class Report(msgspec.Struct, kw_only=True):
    """What became of the file's records: those taken, those skipped because no metric takes their type, and those
    refused.

    `damaged`: in how many places the file is damaged. What stands there was passed over, and nothing of it was kept. Only
    the first refusals and damages are spelled out; `refused` and `damaged` count them all.
    """

    taken: int = 0
    skipped: dict[str, int] = {}
    refused: int = 0
    refusals: list[RecordRefusal] = []
    damaged: int = 0
    damages: list[Damage] = []


class Counts(msgspec.Struct, kw_only=True):
    """What became of the samples, as in the receipt of an upload."""

    accepted: int
    duplicate: int
    refused: int
    flagged: int


class Progress(msgspec.Struct, kw_only=True):
    """How far the worker is, in bytes of the uncompressed content; null before the worker has opened the file."""

    bytes_read: int
    bytes_total: int | None
    samples: Counts
    records: Report


class FileProblem(msgspec.Struct, kw_only=True):
    """Why the file was not read, or not to its end. Samples that were read before are kept."""

    code: str
    detail: str


class Import(msgspec.Struct, kw_only=True):
    """A file on its way into the samples.

    `state`: receiving its parts, waiting for the worker, reading, done, or refused (`problem` says why). `missing_parts`:
    the numbers of parts that are still to be sent, from 0.
    """

    id: UUID
    form: FileKind
    state: State
    bytes: int
    part_bytes: int
    bytes_received: int
    missing_parts: list[int]
    created_at: datetime
    received_at: datetime | None
    finished_at: datetime | None
    progress: Progress
    problem: FileProblem | None


class Imports(msgspec.Struct, kw_only=True):
    """A resident's imports, newest first."""

    items: list[Import]
