"""What the database would hold of one resident's samples, without the database."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from device_bridge.wire import SaidOrigin, WholeState, WholeStateReceipt
from tests.town import NOON, ms
from tests.wellness_api.health.samples.corrections import deletion
from wellness_api.health.metrics.catalogue import METRIC_BY_NUMBER, STEPS
from wellness_api.health.samples.columns import Arrival
from wellness_api.health.samples.contents import ReadRecord, Records
from wellness_api.health.samples.corrected import Correction
from wellness_api.health.samples.living import by_place, deleted, living_samples, near_corrections
from wellness_api.health.samples.looking import Stored, as_whole_states_say
from wellness_api.health.samples.merging import Layer, merge, stored_layer
from wellness_api.health.samples.origins import Origin, origin_of
from wellness_api.health.samples.outcome import Outcome, Part, StoredPart, outcome_of
from wellness_api.health.samples.record_rows import KnownRecord, known_record
from wellness_api.health.samples.records import Column, DeletedRecord, Record
from wellness_api.health.samples.segments import EncodedSegment
from wellness_api.health.samples.whole_states import PlaceOfState, Stated, stated_in

MINUTE_MS, HOUR_MS = 60_000, 3_600_000
MORNING_MS = ms(NOON) - HOUR_MS
MIDNIGHT = -11 * 60
"""In minutes of the morning, which begins at eleven at home."""

TODAY = NOON.date()
YESTERDAY = TODAY - timedelta(days=1)
ARRIVAL = Arrival(NOON, "Asia/Tokyo", date.min)

Item = Record | DeletedRecord


def walk(
    record_id: str | None,
    minutes: Sequence[int],
    value: float | None = 50,
    *,
    revision: int = 0,
    length_ms: int | None = None,
    source: str = "phone:a",
    origin: SaidOrigin | None = None,
) -> Record:
    times_ms = [MORNING_MS + MINUTE_MS * minute for minute in minutes]
    lengths = [] if length_ms is None else [length_ms] * len(times_ms)
    return Record(
        source=source,
        columns={"steps": Column(times_ms, [value] * len(times_ms), lengths)},
        record_id=record_id,
        revision=revision,
        origin=origin,
    )


class Store:
    """What the database would hold of one resident, without the database."""

    def __init__(self, arrival: Arrival = ARRIVAL) -> None:
        self.arrival = arrival
        self.known: dict[UUID, KnownRecord] = {}
        self.layers: dict[Part, list[Layer]] = {}
        self.origins: dict[int, Origin | None] = {}
        self.corrections: list[Correction] = []
        self.whole_states: dict[PlaceOfState, list[Stated]] = {}
        self.receipts: Sequence[WholeStateReceipt] = ()
        self.sequence = 0

    def send(
        self, *items: Item, states: Sequence[WholeState] = (), is_whole: bool = True
    ) -> Outcome:
        """As an upload is stored: compared with all that is there of the parts that it speaks of."""
        contents = Records(items, self.arrival, states, is_whole=is_whole)
        known = {key: of for key, of in self.known.items() if key in contents.record_keys}
        read, stored = as_whole_states_say(
            contents, known, contents.read(known), self.whole_states, Stored(self.stored(), 0, 0)
        )
        outcome = outcome_of(read.batches, stored.parts)
        for segment in [*stored.ended, *outcome.segments, *read.ended]:
            self._keep(segment)
        for row in stored.rows:
            self.whole_states[row.metric, row.source] = stated_in(row.spans)
        self.receipts = stored.whole_states
        for record in read.records:
            if record.is_new:
                self.known[record.row.record] = known_of(record)
        return outcome

    def _keep(self, segment: EncodedSegment) -> None:
        self.sequence += 1
        row: Any = segment._asdict() | {"sequence": self.sequence}
        part = segment.day, segment.metric, segment.source
        self.layers.setdefault(part, []).append(stored_layer(row))
        self.origins[self.sequence] = origin_of(segment.origin)

    def delete(self, from_minute: int, until_minute: int, *, asked_ms: int = 0) -> None:
        """As a resident deletes by hand what lies between two minutes of the morning."""
        self.sequence += 1
        span_ms = (MORNING_MS + MINUTE_MS * minute for minute in (from_minute, until_minute))
        self.corrections.append(deletion(self.sequence, *span_ms, asked_ms=asked_ms))

    def stored(self) -> dict[Part, StoredPart]:
        parts: dict[Part, StoredPart] = {}
        for (day, number, source), layers in self.layers.items():
            merged = merge(layers)
            near = near_corrections(self.corrections, [(day, layers)])
            steps = near.of(METRIC_BY_NUMBER[number].code, source) if near is not None else ()
            gone = deleted(day, layers, merged, steps)
            parts[day, number, source] = StoredPart(merged, gone, self.origins)
        return parts

    def steps_of(self, origin: Origin | None) -> dict[int, list[float]]:
        """The living steps that came to be in this way."""
        others = [sequence for sequence, of in self.origins.items() if of != origin]
        return self.steps(not_of=others)

    def steps(self, *, not_of: Sequence[int] = ()) -> dict[int, list[float]]:
        """The living steps by minute of the morning; what reaches over midnight once."""
        layers = (
            (number, source, day, layer)
            for (day, number, source), layers in self.layers.items()
            for layer in layers
        )
        values: dict[int, list[float]] = {}
        living = living_samples(
            by_place(layers), self.corrections, time_zone=self.arrival.time_zone, not_of=not_of
        )
        for (number, _), of in living.items():
            assert number == STEPS.number
            for time_ms, value in zip(of.times_ms.tolist(), of.values.tolist(), strict=True):
                minute = (time_ms - MORNING_MS) // MINUTE_MS
                values.setdefault(minute, []).append(value / STEPS.parts_per_unit)
        return {minute: sorted(of) for minute, of in values.items()}


def known_of(record: ReadRecord) -> KnownRecord:
    """What the database holds once the row is stored."""
    row = record.row
    return known_record(row.revision, row.source, row.places, b"")


def fates(outcome: Outcome) -> tuple[int, int, int]:
    """How many samples were accepted, known and refused."""
    batches = outcome.batches
    return (
        sum(batch.accepted for batch in batches),
        sum(batch.duplicate for batch in batches),
        sum(batch.refused for batch in batches),
    )
