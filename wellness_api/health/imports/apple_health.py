"""The whole of Apple Health: `export.zip`, as the Health app on a phone makes it.

Its export.xml has a `<Record>` for each sample and a `<Workout>` for each workout, without ids. Records inside of a
`<Correlation>` stand at the top level once more, and are counted there.
"""

from collections.abc import Iterator, Mapping
from datetime import datetime
from functools import lru_cache
from typing import IO, Final

from wellness_api.health.formats.apple.names import (
    MEAL_TIME_KEY,
    METRIC_OF_QUANTITY,
    SLEEP_TYPE,
    WORKOUT_NAME_KEY,
    apple_source,
    meal_columns,
    product_type_of,
    quantity_columns,
    sleep_columns,
    workout_columns,
)
from wellness_api.health.formats.format import Context
from wellness_api.health.formats.items import ItemRefused, time_ms_of
from wellness_api.health.imports.archive import xml_member
from wellness_api.health.imports.pieces import Pieces
from wellness_api.health.imports.problems import FileRefused
from wellness_api.health.imports.shapes import RecordRefusal, Report
from wellness_api.health.imports.xml_stream import XmlStream
from wellness_api.health.metrics.units import UnknownUnit
from wellness_api.health.samples.columns import Arrival
from wellness_api.health.samples.contents import Columns
from wellness_api.health.samples.records import Column

EXPORT_NAME: Final = "export.xml"
CLINICAL_NAME: Final = "export_cda.xml"
ROOT: Final = "HealthData"
RECORD_DEPTH: Final = 2
NO_RECORDS: Final = frozenset({"ExportDate", "Me"})
METADATA_KEYS: Final = frozenset({MEAL_TIME_KEY, WORKOUT_NAME_KEY})

STEP_BYTES: Final = 512 * 1024
"""How much is read before the worker looks up, where no piece becomes full: less than a second of the dearest records."""

SAMPLES_MAX: Final = 100_000_000
"""An export of more samples is refused as too large; what was stored before stays."""

ELEMENTS_MAX: Final = 50_000_000
"""Of any kind and depth, whether they are taken or not. Ten years of a watch are some ten million."""

REFUSALS_LISTED_MAX: Final = 20
"""Further refusals are counted in the import's report and not spelled out."""

TYPES_LISTED_MAX: Final = 200
"""More types than these are counted together."""

TYPE_LENGTH_MAX: Final = 100
"""In characters; the rest of an unknown type's name is left out of the report."""

OTHER_TYPES: Final = "other"
SOURCES_REMEMBERED_MAX: Final = 1_024
"""Beyond it the name of the source that was used least is worked out anew."""

DURATION_MS: Final = {"s": 1_000.0, "min": 60_000.0, "hr": 3_600_000.0}
OFFSET_AT: Final = len("2026-11-18 06:05:00")


class AppleHealthFile:
    """An export as it is read: `steps` reads it, and the other attributes say how far that is.

    Reading it again gives the same pieces, so that what a killed worker stored of it is known. Raises FileRefused for a
    file that is none.
    """

    def __init__(self, file: IO[bytes], arrival: Arrival) -> None:
        self._member = xml_member(file, named=EXPORT_NAME, not_named=CLINICAL_NAME)
        self._records = _Records(arrival)
        self.bytes_total = self._member.size
        self.bytes_read = 0

    @property
    def report(self) -> Report:
        """What was taken and left out so far."""
        return self._records.report

    def steps(self) -> Iterator[Columns | None]:
        """The samples in pieces; None where a step has been read and no piece is full.

        Ends with FileRefused where the file cannot be read further, after the piece before that.
        """
        refused: FileRefused | None = None
        try:
            yield from self._read()
        except FileRefused as error:
            refused = error
        self._records.pieces.cut()
        while (piece := self._records.pieces.next()) is not None:
            yield piece
        if refused is not None:
            raise refused

    def _read(self) -> Iterator[Columns | None]:
        stream = XmlStream(self._records)
        looked_up_at = 0
        for block in self._member.blocks():
            self.bytes_read += len(block)
            stream.feed(block)
            while (piece := self._records.pieces.next()) is not None:
                looked_up_at = self.bytes_read
                yield piece
            if self.bytes_read - looked_up_at >= STEP_BYTES:
                looked_up_at = self.bytes_read
                yield None
        stream.close()


