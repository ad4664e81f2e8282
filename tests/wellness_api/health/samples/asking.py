"""Records as a format's handler has them stored, without a body."""

from collections.abc import Sequence

from device_bridge.wire import WholeState
from wellness_api.health.samples.asked import Asked, digest_of_asked
from wellness_api.health.samples.columns import Arrival
from wellness_api.health.samples.contents import Records
from wellness_api.health.samples.records import DeletedRecord, Record


def asked_with(
    items: Sequence[Record | DeletedRecord], arrival: Arrival, states: Sequence[WholeState] = ()
) -> Asked:
    """The records, under a digest of what they and the whole states say."""
    return Asked(digest_of_asked(repr((items, states)).encode()), Records(items, arrival, states))
