"""Makes an idempotency key cover the whole request as it was sent, and nothing of how the request is read.

How a body is read depends on the time, on the resident's zone and on the version of the server. The same request stays the
same, however late it is sent again.
"""

from collections.abc import Mapping, Sequence
from uuid import UUID

from wellness_api.health.samples.columns import Arrival
from wellness_api.health.samples.contents import Contents, Read, Whole
from wellness_api.health.samples.digests import digest
from wellness_api.health.samples.record_rows import KnownRecord
from wellness_api.health.samples.storable import NONE_LATE, Late


class Asked:
    """Contents, and the digest of the request line and the body that asked for them. A request with the same key and
    another line or body is refused.

    `POST /v1/uploads` uses its contents without this class: they are the same in JSON, MessagePack and packed columns, and
    receipts of all versions of this server rely on that.
    """

    is_told_anew = False

    def __init__(self, digest: UUID, contents: Contents) -> None:
        """`digest`: see `digest_of_asked`."""
        self.digest = digest
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


def digest_of_asked(request_line: bytes, body: bytes = b"") -> UUID:
    """What stands for a request: its line, and its body as it was before it got a Content-Encoding."""
    return digest(request_line + b"\n" + digest(body).bytes)
