"""The catalogue of metrics: the only place that lists them.

A new metric is one entry in a table and its test. Codes are LOINC, units UCUM.
"""

from typing import Final

from wellness_api.health.metrics.activity_minutes import ACTIVITY_MINUTES
from wellness_api.health.metrics.attended import ATTENDED
from wellness_api.health.metrics.coded import CODED
from wellness_api.health.metrics.day_totals import DAY_TOTALS
from wellness_api.health.metrics.measured import MEASURED
from wellness_api.health.metrics.metric import Metric

METRICS: Final[tuple[Metric, ...]] = MEASURED + ACTIVITY_MINUTES + DAY_TOTALS + CODED + ATTENDED

METRIC_BY_CODE: Final = {metric.code: metric for metric in METRICS}
METRIC_BY_NUMBER: Final = {metric.number: metric for metric in METRICS}
STEPS: Final = METRIC_BY_CODE["steps"]
DAY_TOTAL_OF: Final = {metric.total_of: metric for metric in METRICS if metric.is_counter}
"""By the code of the metric of which they are the total."""
COUNTED_AS: Final = {
    metric.number: METRIC_BY_CODE[metric.total_of or metric.code].number for metric in METRICS
}
"""By metric number, the number of the metric for which its samples count."""


def counted_as(metric: Metric) -> list[int]:
    """The numbers of the metrics whose samples count for this one: itself, and the counter of its day."""
    total = DAY_TOTAL_OF.get(metric.code)
    return [metric.number] if total is None else [metric.number, total.number]


assert len(METRIC_BY_CODE) == len(METRICS), "a metric code is used twice"
assert all(metric.per_unit * metric.resolution == 1 for metric in METRICS), (
    "1 / resolution must be whole"
)
assert len(METRIC_BY_NUMBER) == len(METRICS), "a metric number is used twice"
assert all((metric.daily == "sum") == (metric.day_maximum is not None) for metric in METRICS), (
    "what adds up over a day has a plausible day"
)
assert all((metric.daily == "sum") == (metric.sample_time == "minute") for metric in METRICS), (
    "what adds up over a day is counted over spans"
)
