"""A history as the store takes it, without the database, and what its days come to."""

from datetime import UTC, date, datetime

from tests.wellness_api.health.days.any_history import (
    ASKED_MS,
    Corrected,
    Event,
    Folded,
    Sent,
    asked_ms,
)
from tests.wellness_api.health.samples.store import Store
from wellness_api.health.days.count_day import in_resolutions
from wellness_api.health.days.counting import (
    LivingOfDay,
    counted_day,
    local_day,
    measured_samples,
)
from wellness_api.health.metrics.catalogue import METRIC_BY_CODE, STEPS
from wellness_api.health.samples.columns import Arrival
from wellness_api.health.samples.corrected import Correction
from wellness_api.health.samples.folding import StoredSegment, folds_of
from wellness_api.health.samples.living import by_place, living_samples

ZONE = "Asia/Tokyo"
NOW = datetime.fromtimestamp(ASKED_MS / 1000 + 86_400, UTC)
ARRIVAL = Arrival(NOW, ZONE, date.min)
DAYS = (date(2026, 11, 24), date(2026, 11, 25))
WEIGHT = METRIC_BY_CODE["body_weight"]


class HistoryStore(Store):
    """Also corrects, folds and counts."""

    def __init__(self) -> None:
        super().__init__(ARRIVAL)

    def take(self, event: Event, place: int) -> None:
        match event:
            case Sent():
                self.send(*event.items)
            case Corrected():
                self._correct(event, asked_ms(place))
            case Folded():
                self._fold()

    def _correct(self, event: Corrected, asked_ms: int) -> None:
        self.sequence += 1
        self.corrections.append(
            Correction(
                kind="deletion" if event.by_ms is None else "shift",
                source=event.source,
                metric=None,
                from_ms=event.from_ms,
                until_ms=event.until_ms,
                by_ms=event.by_ms or 0,
                asked_ms=asked_ms,
                sequence=self.sequence,
            )
        )

    def _fold(self) -> None:
        cuts = [correction.sequence for correction in self.corrections]
        for (day, metric, source), layers in self.layers.items():
            stored = [StoredSegment(metric, source, day, NOW, layer) for layer in layers]
            for fold in folds_of(stored, time_zone=ZONE, cuts=cuts):
                folded = {*fold.gone, fold.sequence}
                left = [layer for layer in layers if layer.sequence not in folded]
                layers[:] = [*left, fold.layer]

    def steps_of_days(self) -> list[int | None]:
        """None of a day of which nothing is said."""
        living = self.living()
        counted = (counted_day(STEPS, local_day(day, ZONE), living, []) for day in DAYS)
        return [
            in_resolutions(day.thousandths) if len(day.pieces.starts) else None for day in counted
        ]

    def last_weights(self) -> list[float | None]:
        """Of each day."""
        living = self.living()
        measured = (measured_samples(WEIGHT, local_day(day, ZONE), living, []) for day in DAYS)
        return [
            of_day.values[-1] / WEIGHT.parts_per_unit if len(of_day.values) else None
            for of_day in measured
        ]

    def living(self) -> LivingOfDay:
        """Of both days and those around them."""
        layers = (
            (metric, source, day, layer)
            for (day, metric, source), of_part in self.layers.items()
            for layer in of_part
        )
        return living_samples(by_place(layers), self.corrections, time_zone=ZONE)
