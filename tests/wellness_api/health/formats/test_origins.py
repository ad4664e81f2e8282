"""How a value came to be, as each form says it."""

import json
from collections.abc import Mapping
from typing import Any, Final

import pytest

from tests.tables import read_rows
from tests.wellness_api.health.formats.stores import CONTEXT
from tests.wellness_api.health.formats.test_optional_fields import (
    LATER,
    MORNING,
    coded,
    hc,
    hk,
    observation,
    omh,
)
from wellness_api.health.formats.apple.form import HEALTHKIT
from wellness_api.health.formats.csv_table.form import CSV_TABLE
from wellness_api.health.formats.fhir.form import FHIR
from wellness_api.health.formats.fit.form import EXAMPLE, FIT_FILE
from wellness_api.health.formats.format import Format
from wellness_api.health.formats.health_connect.form import HEALTH_CONNECT
from wellness_api.health.formats.open_mhealth.form import OPEN_MHEALTH
from wellness_api.health.formats.rows.form import ROWS
from wellness_api.health.imports.apple_elements import origin_of_element
from wellness_api.health.samples.records import Record

WALK: Final = {"startTime": MORNING, "endTime": LATER, "count": 100}
WEIGHT: Final = {"value": 62.4, "unit": "kg"}
STEP_COUNT: Final = "HKQuantityTypeIdentifierStepCount"


def origin(form: Format, body: bytes, **query: str) -> str:
    """Of the one record that the body holds."""
    parameters = {name: [value] for name, value in query.items()}
    (record,) = form.read(body, CONTEXT._replace(parameters=parameters)).taken
    assert isinstance(record, Record)
    return record.origin or "unsaid"


def written(body: Mapping[str, Any]) -> bytes:
    return json.dumps(body).encode()


@pytest.mark.parametrize(
    ("said", "expected"),
    read_rows("""
        recordingMethod                                  | origin
        none                                             | unsaid
        0                                                | unsaid
        1                                                | device
        2                                                | device
        3                                                | typed
        9                                                | unsaid
        "RECORDING_METHOD_ACTIVELY_RECORDED"             | device
        "RECORDING_METHOD_AUTOMATICALLY_RECORDED"        | device
        "RECORDING_METHOD_MANUAL_ENTRY"                  | typed
        "manual_entry"                                   | typed
        "by hand"                                        | unsaid
        [3]                                              | unsaid
        """),
)
def test_a_record_of_health_connect(said: str, expected: str) -> None:
    record = hc("StepsRecord", **WALK)
    if said != "none":
        record["metadata"]["recordingMethod"] = json.loads(said)
    assert origin(HEALTH_CONNECT, written({"records": [record]})) == expected


@pytest.mark.parametrize(
    ("said", "has_device", "expected"),
    read_rows("""
        HKWasUserEntered | device | origin
        none             | yes    | device
        none             | no     | unsaid
        false            | yes    | device
        0                | no     | unsaid
        true             | no     | typed
        true             | yes    | typed
        1                | no     | typed
        """),
)
def test_a_sample_of_healthkit(said: str, has_device: str, expected: str) -> None:
    sample = hk(STEP_COUNT, value=100, unit="count")
    if said != "none":
        sample["metadata"] = {"HKWasUserEntered": json.loads(said)}
    if has_device == "no":
        del sample["device"]
    assert origin(HEALTHKIT, written({"samples": [sample]})) == expected


@pytest.mark.parametrize(
    ("said", "expected"),
    read_rows("""
        modality      | origin
        none          | unsaid
        sensed        | device
        self-reported | typed
        guessed       | unsaid
        """),
)
def test_a_data_point_of_open_mhealth(said: str, expected: str) -> None:
    frame = {"date_time": MORNING}
    point = omh("body-weight", body_weight=WEIGHT, effective_time_frame=frame)
    if said != "none":
        point["header"]["modality"] = said
    assert origin(OPEN_MHEALTH, written({"items": [point]})) == expected


@pytest.mark.parametrize(("has_device", "expected"), [(True, "device"), (False, "unsaid")])
def test_an_observation_of_fhir(*, has_device: bool, expected: str) -> None:
    quantity = {"value": 62.4, "system": "http://unitsofmeasure.org", "code": "kg"}
    weighed = observation(code=coded("29463-7"), valueQuantity=quantity)
    if not has_device:
        del weighed["device"]
    assert origin(FHIR, written(weighed)) == expected


@pytest.mark.parametrize("said", [None, "device", "app", "typed", "file"])
def test_a_row_says_it_itself(said: str | None) -> None:
    row = {"metric": "body_weight", "source": "phone:a", "time": MORNING, "value": 62.4}
    row |= {} if said is None else {"origin": said}
    assert origin(ROWS, written({"samples": [row]})) == (said or "unsaid")


@pytest.mark.parametrize("said", ["station", "hand", "", 3])
def test_a_row_cannot_say_what_only_a_station_is(said: str | int) -> None:
    row = {"metric": "body_weight", "source": "phone:a", "time": MORNING, "value": 62.4}
    read = ROWS.read(written({"samples": [row | {"origin": said}]}), CONTEXT)
    assert [(refusal.field, read.taken) for refusal in read.refused] == [("origin", [])]


def test_a_row_of_a_table_is_of_a_file() -> None:
    table = b"time,weight\n2026-11-18T06:05:00+09:00,62.4\n"
    query = {"time": "time", "value": "body_weight:weight", "source": "station:scale"}
    assert origin(CSV_TABLE, table, **query) == "file"


def test_a_message_of_a_fit_file_is_of_a_file() -> None:
    assert origin(FIT_FILE, EXAMPLE) == "file"


@pytest.mark.parametrize(
    ("metadata", "expected"),
    [
        ({}, "file"),
        ({"HKWasUserEntered": "1"}, "typed"),
        ({"HKWasUserEntered": "0"}, "file"),
        ({"HKWorkoutBrandName": "雪かき"}, "file"),
    ],
)
def test_an_element_of_apples_export_is_of_a_file_unless_it_was_typed(
    metadata: dict[str, str], expected: str
) -> None:
    assert origin_of_element(metadata) == expected
