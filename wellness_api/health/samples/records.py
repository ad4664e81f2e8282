"""Records: samples that their sender knows by an id, so that it can edit and delete them by it.

Of each record the database keeps which samples it brought (`record_rows`); these are in segments like all others. An
edited record takes back those that its newer version no longer has; a deletion takes back all; and neither takes back
what somebody else says of the same moment (`storable`).
"""

from collections.abc import Mapping, Sequence
from typing import Final
from uuid import UUID

import msgspec

from wellness_api.health.samples.digests import digest

DELETED: Final = 2**63 - 1
"""The revision of a record that its sender deleted: greater than any that a sender may give."""


class Column(msgspec.Struct, frozen=True):
    """Samples of one metric: Unix milliseconds and values in the metric's unit, of equal length."""

    times_ms: Sequence[int]
    values: Sequence[float | None]


class Record(msgspec.Struct, frozen=True, kw_only=True):
    """What one entry of a phone's health store holds: often one value, a blood pressure's two, or a night's many.

    `columns`: by metric code.
    `record_id`: the sender's; None where the form has none, and then a sample is known by its source and time alone.
    `revision`: the greatest of a record id counts, and of equal ones the last received. Without an id, see
    `device_bridge.wire.Batch`.
    """

    source: str
    columns: Mapping[str, Column]
    record_id: str | None = None
    revision: int = 0


class DeletedRecord(msgspec.Struct, frozen=True, kw_only=True):
    """The sender deleted the record, for good; also when the record itself is still on its way."""

    record_id: str


def record_key(record_id: str) -> UUID:
    """What stands for a record id in the database."""
    return digest(record_id.encode())
