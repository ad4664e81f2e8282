"""Makes an idempotency key cover the whole request, and not the samples alone."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from wellness_api.health.samples.columns import Arrival
from wellness_api.health.samples.contents import Contents, Read, Whole
from wellness_api.health.samples.digests import digest
from wellness_api.health.samples.record_rows import KnownRecord
from wellness_api.health.samples.storable import NONE_LATE, Late


class Asked:
    """Contents and the request line that asked for them. A request with the same key and another line or other contents
    is refused.

    `POST /v1/uploads` uses its contents without this class: receipts of all versions of this server rely on that.
    """

    def __init__(self, request_line: bytes, contents: Contents) -> None:
        self.digest = digest(request_line + b"\n" + contents.digest.bytes)
        self._contents = contents

    @property
    def record_keys(self) -> Sequence[UUID]:
        """Those of the contents."""
        return self._contents.record_keys

    @property
    def is_large(self) -> bool:
        """As for the contents."""
        return self._contents.is_large

    @property
    def whole(self) -> Whole:
        """That of the contents."""
        return self._contents.whole

    @property
    def arrival(self) -> Arrival:
        """That of the contents."""
        return self._contents.arrival

    def read(self, known: Mapping[UUID, KnownRecord], late: Late = NONE_LATE) -> Read:
        """Reads the contents."""
        return self._contents.read(known, late)
