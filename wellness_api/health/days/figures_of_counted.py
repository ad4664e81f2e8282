"""What a day comes to for a metric that is counted over spans: figures of the whole day and of its parts, each rounded once."""

from collections.abc import Mapping

import numpy as np

from wellness_api.health.days.count_day import in_resolutions
from wellness_api.health.days.counting import LocalDay
from wellness_api.health.days.plain_days import PlainCount
from wellness_api.health.days.spans import Pieces, amount_of_met, pieces_between, pieces_met
from wellness_api.health.days.worked_out import WorkedOut
from wellness_api.health.figures.figure import Figure
from wellness_api.health.metrics.catalogue import METRIC_BY_CODE


def figure_of_plain_count(figure: Figure, counted: PlainCount) -> WorkedOut:
    """The sum of the whole day, where every record counts as it is."""
    value = in_resolutions(counted.thousandths) / figure.per_unit
    return WorkedOut(value, counted.record_count, counted.last_ms)


def figure_of_counted(
    figure: Figure, pieces: Pieces, day: LocalDay, others: Mapping[int, Pieces]
) -> WorkedOut | None:
    """The figure, or None where no source said anything of its time. `others`: what else was counted on the day, by metric number."""
    if figure.how == "sum_within":
        assert figure.within is not None, "it is counted within another metric"
        within = others.get(METRIC_BY_CODE[figure.within].number)
        return None if within is None else _of(_inside(pieces, within), figure)
    assert figure.how == "sum", "what is counted adds up"
    span = day.between(figure.hours)
    if span == day.span:
        return _of(pieces, figure)
    met = pieces_met(pieces, span)
    if met.start == met.stop:
        return None
    value = in_resolutions(amount_of_met(pieces, met, span)) / figure.per_unit
    return WorkedOut(value, met.stop - met.start, max(int(pieces.starts[met.stop - 1]), span.start))


def _of(pieces: Pieces, figure: Figure) -> WorkedOut | None:
    if not len(pieces.starts):
        return None
    value = in_resolutions(int(pieces.amounts.sum())) / figure.per_unit
    return WorkedOut(value, len(pieces.starts), int(pieces.starts[-1]))


def _inside(pieces: Pieces, within: Pieces) -> Pieces:
    """What was counted while the other metric was above 0. A source that says 0 minutes of the other metric says that it
    did not happen then.
    """
    there = within.kept(np.flatnonzero(within.amounts))
    return pieces_between(pieces, there.starts, there.ends)
