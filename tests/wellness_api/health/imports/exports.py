"""Exports of Apple Health as the Health app makes them, only smaller, and the way they are sent."""

import io
import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from xml.sax.saxutils import quoteattr

from tests.town import NOON, Answer, Person, Town, local_morning

DOCTYPE = """<!DOCTYPE HealthData [
<!-- HealthKit Export Version: 14 -->
<!ELEMENT HealthData (ExportDate,Me,(Record|Correlation|Workout|ActivitySummary)*)>
<!ATTLIST HealthData
  locale CDATA #REQUIRED
>
<!ELEMENT Record ((MetadataEntry|HeartRateVariabilityMetadataList)*)>
<!ATTLIST Record
  type          CDATA #REQUIRED
  unit          CDATA #IMPLIED
  value         CDATA #IMPLIED
  sourceName    CDATA #REQUIRED
>
<!-- Note: Any Records that appear as children of a correlation also appear as top-level records in this document. -->
<!ELEMENT Correlation ((MetadataEntry|Record)*)>
]>
"""
DOCTYPE_OF_IOS_16 = """<!DOCTYPE HealthData [
<!ELEMENT VisionPrescription ((RightEye|LeftEye|Attachment|MetadataEntry)*)>
<!ATTLIST VisionPrescription
  type             CDATA #REQUIRED
  brand            CDATA #IMPLIED
<!ELEMENT RightEye EMPTY>
<!ATTLIST RightEye
  sphere           CDATA #IMPLIED
>
>
]>
"""
DECLARATION = '<?xml version="1.0" encoding="UTF-8"?>\n'
START = (
    '<HealthData locale="ja_JP">\n <ExportDate value="2026-11-18 11:50:00 +0900"/>\n'
    ' <Me HKCharacteristicTypeIdentifierBiologicalSex="HKBiologicalSexNotSet"/>\n'
)
END = "</HealthData>\n"

WATCH = {
    "sourceName": "花子のApple\u00a0Watch",
    "sourceVersion": "11.1",
    "device": "<<HKDevice: 0x30>, name:Apple Watch, manufacturer:Apple Inc., model:Watch, hardware:Watch6,1, software:11.1>",
}
PHONE = {
    "sourceName": "花子のiPhone",
    "sourceVersion": "18.1",
    "device": "<<HKDevice: 0x31>, name:iPhone, manufacturer:Apple Inc., model:iPhone, hardware:iPhone15,2, software:18.1>",
}
NOTHING: Mapping[str, Any] = {}
SIX = local_morning(NOON.date())
"""Six o'clock in the morning of the clock's day, in Furano."""


def at(moment: datetime) -> str:
    """A time as Apple writes it."""
    return f"{moment + timedelta(hours=9):%Y-%m-%d %H:%M:%S} +0900"


def element(name: str, attributes: dict[str, Any], *children: str) -> str:
    text = "".join(f" {key}={quoteattr(str(value))}" for key, value in attributes.items())
    if not children:
        return f" <{name}{text}/>\n"
    return f" <{name}{text}>\n{''.join(children)} </{name}>\n"


def record(
    kind: str,
    minute: float,
    value: Any,
    unit: str | None = None,
    *children: str,
    minutes: float = 0,
    source: dict[str, str] = WATCH,
    changed: Mapping[str, Any] = NOTHING,
) -> str:
    """A record that starts so many minutes after SIX."""
    start = SIX + timedelta(minutes=minute)
    attributes = {
        "type": kind,
        **source,
        **({} if unit is None else {"unit": unit}),
        "creationDate": at(start),
        "startDate": at(start),
        "endDate": at(start + timedelta(minutes=minutes)),
        "value": value,
    }
    return element("Record", attributes | dict(changed), *children)


def steps(minute: float, value: int, *, minutes: float = 1, source: dict[str, str] = WATCH) -> str:
    return record(
        "HKQuantityTypeIdentifierStepCount", minute, value, "count", minutes=minutes, source=source
    )


def heart_rate(minute: float, value: Any, **changed: Any) -> str:
    kind = "HKQuantityTypeIdentifierHeartRate"
    return record(kind, minute, value, "count/min", changed=changed)


