"""A resident's data as FHIR: valid by an independent reader, complete, page by page, and known when it comes back."""

from typing import Any

import pytest
from fhir.resources.R4B.bundle import Bundle
from fhir.resources.R4B.observation import Observation

from tests.town import NOON, Person, Town, steps
from tests.wellness_api.residents.exports.exported import (
    SPAN,
    batch,
    everything,
    exported_metrics,
    post,
    read,
)

FHIR = "/v1/me/fhir"


async def observations_of(town: Town, person: Person, **asked: Any) -> list[Any]:
    """The Observations of all pages."""
    answer = await read(town, person, FHIR, **asked)
    observations: list[Any] = []
    while True:
        assert answer.status == 200, answer.body
        assert answer.headers["Content-Type"] == "application/fhir+json"
        Bundle.model_validate_json(answer.body)
        observations += [entry["resource"] for entry in answer.json.get("entry", [])]
        links = {link["relation"]: link["url"] for link in answer.json["link"]}
        if "next" not in links:
            return observations
        path = links["next"].removeprefix(town.base_url)
        answer = await town.call("GET", path, headers=person.headers)


def counts(body: Any) -> dict[str, int]:
    (outcome,) = [
        entry["response"]["outcome"] for entry in body["entry"] if "outcome" in entry["response"]
    ]
    return {
        issue["details"]["coding"][0]["code"]: int(issue["diagnostics"])
        for issue in outcome["issue"]
    }


async def test_a_weight_is_a_vital_sign_with_its_source_and_time(town: Town) -> None:
    hanako = await town.resident()
    await town.upload(hanako, batch("body_weight", 62.4, source="station:scale"))
    (weight,) = await observations_of(town, hanako)
    assert weight["category"][0]["coding"][0]["code"] == "vital-signs"
    assert [coding["code"] for coding in weight["code"]["coding"]] == ["29463-7", "body_weight"]
    assert weight["valueQuantity"] == {
        "value": 62.4,
        "unit": "kg",
        "system": "http://unitsofmeasure.org",
        "code": "kg",
    }
    assert weight["effectiveDateTime"] == "2026-11-18T11:00:12.345+09:00"
    assert weight["device"]["identifier"] == {
        "system": "urn:wellness:source",
        "value": "station:scale",
    }
    assert weight["subject"]["reference"].startswith("urn:uuid:")
    assert str(hanako.principal_id) != weight["subject"]["reference"].removeprefix("urn:uuid:")


async def test_a_blood_pressure_is_one_observation(town: Town) -> None:
    hanako = await town.resident()
    await town.upload(
        hanako,
        batch("systolic_pressure", 128),
        batch("diastolic_pressure", 79),
        batch("blood_pressure_posture", 1),
        batch("blood_pressure_site", 3),
    )
    for asked in ({}, {"metric": "systolic_pressure"}, {"metric": "blood_pressure_site"}):
        (pressure,) = await observations_of(town, hanako, **asked)
        assert pressure["code"]["coding"][0]["code"] == "85354-9"
        assert [part["valueQuantity"]["value"] for part in pressure["component"]] == [128, 79]
        assert pressure["bodySite"]["coding"][0]["code"] == "5951000"
        posture = pressure["extension"][0]["valueCodeableConcept"]["coding"][0]
        assert (posture["system"], posture["code"]) == ("http://snomed.info/sct", "33586001")


async def test_a_pressure_without_its_counterpart_says_so(town: Town) -> None:
    hanako = await town.resident()
    await town.upload(hanako, batch("systolic_pressure", 128))
    (pressure,) = await observations_of(town, hanako)
    systolic, diastolic = pressure["component"]
    assert systolic["valueQuantity"]["value"] == 128
    assert diastolic["dataAbsentReason"]["coding"][0]["code"] == "unknown"


async def test_minutes_of_steps_are_periods_of_a_minute(town: Town) -> None:
    hanako = await town.resident()
    await town.upload(hanako, batch("steps", 90))
    (minute,) = await observations_of(town, hanako)
    assert minute["effectivePeriod"] == {
        "start": "2026-11-18T11:00:12.345+09:00",
        "end": "2026-11-18T11:01:12.345+09:00",
    }
    assert minute["category"][0]["coding"][0]["code"] == "activity"


