"""What only tells more of a value does not cost the value: each optional field is spoiled, and the value is kept."""

import copy
import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final, NamedTuple

import msgspec
import pytest

from tests.wellness_api.health.formats.stores import CONTEXT
from wellness_api.health.formats.apple.form import HEALTHKIT
from wellness_api.health.formats.csv_table.form import CSV_TABLE, RECORD_ID_CHARACTERS_MAX
from wellness_api.health.formats.decoding import LEFT_OUT_MAX, ItemDecoder
from wellness_api.health.formats.fhir.form import FHIR
from wellness_api.health.formats.format import Format, ReadItems
from wellness_api.health.formats.health_connect.form import HEALTH_CONNECT
from wellness_api.health.formats.open_mhealth.form import OPEN_MHEALTH
from wellness_api.health.formats.rows.form import ROWS
from wellness_api.health.samples.records import Record

MORNING: Final = "2026-11-18T06:05:00+09:00"
LATER: Final = "2026-11-18T06:25:00+09:00"

ODD: Final[Sequence[Any]] = (
    None,
    True,
    -1,
    1.5,
    10**30,
    "",
    "odd",
    "0001-01-01T00:00:00+14:00",
    "2026-11-18T06:05:00",
    "\0",
    "花" * 300,
    [],
    [None],
    [[]],
    {},
    {"odd": 1},
)


class Kind(NamedTuple):
    """An item of a format, the list that it is sent in, and its fields that may be spoiled."""

    form: Format
    listed: str
    item: Mapping[str, Any]
    optional: Sequence[str]


def hk(kind: str, **more: Any) -> dict[str, Any]:
    return {
        "uuid": "7C1B2F0E-52B7-4E0B-9E0F-1D2A6C3B4A01",
        "type": kind,
        "startDate": MORNING,
        "endDate": LATER,
        "sourceRevision": {"source": {"name": "Watch"}, "productType": "Watch6,1"},
        "device": {"hardwareVersion": "Watch6,1"},
        **more,
    }


def hc(kind: str, **more: Any) -> dict[str, Any]:
    return {
        "type": kind,
        "metadata": {
            "id": "a",
            "lastModifiedTime": MORNING,
            "dataOrigin": {"packageName": "com.example"},
            "device": {"type": 1},
        },
        **more,
    }


def omh(schema: str, **body: Any) -> dict[str, Any]:
    return {
        "header": {
            "uuid": "a",
            "id": "b",
            "schema_id": {"namespace": "omh", "name": schema, "version": "3.0"},
            "creation_date_time": MORNING,
            "source_creation_date_time": MORNING,
            "acquisition_provenance": {
                "source_name": "phone:example",
                "source_creation_date_time": MORNING,
                "source_last_modification_date_time": MORNING,
            },
            "external_datasheets": [{"datasheet_reference": "scale"}],
        },
        "body": body,
    }


def observation(**more: Any) -> dict[str, Any]:
    return {
        "resourceType": "Observation",
        "status": "final",
        "id": "a",
        "meta": {"versionId": "2", "lastUpdated": MORNING},
        "identifier": [{"system": "urn:example", "value": "1"}],
        "category": [{"coding": [{"code": "vital-signs"}]}],
        "subject": {"display": "Hanako"},
        "device": {"display": "scale", "identifier": {"system": "urn:example", "value": "2"}},
        "contained": [{"resourceType": "Device", "id": "d", "manufacturer": "Example"}],
        "extension": [{"url": "urn:example"}],
        "bodySite": {"coding": [{"code": "368208006"}]},
        "effectiveDateTime": MORNING,
        **more,
    }


def coded(code: str, *others: Any) -> dict[str, Any]:
    return {"coding": [{"system": "http://loinc.org", "code": code}, *others], "text": "words"}


