"""The wire contract between whoever uploads and the API.

The gateway owns it, and the API and the simulator import it. It imports nothing but msgspec, so that a client author can
read the whole protocol here. JSON and MessagePack carry the same shapes; MessagePack may also carry a column as packed
little-endian bytes, which neither side has to walk.
"""

from datetime import datetime
from typing import Annotated, Literal

import msgspec

SOURCE_PATTERN = r"^(station|phone|watch):[A-Za-z0-9._-]{1,64}$(?!\n)"
SAMPLES_PER_UPLOAD_MAX = 250_000
"""An upload of more is refused with 422 and this limit; none of it is kept."""

SEGMENTS_PER_UPLOAD_MAX = 25_000
"""Each local day of each batch counts: years of daily values of a dozen metrics fit into one upload."""
BATCHES_PER_UPLOAD_MAX = 500
"""An upload of more is refused with 422 and this limit; none of it is kept."""

WHOLE_STATES_PER_UPLOAD_MAX = 100
"""An upload of more is refused with 422 and this limit; none of it is kept."""

WHOLE_STATE_DAYS_MAX = 31
"""A longer whole state is refused with 422 and this limit; state longer times in parts."""

UPLOAD_BYTES_MAX = 8 * 1024 * 1024
"""The bytes of a body as sent; a larger body is refused with 413 before it is read."""

UPLOAD_BYTES_DECOMPRESSED_MAX = 16 * 1024 * 1024
"""A body that has more bytes when it is decompressed is refused with 413."""

REFUSALS_LISTED_PER_BATCH_MAX = 20
"""Further refusals are counted in the receipt and not spelled out."""

FLAGS_LISTED_PER_BATCH_MAX = 20
"""Further flags are counted in the receipt and not spelled out."""

EARLIEST_MS = 946_684_800_000
"""2000-01-01T00:00:00Z. No wearable is older, and a clock that lost its battery says less."""

LENGTH_MS_MAX = 25 * 3_600_000
"""A local day where clocks go back. A longer sample says nothing about a day."""

CLOCK_AHEAD_MS_MAX = 120_000
"""How far a device's clock may run ahead before its samples count as from the future, at the gateway and at the server.

A gateway moves times further ahead to the time at which it received them. If a gateway sends such times all the same, the
server moves them to the time of the upload. Samples from the future that an app sends are refused, because the app can
ask its phone for the time.
"""

SaidOrigin = Literal["device", "app", "typed", "file"]
"""How a value came to be: counted or measured by a device, worked out by an app, typed in by a person, or read from a
file.

What a gateway sends was measured at its station, and the server says so itself.
"""

JSON = "application/json"
MESSAGEPACK = "application/msgpack"


Source = Annotated[
    str,
    msgspec.Meta(
        pattern=SOURCE_PATTERN, description="kind of device, colon, the device's or app's id"
    ),
]


