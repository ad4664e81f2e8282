"""The simulated city in one place: who lives there, where, and what their devices send."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from wellness_api.town.simulation.days import Day, sample_day
from wellness_api.town.simulation.districts import (
    DISTRICTS,
    District,
    FeatureCollection,
    zone_features,
)
from wellness_api.town.simulation.people import People, draw_people, epoch_day
from wellness_api.town.simulation.uploads import PlannedUpload, Span, uploads

FILL_DAYS = 90
SYNCED_DAYS = 7


@dataclass(frozen=True, slots=True)
class SimulatedCity:
    """A city of one seed and date. Residents are numbered from 0; all are participants."""

    people: People
    today: date

    @property
    def residents(self) -> range:
        """The numbers of all residents."""
        return range(len(self.people))

    def district_of(self, resident: int) -> District:
        """Where a resident lives."""
        return DISTRICTS[int(self.people.district[resident])]

    def zones(self) -> FeatureCollection:
        """The districts as GeoJSON with simulated outlines."""
        return zone_features()

    def day(self, resident: int, day: date) -> Day:
        """Everything that a resident's devices would have recorded on a day."""
        return sample_day(self.people, resident, epoch_day(day))

    def span(self, until: datetime, *, days: int, synced_days: int) -> Span:
        """The `days` days that end with today, cut at a moment; nothing is recorded after it."""
        return Span(
            first_day=epoch_day(self.today) - days + 1,
            until_ms=int(until.timestamp() * 1000),
            synced_days=synced_days,
        )

    def uploads(
        self,
        until: datetime,
        *,
        days: int = FILL_DAYS,
        synced_days: int = SYNCED_DAYS,
        residents: Sequence[int] | None = None,
    ) -> Iterator[PlannedUpload]:
        """What would have been sent by a moment, resident by resident, made only when it is asked for.

        The last `synced_days` come as syncs; the days before come as backfill in pieces of two weeks.
        """
        chosen = self.residents if residents is None else residents
        return uploads(self.people, chosen, self.span(until, days=days, synced_days=synced_days))


def city(*, residents: int, seed: int, today: date) -> SimulatedCity:
    """A city of so many participants (18 or older), the same for the same arguments on any machine."""
    return SimulatedCity(people=draw_people(residents, seed=seed, today=today), today=today)
