"""Targets for whole files that residents bring: the zip around them, and what is in it."""

import io
import zipfile
from datetime import date
from typing import Final

from tests.fuzz.target import NOW, TIME_ZONE, Target
from tests.fuzz.texts import TextMutator
from tests.fuzz.vocabulary import words_of
from tests.soundness import assert_sound
from wellness_api.health.imports import apple_health
from wellness_api.health.imports.file_kinds import FILE_KINDS
from wellness_api.health.imports.problems import FileRefused
from wellness_api.health.imports.shapes import FileKind
from wellness_api.health.samples.columns import Arrival
from wellness_api.health.samples.contents import Columns

BYTES_MAX: Final = 8_192
ARRIVAL: Final = Arrival(NOW, TIME_ZONE, date.min)

APPLE_HEALTH: Final = """\
<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE HealthData [
<!ELEMENT HealthData (ExportDate,Me,(Record|Workout)*)>
]>
<HealthData locale="ja_JP">
 <ExportDate value="2026-11-18 11:00:00 +0900"/>
 <Record type="HKQuantityTypeIdentifierStepCount" sourceName="Apple Watch" unit="count" \
startDate="2026-11-17 08:00:10 +0900" endDate="2026-11-17 08:09:40 +0900" value="812"/>
 <Record type="HKQuantityTypeIdentifierBloodGlucose" sourceName="Meter" unit="mg/dL" \
startDate="2026-11-17 08:00:00 +0900" endDate="2026-11-17 08:00:00 +0900" value="98">
  <MetadataEntry key="HKBloodGlucoseMealTime" value="1"/>
 </Record>
 <Record type="HKCategoryTypeIdentifierSleepAnalysis" sourceName="Apple Watch" \
startDate="2026-11-16 23:00:00 +0900" endDate="2026-11-17 05:30:00 +0900" \
value="HKCategoryValueSleepAnalysisAsleepDeep"/>
 <Workout workoutActivityType="HKWorkoutActivityTypeWalking" duration="24" durationUnit="min" \
sourceName="Apple Watch" startDate="2026-11-17 07:00:00 +0900" endDate="2026-11-17 07:30:00 +0900"/>
</HealthData>
"""

SEEDS: Final[dict[FileKind, dict[str, str]]] = {
    "apple-health": {f"apple_health_export/{apple_health.EXPORT_NAME}": APPLE_HEALTH}
}
"""The files of a good zip of each form."""


def import_targets() -> list[Target]:
    """For each form: the zip as bytes, and its main file in a zip of ours."""
    return [target for form in FILE_KINDS for target in (_zip_target(form), _content_target(form))]


def _zip_target(form: FileKind) -> Target:
    return Target(
        name=f"import-{form}-zip",
        read=lambda data: _read(form, data),
        allowed=(FileRefused,),
        check=_check,
        seeds=[
            _zipped(SEEDS[form], zipfile.ZIP_STORED),
            _zipped(SEEDS[form], zipfile.ZIP_DEFLATED),
        ],
        bytes_max=BYTES_MAX,
    )


def _content_target(form: FileKind) -> Target:
    (path, content), *_ = SEEDS[form].items()
    words = words_of(FILE_KINDS[form].__module__)

    def read(data: bytes) -> list[Columns]:
        zipped = _zipped({path: data}, zipfile.ZIP_STORED)
        pieces = _read(form, zipped)
        again = _read(form, zipped)
        assert [piece.digest for piece in pieces] == [piece.digest for piece in again]
        return pieces

    return Target(
        name=f"import-{form}",
        read=read,
        allowed=(FileRefused,),
        check=_check,
        seeds=[content.encode()],
        bytes_max=BYTES_MAX,
        words=words,
        mutator=TextMutator(words),
    )


def _read(form: FileKind, data: bytes) -> list[Columns]:
    return [
        piece for piece in FILE_KINDS[form](io.BytesIO(data), ARRIVAL).steps() if piece is not None
    ]


def _check(pieces: list[Columns]) -> None:
    for piece in pieces:
        assert_sound(piece.read({}).batches, now=NOW)


def _zipped(files: dict[str, bytes] | dict[str, str], compression: int) -> bytes:
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w", compression) as archive:
        for path, content in files.items():
            archive.writestr(zipfile.ZipInfo(path), content, compression)
    return whole.getvalue()