class Batch(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """Samples of one metric from one source, as columns of equal length.

    `times_ms`: Unix time in milliseconds of each sample; for a counted metric such as steps, when its counting began.
    Integers, or packed little-endian int64. `lengths_ms`: for how long each was counted, up to LENGTH_MS_MAX; one number
    where all are alike. Integers, or packed little-endian int32. Without it a count lasts a minute, or until the next
    such count of its source if that begins sooner. What is measured at a moment has no length. `values`: in the metric's
    UCUM unit (`GET /v1/metrics`); null takes back the sample of that time and length. Numbers, or packed little-endian
    float64. `revision`: which edit of these samples this is. The greatest revision of a (source, time, length) counts,
    whatever order edits arrive in; among equal revisions the one received last counts. Apps send their record's
    last-modified time in milliseconds, or leave it at 0 when samples are never edited. `origin`: how these values came to
    be, where the sender knows. It does not identify a sample. Programmes decide by it what counts for points.
    """

    metric: str
    source: Source
    times_ms: list[int] | bytes
    values: list[float | None] | bytes
    lengths_ms: Annotated[int, msgspec.Meta(ge=0, le=LENGTH_MS_MAX)] | list[int] | bytes | None = (
        None
    )
    revision: Annotated[int, msgspec.Meta(ge=0, le=2**62)] = 0
    origin: SaidOrigin | None = None


class WholeState(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """The upload has all samples of a metric and source that begin from a moment on (included) to another (not included).

    Stored samples of that time that are not in the upload are gone, until a whole state of a greater sequence has them,
    or somebody sends them as changed after this one. `sequence`: greater with each whole state of the source. It is best
    to use the Unix milliseconds at which the app began to read its store: then later changes can be told from deletions.
    """

    metric: str
    source: Source
    from_ms: int
    until_ms: int
    sequence: Annotated[int, msgspec.Meta(ge=1, le=2**62)]


WholeStates = Annotated[list[WholeState], msgspec.Meta(max_length=WHOLE_STATES_PER_UPLOAD_MAX)]


class Upload(msgspec.Struct, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """What one resident's devices measured since the last upload.

    `card`: the card that the resident showed at the station. Gateways send it; a resident's own app does not.
    `each_batch`: whether a batch that cannot be taken is refused alone, in its receipt, and the others are stored.
    `whole_states`: the metrics and sources of which the upload has all samples. With one of them there need be no batch.
    Fields with their default are not sent, so that an older server knows a gateway's uploads.
    """

    batches: Annotated[list[Batch], msgspec.Meta(max_length=BATCHES_PER_UPLOAD_MAX)]
    card: Annotated[str, msgspec.Meta(min_length=4, max_length=64)] | None = None
    each_batch: bool = False
    whole_states: WholeStates = []


class Refusal(msgspec.Struct, kw_only=True):
    """Why one sample was not kept: its time, the field at fault, the reason, and the limit that it passed."""

    time_ms: int
    field: Literal["times_ms", "values", "revision", "record", "sequence"]
    reason: Literal["older_revision", "deleted", "past_retention", "not_in_whole_state"]
    limit: str


class Flag(msgspec.Struct, kw_only=True):
    """Why one sample, though kept, counts nowhere: its time, its value, and the plausible range that it is outside of."""

    time_ms: int
    value: float
    reason: Literal["out_of_range"]
    limit: str


class BatchProblem(msgspec.Struct, kw_only=True):
    """Why nothing of a batch was kept. `reason`: the type of the problem report that the batch would have got alone."""

    reason: Literal["invalid_upload", "wrong_shape"]
    field: str
    limit: str
    detail: str


class BatchReceipt(msgspec.Struct, kw_only=True):
    """What became of the samples of one batch: accepted + duplicate + refused is the batch's length.

    At most REFUSALS_LISTED_PER_BATCH_MAX refusals are spelled out; `refused` counts them all. `flagged`: how many of the
    batch's samples are implausible, whether new or known: they are kept and the resident sees them, but they count for
    nothing. At most FLAGS_LISTED_PER_BATCH_MAX are spelled out. `from_clock_ahead`: how many came from a clock that is
    more than CLOCK_AHEAD_MS_MAX ahead; they are kept at the time of the upload. Only gateways send such samples.
    `problem`: only of a batch that could not be taken, in an upload with `each_batch`; then `refused` is the number of
    its times, as far as these can be read.
    """

    metric: str
    source: str
    accepted: int
    duplicate: int
    refused: int
    refusals: list[Refusal] = []
    flagged: int = 0
    flags: list[Flag] = []
    from_clock_ahead: int = 0
    problem: BatchProblem | msgspec.UnsetType = msgspec.UNSET


class WholeStateReceipt(msgspec.Struct, kw_only=True):
    """What became of a whole state, and how many stored samples it removed.

    overtaken: one of the same or a greater sequence had spoken of all its time. not_whole: a part of the upload was
    refused for what it is, so the upload did not have all samples; what it had was taken, and nothing is gone.
    """

    metric: str
    source: str
    sequence: int
    outcome: Literal["holds", "overtaken", "not_whole"]
    gone: int


class Receipt(msgspec.Struct, kw_only=True):
    """The server's word that everything accepted here is on disk. It comes again for a repeated idempotency key."""

    upload_id: int
    received_at: datetime
    accepted: int
    duplicate: int
    refused: int
    batches: list[BatchReceipt]
    flagged: int = 0
    whole_states: list[WholeStateReceipt] = []
