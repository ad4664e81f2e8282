"""A sample on its way from a station to the server, and the body of the upload that carries it."""

from collections import defaultdict
from collections.abc import Sequence

import msgspec

from device_bridge.wire import Batch, Upload


class Sample(msgspec.Struct, frozen=True, kw_only=True):
    """One value in the metric's UCUM unit. `time_ms`: Unix time; for steps, the start of the counted minute."""

    card: str
    source: str
    metric: str
    time_ms: int
    value: float


def upload_of(samples: Sequence[Sample]) -> Upload:
    """The samples as columns. All are of one card, in the order in which they arrived."""
    (card,) = {sample.card for sample in samples}
    columns: defaultdict[tuple[str, str], list[Sample]] = defaultdict(list)
    for sample in samples:
        columns[sample.metric, sample.source].append(sample)
    batches = [
        Batch(
            metric=metric,
            source=source,
            times_ms=[sample.time_ms for sample in column],
            values=[sample.value for sample in column],
        )
        for (metric, source), column in columns.items()
    ]
    return Upload(batches=batches, card=card)
