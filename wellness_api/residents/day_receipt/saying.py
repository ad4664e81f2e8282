"""How the receipt says what was sent for a figure: in its unit, by what became of it, with few enough spans to list."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Final, Literal, NamedTuple, get_args

import numpy as np

from wellness_api.health.days.joined_spans import joined_spans
from wellness_api.health.days.sent import Fate, Sent, What
from wellness_api.health.metrics.metric import Metric
from wellness_api.health.samples.plausibility import Flaw
from wellness_api.residents.day_receipt.shapes import (
    Became,
    FurtherSources,
    ReceiptLimit,
    ReceiptSpan,
)

LIMIT_OF: Final[Mapping[Flaw, Literal["record", "minute", "day"]]] = {
    "sample": "record",
    "minute": "minute",
    "day": "day",
}

WHATS: Final[tuple[What, ...]] = get_args(What)
"""In the order in which the receipt lists them."""


class Saying(NamedTuple):
    """How parts of what was sent for a metric are said: in its unit, and by what became of them."""

    metric: Metric
    late_since: datetime | None

    def amount(self, parts: int) -> float:
        """In the metric's unit, as a decimal that adds up exactly; the number of samples for a metric that is measured."""
        return parts / self.metric.parts_per_unit if self.metric.daily == "sum" else parts

    def in_all(self, sent: Sequence[Sent]) -> list[Became]:
        """The amounts by fate, over all of these sources."""
        amounts: dict[Fate, int] = {}
        for of_source in sent:
            for fate, amount in of_source.in_all.items():
                amounts[fate] = amounts.get(fate, 0) + amount
        told = sorted(amounts.items(), key=lambda of_fate: WHATS.index(of_fate[0].what))
        return [self._became(fate, amount) for fate, amount in told if amount]

    def spans(self, sent: Sent, *, at_most: int) -> Iterator[ReceiptSpan]:
        """The spans in which the source sent something, at most so many, ascending by time."""
        joined = joined_spans(sent, at_most=at_most)
        spans = zip(*(of.tolist() for of in joined[:3]), strict=True)
        for place, (start, end, count) in enumerate(spans):
            _, fates, amounts = joined.parts.of_rows(np.array([place]))
            yield ReceiptSpan(
                start=_moment(start),
                end=_moment(end),
                records=count,
                sent=self.amount(int(amounts.sum())),
                became=[
                    self._became(sent.fates[fate], amount)
                    for fate, amount in zip(fates.tolist(), amounts.tolist(), strict=True)
                ],
            )

    def _became(self, fate: Fate, amount: int) -> Became:
        return Became(
            what=fate.what,
            amount=self.amount(amount),
            by_source=fate.by_source,
            limit=None if fate.flaw is None else self._limit(fate.flaw),
            since=self.late_since if fate.what == "late" else None,
            by=fate.by,
        )

    def _limit(self, flaw: Flaw) -> ReceiptLimit:
        metric = self.metric
        if metric.day_maximum is None:
            return ReceiptLimit(minimum=metric.minimum, maximum=metric.maximum, of="value")
        most = metric.day_maximum if flaw == "day" else metric.maximum
        return ReceiptLimit(minimum=metric.minimum, maximum=most, of=LIMIT_OF[flaw])


def further_sources(said: Saying, sent: Sequence[Sent]) -> FurtherSources | None:
    """What the sources that are not listed sent together; None where all are listed."""
    if not sent:
        return None
    return FurtherSources(
        count=len(sent),
        sent=said.amount(sum(of.amount for of in sent)),
        became=said.in_all(sent),
    )


def _moment(time_ms: int) -> datetime:
    return datetime.fromtimestamp(time_ms / 1000, UTC)
