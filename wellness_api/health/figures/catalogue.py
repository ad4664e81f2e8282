"""The catalogue of figures: the only place that lists them.

Every metric has its own figure, with the metric's code and number: what the whole day comes to. A counter of the day has
none, because its readings count for the metric of which it is the total.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Final

from wellness_api.health.figures.figure import WHOLE_DAY, Figure
from wellness_api.health.figures.parts_of_days import PARTS_OF_DAYS
from wellness_api.health.metrics.catalogue import METRIC_BY_CODE, METRICS, counted_as
from wellness_api.health.metrics.metric import Metric


def _own(metric: Metric) -> Figure:
    return Figure(
        code=metric.code,
        number=metric.number,
        of=metric.code,
        how=metric.daily,
        hours=WHOLE_DAY,
        unit=metric.unit,
        resolution=metric.resolution,
        digits=metric.digits,
        page_name=metric.page_name,
        within=None,
        inside=None,
        is_kept=True,
    )


OWN: Final = {metric.number: _own(metric) for metric in METRICS if not metric.is_counter}
"""By the metric's number, which is the figure's number too."""

FIGURES: Final[tuple[Figure, ...]] = (*OWN.values(), *PARTS_OF_DAYS)

FIGURE_BY_CODE: Final = {figure.code: figure for figure in FIGURES}
FIGURE_BY_NUMBER: Final = {figure.number: figure for figure in FIGURES}
STEPS: Final = FIGURE_BY_CODE["steps"]
KEPT: Final = frozenset(figure.number for figure in FIGURES if figure.is_kept)
"""The numbers of the figures that are kept of every day."""

WEAR: Final = FIGURE_BY_CODE["wear_minutes"]


def _by_metric() -> Mapping[int, Sequence[Figure]]:
    figures_by_metric: defaultdict[int, list[Figure]] = defaultdict(list)
    for figure in FIGURES:
        if figure.of is not None:
            figures_by_metric[METRIC_BY_CODE[figure.of].number].append(figure)
    return dict(figures_by_metric)


FIGURES_OF: Final = _by_metric()
"""By the number of a figure's metric; the metric's own figure comes first."""


def metrics_of(figure: Figure) -> list[int]:
    """The numbers of the metrics whose samples count for the figure, counters of the day included."""
    if figure.of is None:
        metrics = [metric for metric in METRICS if metric.is_worn]
    else:
        named = (figure.of, figure.within)
        metrics = [METRIC_BY_CODE[code] for code in named if code is not None]
    return sorted({number for metric in metrics for number in counted_as(metric)})


assert len(FIGURE_BY_CODE) == len(FIGURES), "a figure's code is used twice"
assert len(FIGURE_BY_NUMBER) == len(FIGURES), "a figure's number is used twice"
assert not {figure.number for figure in PARTS_OF_DAYS} & {metric.number for metric in METRICS}, (
    "a figure has a metric's number"
)
assert not {figure.code for figure in PARTS_OF_DAYS} & METRIC_BY_CODE.keys(), (
    "a figure has a metric's code"
)