def sleep(minute: float, minutes: float, stage: str, **changed: Any) -> str:
    return record(
        "HKCategoryTypeIdentifierSleepAnalysis",
        minute,
        f"HKCategoryValueSleepAnalysis{stage}",
        minutes=minutes,
        changed=changed,
    )


def workout(minute: float, minutes: float, activity: str, *children: str, **changed: Any) -> str:
    start = SIX + timedelta(minutes=minute)
    return element(
        "Workout",
        {
            "workoutActivityType": f"HKWorkoutActivityType{activity}",
            "duration": minutes,
            "durationUnit": "min",
            **PHONE,
            "creationDate": at(start),
            "startDate": at(start),
            "endDate": at(start + timedelta(minutes=minutes)),
            **changed,
        },
        *children,
    )


def blood_pressure(minute: float) -> tuple[str, str]:
    """As the top-level records and the correlation that holds them once more."""
    both = "".join(
        record(f"HKQuantityTypeIdentifierBloodPressure{which}", minute, value, "mmHg", source=PHONE)
        for which, value in (("Systolic", 128), ("Diastolic", 82))
    )
    kind = "HKCorrelationTypeIdentifierBloodPressure"
    start = at(SIX + timedelta(minutes=minute))
    attributes = {"type": kind, **PHONE, "startDate": start, "endDate": start}
    return both, element("Correlation", attributes, both)


def xml(*elements: str, doctype: str = DOCTYPE, end: str = END) -> bytes:
    return f"{DECLARATION}{doctype}{START}{''.join(elements)}{end}".encode()


def zipped(content: bytes | Iterable[bytes], name: str = "export.xml") -> bytes:
    """The zip that the Health app would share."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        with archive.open(f"apple_health_export/{name}", "w") as member:
            for block in [content] if isinstance(content, bytes) else content:
                member.write(block)
        archive.writestr("apple_health_export/export_cda.xml", "<ClinicalDocument/>")
        archive.writestr("apple_health_export/workout-routes/route_2026-11-18.gpx", "<gpx/>")
    return file.getvalue()


def export(*elements: str, name: str = "export.xml") -> bytes:
    return zipped(xml(*elements), name)


def many(count: int) -> Iterator[bytes]:
    """An export of so many heart rates, a second apart, up to SIX."""
    yield f"{DECLARATION}{DOCTYPE}{START}".encode()
    for number in range(count):
        yield heart_rate((number - count) / 60, 60 + number * 7919 % 97 / 10).encode()
    yield END.encode()


async def open_import(
    town: Town, person: Person, size: int, *, part_bytes: int | None = None, key: str | None = None
) -> Answer:
    asked = {"form": "apple-health", "bytes": size}
    return await town.call(
        "POST",
        "/v1/imports",
        json=asked | ({} if part_bytes is None else {"part_bytes": part_bytes}),
        headers=person.headers | {"Idempotency-Key": key or f"import-{next(town.keys):08}"},
    )


async def put_part(
    town: Town, person: Person, import_id: str, number: int, content: bytes
) -> Answer:
    return await town.call(
        "PUT", f"/v1/imports/{import_id}/parts/{number}", data=content, headers=person.headers
    )


def parts_of(file: bytes, part_bytes: int) -> Sequence[bytes]:
    return [file[start : start + part_bytes] for start in range(0, len(file), part_bytes)]


async def send(town: Town, person: Person, file: bytes) -> str:
    """Sends the whole file; gives the import's id."""
    part_bytes = max(len(file) // 3, 1)
    opened = await open_import(town, person, len(file), part_bytes=part_bytes)
    assert opened.status == 201, opened.body
    for number, part in enumerate(parts_of(file, part_bytes)):
        answer = await put_part(town, person, opened.json["id"], number, part)
        assert answer.status == 200, answer.body
    assert answer.json["state"] == "waiting"
    return str(opened.json["id"])


async def state_of(town: Town, person: Person, import_id: str) -> Any:
    return (await town.get(f"/v1/imports/{import_id}", person)).json


async def bring_in(town: Town, person: Person, file: bytes) -> Any:
    """Sends the file and has the worker read it; gives what is said of it then."""
    import_id = await send(town, person, file)
    await town.worker.read_imports()
    return await state_of(town, person, import_id)
