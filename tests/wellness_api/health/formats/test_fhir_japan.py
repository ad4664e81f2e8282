"""Observations that are named by the codes of Japan's hospitals and checkups, and by no LOINC code."""

from typing import Any

import pytest

from tests.tables import read_rows
from tests.town import Town
from tests.wellness_api.health.formats.stores import encoded, reads_or_refuses, samples, send
from wellness_api.health.formats.fhir.form import read_fhir
from wellness_api.health.formats.fhir.japan import CHECKUP_SYSTEM, JLAC10, NURSING
from wellness_api.health.metrics.catalogue import METRIC_BY_CODE
from wellness_api.health.metrics.units import conversion

JLAC10_SYSTEM = "urn:oid:1.2.392.200119.4.504"
NURSING_SYSTEM = "http://medis.or.jp/CodeSystem/master-nursingObservationKeyCode"
SYSTEMS = {
    "checkup": CHECKUP_SYSTEM,
    "JLAC10": JLAC10_SYSTEM,
    "JLAC10 of MEDIS": "http://medis.or.jp/CodeSystem/master-JLAC10-17digits",
    "nursing": NURSING_SYSTEM,
    "nursing by OID": "urn:oid:1.2.392.200119.4.804",
    "JP Core": "http://jpfhir.jp/fhir/core/CodeSystem/JP_ObservationBodyMeasurementCode_CS",
}
LOCAL = {"system": "http://hospital.example.jp/codes", "code": "4711", "display": "検査"}
DAY = "2026-11-18"
MIDNIGHT = 15 * 60
"""Of that day in Furano, in minutes after midnight UTC of the day before."""


def concept(system: str, code: str) -> Any:
    return {"coding": [LOCAL, {"system": system, "code": code}]}


def observation(system: str, code: str, **fields: Any) -> Any:
    return {
        "resourceType": "Observation",
        "status": "final",
        "code": concept(system, code),
        "effectiveDateTime": "2026-11-18T07:30:00+09:00",
    } | fields


def columns(sent: Any) -> dict[str, list[float | None]]:
    read = reads_or_refuses(read_fhir, encoded(sent))
    assert read is not None
    assert read.refused == [], read.refused
    (record,) = read.taken
    return {code: list(column.values) for code, column in record.columns.items()}


def refusal(sent: Any) -> str:
    read = reads_or_refuses(read_fhir, encoded(sent))
    assert read is not None
    return read.refused[0].field


def test_a_measurement_is_known_by_its_japanese_code_and_unit() -> None:
    for system, code, value, unit, metric, kept in read_rows("""
        system          | code              | value | unit  | metric             | kept
        checkup         | 9N001000000000001 | 162.3 | cm    | body_height        | 162.3
        checkup         | 9N006000000000001 | 65.5  | ㎏    | body_weight        | 65.5
        checkup         | 9N011000000000001 | 24.9  | kg/m² | body_mass_index    | 24.9
        checkup         | 9N016160100000001 | 82    | cm    | waist              | 82
        checkup         | 9N016160300000001 | 82    | cm    | waist              | 82
        checkup         | 9A751000000000001 | 138   | mmHg  | systolic_pressure  | 138
        checkup         | 9A765000000000001 | 84    | mmHg  | diastolic_pressure | 84
        JLAC10          | 9N121000000000001 | 66    | 回/分 | heart_rate         | 66
        JLAC10          | 3D010000001926101 | 99    | mg/dl | blood_glucose      | 99
        JLAC10 of MEDIS | 3D010000002227101 | 99    | mg/dL | blood_glucose      | 99
        nursing         | 31000001          | 97    | %     | oxygen_saturation  | 97
        nursing         | 31000297          | 65500 | g     | body_weight        | 65.5
        nursing         | 31001368          | 36.6  | ℃     | body_temperature   | 36.6
        nursing         | 31001369          | 16    | 回    | respiratory_rate   | 16
        nursing by OID  | 31001390          | 66    | 拍/分 | heart_rate         | 66
        nursing by OID  | 31001848          | 128   | mmHg  | systolic_pressure  | 128
        JP Core         | 31000296          | 65.5  | kg    | body_weight        | 65.5
        JP Core         | 31000298          | 162.3 | cm    | body_height        | 162.3
        JP Core         | 31000301          | 82    | cm    | waist              | 82
        JP Core         | 31001697          | 21.5  | %     | body_fat           | 21.5
        JP Core         | 31003020          | 24.9  | kg/m2 | body_mass_index    | 24.9
        """):
        quantity = {"value": float(value), "unit": unit}
        values = columns(observation(SYSTEMS[system], code, valueQuantity=quantity))
        assert values[metric] == [pytest.approx(float(kept))], (code, values)


@pytest.mark.parametrize(
    ("code", "metric"),
    sorted((code, meaning.metric.code) for code, meaning in JLAC10.items() if meaning.unit),
)
def test_a_checkup_s_number_has_the_item_s_unit_where_it_comes_without(
    code: str, metric: str
) -> None:
    values = columns(observation(CHECKUP_SYSTEM, code, valueQuantity={"value": 77}))
    assert values[metric] == [77]


def test_a_unit_of_a_hospital_s_own_code_is_known_by_its_name() -> None:
    quantity = {"value": 65.5, "unit": "kg", "system": "http://hospital.example.jp/u", "code": "03"}
    assert columns(observation(NURSING_SYSTEM, "31000296", valueQuantity=quantity)) == {
        "body_weight": [65.5]
    }


