"""An idempotency key covers all that was asked as it was sent, and nothing of how that is read.

What is made of a body depends on when it is read: on the time, on the resident's zone, on the version of the server. The same
request is the same all the same, however late it is sent again.
"""

from collections.abc import Mapping, Sequence
from uuid import UUID

from wellness_api.health.samples.columns import Arrival
from wellness_api.health.samples.contents import Contents, Read, Whole
from wellness_api.health.samples.digests import digest
from wellness_api.health.samples.record_rows import KnownRecord
from wellness_api.health.samples.storable import NONE_LATE, Late


class Asked:
    """Contents that were asked for by a request line and a body; with another of these the key is used up.

    `POST /v1/uploads` takes its contents as they are: what they hold is the same in JSON, MessagePack and packed columns, and
    receipts of all versions of this server stand for that.
    """

    is_told_anew = False

    def __init__(self, digest: UUID, contents: Contents) -> None:
        """`digest`: see `digest_of_asked`."""
        self.digest = digest
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


def digest_of_asked(request_line: bytes, body: bytes = b"") -> UUID:
    """What stands for a request: its line, and its body as it was before it got a Content-Encoding."""
    return digest(request_line + b"\n" + digest(body).bytes)
