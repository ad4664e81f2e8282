"""What a resident asks to be corrected."""

from typing import NamedTuple

from wellness_api.health.metrics.metric import Metric
from wellness_api.health.samples.spans import TimeSpan


class Asked(NamedTuple):
    """What a correction is to do with samples of a span, metric and source (None: any). `by_ms`: None to delete them."""

    span: TimeSpan
    metric: Metric | None
    source: str | None
    by_ms: int | None
    is_of_source: bool = False