OF_METADATA: Final = (
    "metadata.lastModifiedTime",
    "metadata.device",
    "metadata.device.type",
    "metadata.recordingMethod",
    "startZoneOffset",
)
OF_HEADER: Final = (
    "header.uuid",
    "header.id",
    "header.modality",
    "header.schema_id.version",
    "header.creation_date_time",
    "header.source_creation_date_time",
    "header.acquisition_provenance",
    "header.acquisition_provenance.source_name",
    "header.acquisition_provenance.source_creation_date_time",
    "header.acquisition_provenance.source_last_modification_date_time",
    "header.external_datasheets",
    "header.external_datasheets.0",
    "header.external_datasheets.0.datasheet_reference",
)
OF_OBSERVATION: Final = (
    "id",
    "meta",
    "meta.versionId",
    "meta.lastUpdated",
    "identifier",
    "identifier.0",
    "identifier.0.value",
    "category",
    "category.0.coding",
    "subject",
    "device",
    "device.display",
    "device.identifier",
    "device.identifier.value",
    "contained",
    "contained.0.manufacturer",
    "extension",
    "extension.0",
    "bodySite",
    "bodySite.coding",
    "note",
    "performer",
)

KINDS: Final[dict[str, Kind]] = {
    "a row": Kind(
        ROWS,
        "samples",
        {
            "metric": "body_weight",
            "source": "phone:example",
            "time": MORNING,
            "value": 62.4,
            "revision": 3,
        },
        ("revision",),
    ),
    "a quantity of HealthKit": Kind(
        HEALTHKIT,
        "samples",
        hk(
            "HKQuantityTypeIdentifierBloodGlucose",
            value=98.0,
            unit="mg/dL",
            metadata={"HKBloodGlucoseMealTime": 1, "HKWorkoutBrandName": "x"},
        ),
        (
            "sourceRevision.productType",
            "sourceRevision.version",
            "device",
            "device.hardwareVersion",
            "metadata",
            "metadata.HKBloodGlucoseMealTime",
            "metadata.HKWorkoutBrandName",
            "objects",
            "workoutActivityType",
            "duration",
        ),
    ),
    "a night of HealthKit": Kind(
        HEALTHKIT,
        "samples",
        hk("HKCategoryTypeIdentifierSleepAnalysis", value="AsleepREM"),
        ("unit", "device", "metadata", "objects", "duration"),
    ),
    "a workout of HealthKit": Kind(
        HEALTHKIT,
        "samples",
        hk("HKWorkout", workoutActivityType="Walking", duration=600.0, metadata={}),
        ("value", "unit", "duration", "metadata", "metadata.HKWorkoutBrandName", "device"),
    ),
    "a weight of Health Connect": Kind(
        HEALTH_CONNECT,
        "records",
        hc("Weight", time=MORNING, weight={"inKilograms": 62.4}),
        (*OF_METADATA, "recordType"),
    ),
    "a blood pressure of Health Connect": Kind(
        HEALTH_CONNECT,
        "records",
        hc(
            "BloodPressure",
            time=MORNING,
            systolic={"value": 128, "unit": "millimetersOfMercury"},
            diastolic={"value": 82, "unit": "millimetersOfMercury"},
            bodyPosition=1,
            measurementLocation=3,
        ),
        (*OF_METADATA, "bodyPosition", "measurementLocation", "relationToMeal"),
    ),
    "an exercise of Health Connect": Kind(
        HEALTH_CONNECT,
        "records",
        hc("ExerciseSession", startTime=MORNING, endTime=LATER, exerciseType=79, title="walk"),
        (*OF_METADATA, "title", "notes"),
    ),
    "a weight of Open mHealth": Kind(
        OPEN_MHEALTH,
        "items",
        omh(
            "body-weight",
            body_weight={"value": 62.4, "unit": "kg"},
            effective_time_frame={"date_time": MORNING},
        ),
        (*OF_HEADER, "body.activity_name", "body.measurement_location", "body.body_posture"),
    ),
    "steps of Open mHealth": Kind(
        OPEN_MHEALTH,
        "items",
        omh(
            "step-count",
            step_count={"value": 800, "unit": "steps"},
            effective_time_frame={
                "time_interval": {"start_date_time": MORNING, "end_date_time": LATER}
            },
        ),
        (*OF_HEADER, "body.effective_time_frame.time_interval.duration"),
    ),
    "a blood pressure of Open mHealth": Kind(
        OPEN_MHEALTH,
        "items",
        omh(
            "blood-pressure",
            systolic_blood_pressure={"value": 128, "unit": "mmHg"},
            diastolic_blood_pressure={"value": 82, "unit": "mmHg"},
            effective_time_frame={"date_time": MORNING},
            body_posture="sitting",
        ),
        (
            "body.body_posture",
            "body.position_during_measurement",
            "body.measurement_location",
            "body.temporal_relationship_to_physical_activity",
            "body.temporal_relationship_to_meal",
        ),
    ),
    "a weight of FHIR": Kind(
        FHIR,
        "entry",
        observation(
            code=coded("29463-7", {"code": "own", "display": "weight"}),
            valueQuantity={"value": 62.4, "unit": "kg", "code": "kg"},
        ),
        (
            *OF_OBSERVATION,
            "code.text",
            "code.coding.1",
            "code.coding.1.code",
            "code.coding.1.display",
            "valueQuantity.unit",
            "valueQuantity.system",
            "valueCodeableConcept",
            "component",
        ),
    ),
    "a blood pressure of FHIR": Kind(
        FHIR,
        "entry",
        observation(
            code=coded("85354-9"),
            component=[
                {"code": coded("8480-6"), "valueQuantity": {"value": 128, "code": "mm[Hg]"}},
                {"code": coded("8478-0"), "valueQuantity": {"value": 97, "code": "mm[Hg]"}},
            ],
        ),
        (*OF_OBSERVATION, "component.1", "component.1.code", "component.1.valueQuantity"),
    ),
}


