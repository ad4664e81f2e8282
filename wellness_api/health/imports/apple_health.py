"""All of Apple Health: `export.zip`, as the Health app on a phone makes it.

Its export.xml has a `<Record>` for each sample and a `<Workout>` for each workout, without ids. Records inside of a
`<Correlation>` stand at the top level once more, and are counted there.
"""

from collections.abc import Iterator, Mapping
from typing import IO, Final

from wellness_api.health.formats.apple.names import (
    MEAL_TIME_KEY,
    METRIC_OF_QUANTITY,
    SLEEP_TYPE,
    TYPED_KEY,
    WORKOUT_NAME_KEY,
)
from wellness_api.health.formats.format import Context
from wellness_api.health.formats.items import ItemRefused
from wellness_api.health.imports.apple_elements import WORKOUT, origin_of_element, samples_of
from wellness_api.health.imports.archive import xml_member
from wellness_api.health.imports.pieces import Pieces
from wellness_api.health.imports.problems import FileRefused
from wellness_api.health.imports.shapes import Damage, RecordRefusal, Report
from wellness_api.health.imports.xml_stream import Misplaced, XmlStream
from wellness_api.health.imports.xml_window import Place
from wellness_api.health.metrics.units import UnknownUnit
from wellness_api.health.samples.columns import Arrival
from wellness_api.health.samples.contents import Columns

EXPORT_NAME: Final = "export.xml"
CLINICAL_NAME: Final = "export_cda.xml"
ROOT: Final = "HealthData"
RECORD_DEPTH: Final = 2
CORRELATION: Final = "Correlation"
ELEMENTS: Final = (
    "Record",
    WORKOUT,
    CORRELATION,
    "ActivitySummary",
    "ClinicalRecord",
    "Audiogram",
    "VisionPrescription",
)
"""The elements directly below the root, as the export's own DOCTYPE has them. Only records also stand elsewhere: in a correlation."""

CORRELATED_MAX: Final = 200
"""A correlation of more records has lost its end: it is passed over as damaged. A meal's correlation has some forty."""

NO_RECORDS: Final = frozenset({"ExportDate", "Me"})
METADATA_KEYS: Final = frozenset({MEAL_TIME_KEY, WORKOUT_NAME_KEY, TYPED_KEY})

STEP_BYTES: Final = 512 * 1024
"""How much is read before the worker checks the time, where no piece becomes full: less than a second of the costliest records."""

SAMPLES_MAX: Final = 100_000_000
"""An export of more samples is refused as too large; what was stored before stays."""

ELEMENTS_MAX: Final = 50_000_000
"""An export of more elements, of any kind and depth, is refused as too large. Ten years of a watch have some ten million."""

REFUSALS_LISTED_MAX: Final = 20
"""Further refusals are counted in the import's report and not spelled out."""

DAMAGES_LISTED_MAX: Final = 20
"""Further damages are counted in the import's report and not spelled out."""

TYPES_LISTED_MAX: Final = 200
"""More types than these are counted together."""

TYPE_LENGTH_MAX: Final = 100
"""In characters; the rest of an unknown type's name is left out of the report."""

OTHER_TYPES: Final = "other"


class AppleHealthFile:
    """An export that is being read. `steps` reads it, and the other attributes say how far the reading is.

    A second reading gives the same pieces, so it is known which ones a killed worker had stored. Raises FileRefused for a
    file that is not an export.
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
        """The samples in pieces; None after a step that fills no piece.

        Where the file cannot be read further, it ends with FileRefused, after the piece before that place.
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
        yield from self._member.check()
        stream = XmlStream(self._records, root=ROOT, elements=ELEMENTS)
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
    """Makes samples from the elements below the root."""

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
        self._inner: Mapping[str, str] = {}
        self._correlated: list[Mapping[str, str]] = []

    def start(self, depth: int, name: str, attributes: Mapping[str, str]) -> None:
        """Remembers a record, and the metadata of it that is read."""
        self._elements += 1
        if self._elements > ELEMENTS_MAX:
            raise FileRefused("too_large", f"The export holds more than {ELEMENTS_MAX} elements.")
        if depth == RECORD_DEPTH:
            self._name, self._attributes, self._metadata = name, attributes, {}
            self._correlated = []
        elif depth > RECORD_DEPTH and name in ELEMENTS:
            self._check_correlated(depth, name)
            self._inner = attributes
        elif depth == RECORD_DEPTH + 1:
            if name == "MetadataEntry" and attributes.get("key") in METADATA_KEYS:
                self._metadata[attributes["key"]] = attributes.get("value", "")
        elif depth == 1 and name != ROOT:
            raise FileRefused(
                "no_export", f"The XML is no export of Apple Health, but {name[:40]!r}."
            )

    def end(self, depth: int) -> None:
        """Takes the record that has ended."""
        if depth == RECORD_DEPTH + 1 and self._name == CORRELATION and self._inner:
            self._correlated.append(self._inner)
            self._inner = {}
        if depth == RECORD_DEPTH and self._name not in NO_RECORDS:
            self._end_record()

    def _end_record(self) -> None:
        kind = self._attributes.get("type", "") if self._name == "Record" else self._name
        if self._name == WORKOUT or kind in METRIC_OF_QUANTITY or kind == SLEEP_TYPE:
            self._take(kind)
        else:
            self._skip(kind)
        self._number += 1

    def damaged(self, place: Place, why: str) -> None:
        """Counts what is lost, and lists it while there is room."""
        self._release()
        self.report.damaged += 1
        if len(self.report.damages) < DAMAGES_LISTED_MAX:
            self.report.damages.append(
                Damage(line=place.line, byte=place.byte, found=place.shown, detail=why)
            )

    def resumed(self, byte: int) -> None:
        """Adds to the last listed damage how much was lost there."""
        if self.report.damaged == len(self.report.damages) > 0:
            damage = self.report.damages[-1]
            damage.skipped_bytes = byte - damage.byte

    def _check_correlated(self, depth: int, name: str) -> None:
        """Raises Misplaced for an element that cannot stand there, unless the open one has lost its end."""
        if (
            (self._name, name) != (CORRELATION, "Record")
            or depth > RECORD_DEPTH + 1
            or len(self._correlated) >= CORRELATED_MAX
        ):
            raise Misplaced(f"{name} inside of {self._name[:TYPE_LENGTH_MAX]}, which does not end")

    def _release(self) -> None:
        """Takes the records of a correlation that has lost its end: all records after it seemed to be inside."""
        released, self._correlated = self._correlated, []
        for attributes in released:
            self._name, self._attributes, self._metadata = "Record", attributes, {}
            self._end_record()

    def _take(self, kind: str) -> None:
        try:
            source, columns = samples_of(kind, self._attributes, self._metadata, self._context)
        except ItemRefused as error:
            self._refuse(kind, error.field, error.limit, str(error))
        except UnknownUnit as error:
            self._refuse(kind, "unit", error.limit, str(error))
        else:
            self.report.taken += 1
            self.pieces.add(source, origin_of_element(self._metadata), columns)
            self._samples += sum(len(column.times_ms) for column in columns.values())
            if self._samples > SAMPLES_MAX:
                raise FileRefused("too_large", f"The export holds more than {SAMPLES_MAX} samples.")

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
