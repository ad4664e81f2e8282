"""An idempotency key covers all that was asked, and not the samples alone."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from wellness_api.health.samples.columns import Arrival
from wellness_api.health.samples.contents import Contents, Read, Whole
from wellness_api.health.samples.digests import digest
from wellness_api.health.samples.record_rows import KnownRecord
from wellness_api.health.samples.storable import NONE_LATE, Late


class Asked:
    """Contents that were asked for by a request line; with another one, or other contents, the key is used up.

    `POST /v1/uploads` takes its contents as they are: receipts of all versions of this server stand for that.
    """

    def __init__(self, request_line: bytes, contents: Contents) -> None:
        self.digest = digest(request_line + b"\n" + contents.digest.bytes)
        self._contents = contents

    @property
    def record_keys(self) -> Sequence[UUID]:
        """Of the contents."""
        return self._contents.record_keys

    @property
    def is_large(self) -> bool:
        """As the contents are."""
        return self._contents.is_large

    @property
    def whole(self) -> Whole:
        """Of the contents."""
        return self._contents.whole

    @property
    def arrival(self) -> Arrival:
        """Of the contents."""
        return self._contents.arrival

    def read(self, known: Mapping[UUID, KnownRecord], late: Late = NONE_LATE) -> Read:
        """Of the contents."""
        return self._contents.read(known, late)