class _Records:
    """Makes samples of the elements below the root."""

    def __init__(self, arrival: Arrival) -> None:
        self.report = Report()
        self.pieces = Pieces(arrival)
        self._context = Context(arrival.now, arrival.time_zone, {})
        self._name = ""
        self._attributes: Mapping[str, str] = {}
        self._metadata: dict[str, str] = {}
        self._number = 0
        self._samples = 0
        self._elements = 0

    def start(self, depth: int, name: str, attributes: Mapping[str, str]) -> None:
        """Remembers a record, and those of its metadata that are read."""
        self._elements += 1
        if self._elements > ELEMENTS_MAX:
            raise FileRefused("too_large", f"The export holds more than {ELEMENTS_MAX} elements.")
        if depth == RECORD_DEPTH:
            self._name, self._attributes, self._metadata = name, attributes, {}
        elif depth == RECORD_DEPTH + 1:
            if name == "MetadataEntry" and attributes.get("key") in METADATA_KEYS:
                self._metadata[attributes["key"]] = attributes.get("value", "")
        elif depth == 1 and name != ROOT:
            raise FileRefused(
                "no_export", f"The XML is no export of Apple Health, but {name[:40]!r}."
            )

    def end(self, depth: int) -> None:
        """Takes the record that is over."""
        if depth != RECORD_DEPTH or self._name in NO_RECORDS:
            return
        kind = self._attributes.get("type", "") if self._name == "Record" else self._name
        if self._name == "Workout" or kind in METRIC_OF_QUANTITY or kind == SLEEP_TYPE:
            self._take(kind)
        else:
            self._skip(kind)
        self._number += 1

    def _take(self, kind: str) -> None:
        try:
            source, columns = self._read(kind)
        except ItemRefused as error:
            self._refuse(kind, error.field, error.limit, error.detail)
        except UnknownUnit as error:
            self._refuse(kind, "unit", error.limit, str(error))
        else:
            self.report.taken += 1
            self.pieces.add(source, columns)
            self._samples += sum(len(column.times_ms) for column in columns.values())
            if self._samples > SAMPLES_MAX:
                raise FileRefused("too_large", f"The export holds more than {SAMPLES_MAX} samples.")

    def _read(self, kind: str) -> tuple[str, dict[str, Column]]:
        attributes = self._attributes
        source = _source(self._required("sourceName"), product_type_of(attributes.get("device")))
        start_ms = self._time_ms("startDate")
        end_ms = self._time_ms("endDate")
        if kind == SLEEP_TYPE:
            return source, sleep_columns(self._required("value"), start_ms, end_ms)
        if kind == "Workout":
            return source, workout_columns(
                self._required("workoutActivityType"),
                start_ms,
                end_ms,
                source=source,
                spent_ms=self._spent_ms(),
                name=self._metadata.get(WORKOUT_NAME_KEY),
            )
        value = _number(self._required("value"))
        columns = quantity_columns(
            kind, start_ms, end_ms, value, self._required("unit"), self._context
        )
        meal_time = self._metadata.get(MEAL_TIME_KEY, "")
        if "blood_glucose" in columns and meal_time.isdecimal():
            columns |= meal_columns(start_ms, int(meal_time[:2]))
        return source, columns

    def _required(self, name: str) -> str:
        value = self._attributes.get(name)
        if value is None:
            raise ItemRefused(
                field=name, limit="the attribute", detail=f"The record lacks its {name}."
            )
        return value

    def _time_ms(self, name: str) -> int:
        text = self._required(name)
        try:
            # Apple leaves a space before the offset, which ISO 8601 does not know.
            at = datetime.fromisoformat(text[:OFFSET_AT] + text[OFFSET_AT:].lstrip(" "))
        except ValueError as error:
            raise ItemRefused(
                field=name,
                limit="a time as 2026-11-18 06:05:00 +0900",
                detail="The time cannot be read.",
            ) from error
        return time_ms_of(at, self._context, field=name)

    def _spent_ms(self) -> float | None:
        unit_ms = DURATION_MS.get(self._attributes.get("durationUnit", ""))
        duration = self._attributes.get("duration")
        if unit_ms is None or duration is None:
            return None
        return _number(duration, field="duration") * unit_ms

    def _skip(self, kind: str) -> None:
        skipped, kind = self.report.skipped, kind[:TYPE_LENGTH_MAX]
        if kind not in skipped and len(skipped) >= TYPES_LISTED_MAX:
            kind = OTHER_TYPES
        skipped[kind] = skipped.get(kind, 0) + 1

    def _refuse(self, kind: str, field: str, limit: str, detail: str) -> None:
        self.report.refused += 1
        if len(self.report.refusals) < REFUSALS_LISTED_MAX:
            self.report.refusals.append(
                RecordRefusal(
                    record=self._number, type=kind, field=field, limit=limit, detail=detail
                )
            )


@lru_cache(maxsize=SOURCES_REMEMBERED_MAX)
def _source(name: str, product_type: str | None) -> str:
    return apple_source(name, product_type)


def _number(text: str, *, field: str = "value") -> float:
    try:
        return float(text)
    except ValueError as error:
        raise ItemRefused(
            field=field, limit="a number", detail="What should be a number is none."
        ) from error