def cases() -> Iterator[tuple[str, str]]:
    for name, kind in KINDS.items():
        for field in kind.optional:
            yield name, field


def spoiled(item: Any, field: str, odd: Any) -> Any:
    changed = copy.deepcopy(item)
    *way, last = [int(step) if step.isdecimal() else step for step in field.split(".")]
    inside = changed
    for step in way:
        inside = inside.setdefault(step, {}) if isinstance(inside, dict) else inside[step]
    inside[last] = odd
    return changed


def sent(kind: Kind, item: Any) -> ReadItems:
    if kind.form is FHIR:
        body = {"resourceType": "Bundle", "type": "batch", "entry": [{"resource": item}]}
    else:
        body = {kind.listed: [item]}
    return kind.form.read(json.dumps(body).encode(), CONTEXT)


def values_of(read: ReadItems, *, but: Sequence[str] = ()) -> dict[str, Any]:
    (record,) = read.taken
    assert isinstance(record, Record)
    return {code: column for code, column in record.columns.items() if code not in but}


HOW: Final = ("blood_pressure_posture", "blood_pressure_site", "glucose_meal_relation")
"""What an optional field itself becomes."""

PAUSES: Final = ("duration",)
"""Without it the whole interval counts."""


@pytest.mark.parametrize(("name", "field"), list(cases()))
def test_an_optional_field_that_cannot_be_read_does_not_cost_the_value(
    name: str, field: str
) -> None:
    kind = KINDS[name]
    whole = values_of(sent(kind, kind.item), but=HOW)
    assert whole
    for odd in ODD:
        read = sent(kind, spoiled(kind.item, field, odd))
        assert not read.refused, (odd, read.refused)
        values = values_of(read, but=HOW)
        assert values.keys() >= whole.keys(), odd
        if field not in PAUSES:
            assert {code: values[code] for code in whole} == whole, odd