async def test_what_has_no_loinc_code_has_ours(town: Town) -> None:
    hanako = await town.resident()
    await town.upload(hanako, batch("hrv_rmssd", 42.5), batch("exercise_habit", 2))
    by_code = {
        observation["code"]["coding"][0]["code"]: observation
        for observation in await observations_of(town, hanako)
    }
    assert by_code["hrv_rmssd"]["code"]["coding"][0]["system"] == "urn:wellness:metric"
    (answer,) = by_code["exercise_habit"]["valueCodeableConcept"]["coding"]
    assert answer == {"system": "urn:wellness:metric:exercise_habit", "code": "no"}


async def test_everything_goes_out_and_is_known_when_it_comes_back(town: Town) -> None:
    hanako = await town.resident()
    receipt = (await town.upload(hanako, *everything())).json
    answer = await read(town, hanako, FHIR)
    back = await post(town, hanako, "fhir", answer.json)
    assert {entry["response"]["status"] for entry in back.json["entry"]} == {"200 OK"}, (
        "all is known"
    )
    assert counts(back.json) == {
        "accepted": 0,
        "duplicate": receipt["accepted"],
        "refused": 0,
        "flagged": receipt["flagged"],
    }


async def test_a_record_that_went_out_and_came_back_is_still_its_phones(town: Town) -> None:
    hanako = await town.resident()
    walk = {
        "type": "StepsRecord",
        "metadata": {
            "id": "walk",
            "lastModifiedTime": "2026-11-18T01:00:00Z",
            "dataOrigin": "com.example.walking",
        },
        "startTime": "2026-11-18T00:00:07Z",
        "endTime": "2026-11-18T00:20:08Z",
        "count": 1_840,
    }
    await post(town, hanako, "health-connect", {"records": [walk]})
    back = await post(town, hanako, "fhir", (await read(town, hanako, FHIR)).json)
    assert counts(back.json)["duplicate"] == 1
    await post(town, hanako, "health-connect", {"deleted": ["walk"]})
    assert await observations_of(town, hanako) == []


async def test_an_observation_of_every_metric_is_valid(town: Town) -> None:
    hanako = await town.resident()
    await town.upload(hanako, *everything())
    seen = set()
    for observation in await observations_of(town, hanako):
        Observation.model_validate(observation)
        for part in (observation, *observation.get("component", ())):
            seen |= {
                coding["code"]
                for coding in part["code"]["coding"]
                if coding["system"] == "urn:wellness:metric"
            }
        seen |= {"blood_pressure_posture"} if "extension" in observation else set()
        seen |= {"blood_pressure_site"} if "bodySite" in observation else set()
    assert seen == exported_metrics()


VITAL_SIGNS = {
    "8867-4": "/min",
    "9279-1": "/min",
    "2708-6": "%",
    "8310-5": "Cel",
    "8302-2": "cm",
    "29463-7": "kg",
    "39156-5": "kg/m2",
    "8480-6": "mm[Hg]",
    "8462-4": "mm[Hg]",
}
"""What R4's profiles of vital signs ask for (hl7.org/fhir/R4/observation-vitalsigns.html): a code each, and of the units
that it allows the one that we send."""


async def test_a_vital_sign_has_the_code_and_the_unit_of_its_profile(town: Town) -> None:
    hanako = await town.resident()
    await town.upload(hanako, *everything())
    found_units = {}
    for observation in await observations_of(town, hanako):
        if observation["category"][0]["coding"][0]["code"] != "vital-signs":
            continue
        for part in observation.get("component", [observation]):
            codes = {coding["code"] for coding in part["code"]["coding"]} & VITAL_SIGNS.keys()
            assert codes, part["code"]
            quantity = part["valueQuantity"]
            assert quantity["system"] == "http://unitsofmeasure.org"
            found_units |= dict.fromkeys(codes, quantity["code"])
    assert found_units == VITAL_SIGNS


