"""Which of several sources of one kind comes first on a day, where the resident has not chosen.

Only what the sources say of the day decides. The source that tells of more of the day comes first, because others can add
to it. Of sources that tell of as much, the one that says less comes first, so that nobody gains by saying more.
"""

from typing import Final

import numpy as np

from wellness_api.health.days.count_day import CountedSource
from wellness_api.health.days.samples_of_moments import Samples
from wellness_api.health.days.spans import Int64Array, Span
from wellness_api.health.metrics.metric import MINUTE_MS
from wellness_api.health.sources.orders import Weight

SIGN: Final = np.int64(-(2**63))
"""The sign bit. With this bit turned round, numbers below 0 are written before all others."""


def weight_of_records(source: CountedSource, day: Span) -> Weight:
    """The weight of a source that counts over spans: by what it comes to alone, and then record by record.

    So neither what it says twice nor what cannot be true gives it weight.
    """
    alone = source.plausible_pieces
    told = int((alone.ends - alone.starts).sum())
    of_day = source.of_day.kept(source.plausible)
    order = np.lexsort((of_day.ids, of_day.changed, of_day.amounts, of_day.ends, of_day.starts))
    said = of_day.kept(order)
    said_as = _one_by_one(said.starts, said.ends, said.amounts)
    return Weight(day.end - day.start - told, int(alone.amounts.sum()), said_as)


def weight_of_samples(samples: Samples) -> Weight:
    """The weight of a source that measures: by the number of minutes in which it measured."""
    minutes = len(np.unique(samples.times_ms // MINUTE_MS))
    return Weight(
        -minutes, int(samples.values.sum()), _one_by_one(samples.times_ms, samples.values)
    )


def _one_by_one(*columns: Int64Array) -> bytes:
    """Bytes that sort as the rows do, the first row first. Rows that are the begin of others come before them."""
    rows = np.column_stack(columns) ^ SIGN
    return rows.astype(">i8").tobytes()
