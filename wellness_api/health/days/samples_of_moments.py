"""The samples of moments that count on a day."""

from typing import Final, NamedTuple

import numpy as np

from wellness_api.health.samples.segments import Int64Array


class Samples(NamedTuple):
    """Samples; `times_ms`: Unix milliseconds, ascending; `values`: parts (`samples.segments`)."""

    times_ms: Int64Array
    values: Int64Array


NO_SAMPLES: Final = Samples(np.empty(0, np.int64), np.empty(0, np.int64))