async def test_what_one_resident_exports_comes_in_for_another_without_a_difference(
    town: Town,
) -> None:
    hanako, taro = await town.resident(), await town.resident("太郎")
    await town.upload(hanako, *everything())
    page = (await read(town, hanako, FHIR)).json
    answer = await post(town, taro, "fhir", page)
    assert answer.status == 201
    of_hanako = [entry["resource"] for entry in page["entry"]]
    assert without_names(await observations_of(town, taro)) == without_names(of_hanako)


def without_names(observations: list[Any]) -> list[Any]:
    """The Observations without what names them and whose they are, in which alone those of two residents differ."""
    return [{**observation, "id": "", "subject": {}} for observation in observations]


async def test_pages_hold_everything_once_in_order_of_time(town: Town) -> None:
    hanako = await town.resident()
    await town.upload(hanako, *everything())
    at_once = await observations_of(town, hanako)
    in_pages = await observations_of(town, hanako, limit=7)
    assert in_pages == at_once
    assert len({observation["id"] for observation in at_once}) == len(at_once)
    times = [
        observation.get("effectiveDateTime") or observation["effectivePeriod"]["start"]
        for observation in at_once
    ]
    assert times == sorted(times)


async def test_a_page_is_never_longer_than_asked_for(town: Town) -> None:
    hanako = await town.resident()
    await town.upload(hanako, batch("body_weight", *[62.4] * 5))
    answer = await read(town, hanako, FHIR, limit=3)
    assert len(answer.json["entry"]) == 3
    full = await read(town, hanako, FHIR, limit=5)
    assert [link["relation"] for link in full.json["link"]] == ["self"]


async def test_old_samples_are_found_in_a_long_span(town: Town) -> None:
    hanako = await town.resident()
    old = steps([90], start=NOON.replace(year=2025, month=11, day=20))
    await town.upload(hanako, old, steps([80]))
    asked = {"from": "2025-11-19T00:00:00Z", "to": "2026-11-19T00:00:00Z"}
    for limit in (1, 100):
        values = [
            observation["valueQuantity"]["value"]
            for observation in await observations_of(town, hanako, **asked, limit=limit)
        ]
        assert values == [90, 80]


async def test_what_was_taken_back_is_not_exported(town: Town) -> None:
    hanako = await town.resident()
    await town.upload(hanako, batch("body_weight", 62.4, 63.0))
    gone = batch("body_weight", 62.4)
    await town.upload(hanako, gone | {"values": [None]})
    assert [
        observation["valueQuantity"]["value"] for observation in await observations_of(town, hanako)
    ] == [63.0]


async def test_metric_and_source_narrow_it_down(town: Town) -> None:
    hanako = await town.resident()
    await town.upload(hanako, *everything())
    chosen = await observations_of(town, hanako, metric="steps", source="station:a.b-c")
    assert {observation["device"]["display"] for observation in chosen} == {"station:a.b-c"}
    assert len(chosen) == 3


async def test_nobody_sees_the_data_of_somebody_else(town: Town) -> None:
    hanako, taro = await town.resident(), await town.resident("太郎")
    await town.upload(hanako, batch("body_weight", 62.4))
    assert await observations_of(town, taro) == []
    assert (await town.call("GET", FHIR, params=SPAN)).status == 401
    staff = await town.staff("health_staff")
    assert (await read(town, staff, FHIR)).status == 403


@pytest.mark.parametrize(
    ("asked", "status", "field"),
    [
        ({"metric": "happiness"}, 422, "metric"),
        ({"from": "2026-11-18T00:00:00"}, 422, "from"),
        ({"to": "2026-11-18T00:00:00"}, 422, "to"),
        ({"to": SPAN["from"]}, 422, "to"),
        ({"from": "2020-01-01T00:00:00Z"}, 422, "to"),
        ({"from": "yesterday"}, 400, "from"),
        ({"limit": "0"}, 400, "limit"),
        ({"limit": "1001"}, 400, "limit"),
        ({"cursor": "2"}, 400, "cursor"),
        ({"source": "my phone"}, 400, "source"),
    ],
)
async def test_a_question_that_cannot_be_answered_says_why(
    town: Town, asked: Any, status: int, field: str
) -> None:
    hanako = await town.resident()
    answer = await read(town, hanako, FHIR, **asked)
    assert (answer.status, answer.json["errors"][0]["field"]) == (status, field)