def test_glucose_is_fasting_where_the_checkup_says_so_and_not_where_the_laboratory_says_nothing() -> (
    None
):
    for system, code, meal in read_rows("""
        system  | code              | meal
        checkup | 3D010000001926101 | 2
        checkup | 3D010129901926101 | 1
        JLAC10  | 3D010129902227101 | 1
        JLAC10  | 3D010000001926101 | none
        """):
        quantity = {"value": 99, "code": "mg/dL"}
        values = columns(observation(SYSTEMS[system], code, valueQuantity=quantity))
        said = values.get("glucose_meal_relation")
        assert said == (None if meal == "none" else [int(meal)]), (system, code)


def test_a_pressure_under_a_hospital_s_own_code_is_known_by_its_parts() -> None:
    sent = observation("http://hospital.example.jp/codes", "BP")
    sent["component"] = [
        {"code": concept(NURSING_SYSTEM, code), "valueQuantity": {"value": value, "unit": unit}}
        for code, value, unit in (
            ("31001848", 128, "mmHg"),
            ("31001849", 79, "mm[Hg]"),
            ("31001390", 66, "回/分"),
        )
    ]
    assert columns(sent) == {
        "systolic_pressure": [128],
        "diastolic_pressure": [79],
        "heart_rate": [66],
    }


async def test_a_day_s_first_second_and_other_pressure_are_all_kept(town: Town) -> None:
    hanako = await town.resident()
    readings = [
        observation(CHECKUP_SYSTEM, code, effectiveDateTime=DAY, valueQuantity={"value": value})
        for code, value in (
            ("9A751000000000001", 149),
            ("9A761000000000001", 90),
            ("9A752000000000001", 141),
            ("9A762000000000001", 86),
            ("9A755000000000001", 145),
            ("9A765000000000001", 88),
        )
    ]
    sent = {
        "resourceType": "Bundle",
        "type": "document",
        "entry": [
            {"fullUrl": f"urn:uuid:{place}", "resource": reading}
            for place, reading in enumerate(readings)
        ],
    }
    answer = await send(town, hanako, "fhir", sent)
    assert {entry["response"]["status"] for entry in answer.json["entry"]} == {"201 Created"}
    for metric, values in (
        ("systolic_pressure", [149, 141, 145]),
        ("diastolic_pressure", [90, 86, 88]),
    ):
        kept = await samples(town, hanako, metric)
        assert kept == [(MIDNIGHT, value) for value in values]


@pytest.mark.parametrize(
    ("code", "system", "answer", "metric", "value"),
    [
        ("9N746000000000011", "6.2003", "2", "exercise_habit", 2),
        ("9N751000000000011", "6.2003", "1", "daily_walking_habit", 1),
        ("9N756000000000011", "6.2003", "1", "fast_walking", 1),
        ("9N796000000000011", "6.2003", "2", "rested_by_sleep", 2),
        ("9N801000000000011", "6.2007", "5", "stage_of_change", 5),
    ],
)
def test_the_questionnaire_s_answers_are_its_own_numbers(
    code: str, system: str, answer: str, metric: str, value: int
) -> None:
    said = {"coding": [{"system": f"urn:oid:1.2.392.200119.{system}", "code": answer}]}
    values = columns(observation(CHECKUP_SYSTEM, code, valueCodeableConcept=said))
    assert values == {metric: [value]}


@pytest.mark.parametrize(
    ("sent", "field"),
    [
        # HbA1c and glucose of urine: nothing that we keep. Then codes under a system that is not theirs.
        (observation(CHECKUP_SYSTEM, "3D046000001906202", valueQuantity={"value": 5.6}), "code"),
        (observation(JLAC10_SYSTEM, "1A020000000191111", valueQuantity={"value": 1}), "code"),
        (observation(JLAC10_SYSTEM, "31000296", valueQuantity={"value": 65.5}), "code"),
        (observation("urn:other", "9N006000000000001", valueQuantity={"value": 65.5}), "code"),
        (
            observation(NURSING_SYSTEM, "31000298", valueQuantity={"value": 162}),
            "valueQuantity.code",
        ),
        (
            observation(
                CHECKUP_SYSTEM, "9N006000000000001", valueQuantity={"value": 65, "unit": "cm"}
            ),
            "valueQuantity.code",
        ),
        (
            observation(
                CHECKUP_SYSTEM,
                "9N746000000000011",
                valueCodeableConcept={
                    "coding": [{"system": "urn:oid:1.2.392.200119.6.2003", "code": "3"}]
                },
            ),
            "valueCodeableConcept",
        ),
        (
            observation(
                CHECKUP_SYSTEM,
                "9N746000000000011",
                valueCodeableConcept={
                    "coding": [{"system": "urn:oid:1.2.392.200119.6.2007", "code": "1"}]
                },
            ),
            "valueCodeableConcept",
        ),
    ],
)
def test_what_is_not_kept_or_not_clear_is_refused_with_its_field(sent: Any, field: str) -> None:
    assert refusal(sent) == field


def test_loinc_beside_a_japanese_code_goes_first() -> None:
    sent = observation(NURSING_SYSTEM, "31000296", valueQuantity={"value": 37, "code": "Cel"})
    sent["code"]["coding"].append({"system": "http://loinc.org", "code": "8310-5"})
    assert columns(sent) == {"body_temperature": [37]}


def test_every_japanese_code_has_a_unit_of_its_metric_or_none() -> None:
    for meaning in (*JLAC10.values(), *NURSING.values()):
        assert METRIC_BY_CODE[meaning.metric.code] is meaning.metric
        if meaning.unit is not None:
            conversion(meaning.unit, meaning.metric)