@pytest.mark.parametrize("name", [name for name, kind in KINDS.items() if kind.form is not ROWS])
def test_text_that_is_no_utf_8_in_an_optional_field_does_not_cost_the_value(name: str) -> None:
    kind = KINDS[name]
    around = (
        b'{"resourceType": "Bundle", "type": "batch", "entry": [{"resource": %b}]}'
        if kind.form is FHIR
        else b'{"%b": [%%b]}' % kind.listed.encode()
    )
    for field in kind.optional:
        item = json.dumps(spoiled(kind.item, field, "MARK")).encode()
        read = kind.form.read(around % item.replace(b"MARK", b"\xff\xfe"), CONTEXT)
        assert not read.refused, (field, read.refused)
        assert values_of(read, but=HOW), field


def test_all_optional_fields_spoiled_at_once_do_not_cost_the_value() -> None:
    for kind in KINDS.values():
        item = kind.item
        for field in kind.optional:
            if "." not in field:
                item = spoiled(item, field, {"odd": [1]})
        assert values_of(sent(kind, item), but=HOW)


NEEDED: Final[Sequence[tuple[str, str]]] = (
    ("a row", "unit"),
    ("a row", "time"),
    ("a row", "value"),
    ("a quantity of HealthKit", "unit"),
    ("a quantity of HealthKit", "value"),
    ("a quantity of HealthKit", "startDate"),
    ("a night of HealthKit", "value"),
    ("a workout of HealthKit", "workoutActivityType"),
    ("a weight of Health Connect", "weight.inKilograms"),
    ("a weight of Health Connect", "time"),
    ("an exercise of Health Connect", "endTime"),
    ("a weight of Open mHealth", "body.body_weight.unit"),
    ("a weight of Open mHealth", "body.descriptive_statistic"),
    ("steps of Open mHealth", "body.effective_time_frame.time_interval.start_date_time"),
    ("a weight of FHIR", "valueQuantity.code"),
    ("a weight of FHIR", "valueQuantity.comparator"),
    ("a weight of FHIR", "code.coding.0"),
    ("a weight of FHIR", "effectiveDateTime"),
)


@pytest.mark.parametrize(("name", "field"), NEEDED)
def test_a_field_that_a_value_means_nothing_without_is_never_left_out(
    name: str, field: str
) -> None:
    kind = KINDS[name]
    read = sent(kind, spoiled(kind.item, field, {"odd": [1]}))
    assert not read.taken
    (refused,) = read.refused
    assert refused.limit
    assert refused.detail


@pytest.mark.parametrize("row_id", ["", " ", "x" * (RECORD_ID_CHARACTERS_MAX + 1)])
def test_a_row_of_a_table_without_an_id_that_can_be_read_is_kept_as_one_without(
    row_id: str,
) -> None:
    query = {
        "time": ["日時"],
        "value": ["body_weight:体重"],
        "source": ["station:scale"],
        "record": ["番号"],
    }
    table = f"番号,日時,体重,メモ\n{row_id},2026/11/18 6:05,62.4,\x01\n"
    read = CSV_TABLE.read(table.encode(), CONTEXT._replace(parameters=query))
    (record,) = read.taken
    assert isinstance(record, Record)
    assert (record.record_id, list(record.columns)) == (None, ["body_weight"])


def test_an_item_of_more_spoiled_fields_than_are_left_out_is_refused() -> None:
    class Noted(msgspec.Struct):
        notes: list[dict[str, int]] = []

    decoder = ItemDecoder(Noted, "notes[]")
    few = json.dumps({"notes": [1] * (LEFT_OUT_MAX - 1)}).encode()
    assert decoder.decode(few).notes == [{}] * (LEFT_OUT_MAX - 1)
    many = json.dumps({"notes": [1] * (LEFT_OUT_MAX + 1)}).encode()
    with pytest.raises(msgspec.ValidationError):
        decoder.decode(many)
