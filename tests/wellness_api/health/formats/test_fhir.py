"""FHIR Observations: what each becomes, the answer, versions, withdrawals, and everything that can be wrong."""

import random
from typing import Any

import pytest
from fhir.resources.R4B.bundle import Bundle
from hypothesis import given
from hypothesis import strategies as st

from tests.town import Answer, Person, Town
from tests.wellness_api.health.formats.stores import (
    ODD_NUMBERS,
    Json,
    curl_body,
    damaged,
    encoded,
    load,
    reads_or_refuses,
    samples,
    send,
    total,
)
from wellness_api.health.formats.fhir.form import BUNDLE_TYPES, ENTRIES_MAX, read_fhir
from wellness_api.health.formats.naming import source_name

MORNING = load("fhir_morning.json")
CUFF = "station:HEM-7600T"
UCUM = "http://unitsofmeasure.org"
AT = "2026-11-18T07:30:00+09:00"
BEFORE_NOON = 22 * 60 + 30
"""Half past seven in the morning in Furano, in minutes after midnight UTC of the day before."""


def observation(loinc: str = "29463-7", value: Any = 62.4, unit: str = "kg", **fields: Any) -> Any:
    """A body weight at half past seven, unless the fields say otherwise."""
    return {
        "resourceType": "Observation",
        "status": "final",
        "code": {"coding": [{"system": "http://loinc.org", "code": loinc}]},
        "effectiveDateTime": AT,
        "valueQuantity": {"value": value, "system": UCUM, "code": unit},
    } | fields


def bundle(*resources: Any, kind: str = "batch") -> Any:
    return {
        "resourceType": "Bundle",
        "type": kind,
        "entry": [{"resource": resource} for resource in resources],
    }


async def post(town: Town, person: Person, body: Any) -> Answer:
    answer = await send(town, person, "fhir", body)
    if answer.status < 300:
        assert answer.headers["Content-Type"] == "application/fhir+json"
        Bundle.model_validate_json(answer.body)
    return answer


def statuses(answer: Answer) -> list[str]:
    return [entry["response"]["status"][:3] for entry in answer.json["entry"]]


def counts(answer: Answer) -> dict[str, int]:
    """How the upload's samples fared, as the first entry that was taken says."""
    outcome = next(
        entry["response"]["outcome"]
        for entry in answer.json["entry"]
        if not entry["response"]["status"].startswith("422") and "outcome" in entry["response"]
    )
    return {
        issue["details"]["coding"][0]["code"]: int(issue["diagnostics"])
        for issue in outcome["issue"]
        if "details" in issue
    }


async def test_a_morning_of_vital_signs_as_jp_core_has_them(town: Town) -> None:
    hanako = await town.resident()
    answer = await post(town, hanako, MORNING)
    assert (answer.status, answer.json["type"]) == (201, "batch-response")
    assert statuses(answer) == ["201", "201", "201", "201", "201", "422"]
    assert counts(answer) == {"accepted": 9, "duplicate": 0, "refused": 0, "flagged": 0}
    minute = BEFORE_NOON
    assert await samples(town, hanako, "systolic_pressure", CUFF) == [(minute, 128)]
    assert await samples(town, hanako, "diastolic_pressure", CUFF) == [(minute, 79)]
    assert await samples(town, hanako, "heart_rate", CUFF) == [(minute, 66)]
    assert await samples(town, hanako, "blood_pressure_posture", CUFF) == [(minute, 1)]
    assert await samples(town, hanako, "blood_pressure_site", CUFF) == [(minute, 1)]
    assert await samples(town, hanako, "body_temperature", "phone:fhir") == [(minute + 2, 36.6)]
    assert await samples(town, hanako, "oxygen_saturation", "station:Konica-Pulsox") == [
        (minute + 3, 97)
    ]
    assert await samples(town, hanako, "blood_glucose", "station:meter-7") == [(minute - 20, 99.1)]
    assert await total(town, hanako, "steps") == 2_000
    assert len(await samples(town, hanako, "steps", source_name("watch", "Apple Watch"))) == 1


async def test_what_is_refused_says_where_and_what_would_do(town: Town) -> None:
    hanako = await town.resident()
    answer = await post(town, hanako, MORNING)
    (issue,) = answer.json["entry"][5]["response"]["outcome"]["issue"]
    assert issue["severity"] == "error"
    assert issue["expression"] == ["Bundle.entry[5].resource.resourceType"]
    assert issue["diagnostics"]


async def test_the_same_morning_again_is_known_throughout(town: Town) -> None:
    hanako = await town.resident()
    await post(town, hanako, MORNING)
    again = await post(town, hanako, MORNING)
    assert counts(again) == {"accepted": 0, "duplicate": 9, "refused": 0, "flagged": 0}


async def test_an_observation_alone_is_answered_with_one_entry(town: Town) -> None:
    hanako = await town.resident()
    answer = await post(town, hanako, observation())
    assert (answer.json["type"], statuses(answer)) == ("batch-response", ["201"])
    assert answer.json["identifier"]["system"] == "urn:wellness:upload"
    assert await samples(town, hanako, "body_weight") == [(BEFORE_NOON, 62.4)]


async def test_the_document_s_example_works(town: Town) -> None:
    hanako = await town.resident()
    assert (await post(town, hanako, curl_body("fhir.md"))).status == 201


async def test_a_transaction_is_all_or_nothing(town: Town) -> None:
    hanako = await town.resident()
    bad = observation(effectiveDateTime="2026-11")
    refused = await post(town, hanako, bundle(observation(), bad, kind="transaction"))
    assert refused.status == 422
    assert refused.json["errors"][0]["field"] == "entry[1].effectiveDateTime"
    assert await samples(town, hanako, "body_weight") == []
    taken = await post(town, hanako, bundle(observation(), kind="transaction"))
    assert (taken.json["type"], statuses(taken)) == ("transaction-response", ["201"])


@pytest.mark.parametrize("kind", ["batch", "collection", "searchset"])
async def test_in_every_other_bundle_a_bad_entry_is_refused_alone(town: Town, kind: str) -> None:
    hanako = await town.resident()
    bad = observation(effectiveDateTime="2026-11")
    answer = await post(town, hanako, bundle(bad, observation(), kind=kind))
    assert statuses(answer) == ["422", "201"]
    assert counts(answer)["accepted"] == 1


WITH_ID: list[tuple[str, Any]] = [
    ("identifier", {"identifier": [{"system": "urn:x", "value": "7"}]}),
    ("id", {"id": "7"}),
]


@pytest.mark.parametrize(("name", "fields"), WITH_ID)
async def test_a_newer_version_takes_the_place_of_the_older(
    town: Town, name: str, fields: Any
) -> None:
    hanako = await town.resident()
    first = observation(value=62.4, meta={"versionId": "1"}, **fields)
    second = observation(
        value=63.0,
        meta={"versionId": "2"},
        **fields | {"effectiveDateTime": "2026-11-18T07:31:00+09:00"},
    )
    await post(town, hanako, second)
    late = await post(town, hanako, first)
    assert counts(late) == {"accepted": 0, "duplicate": 0, "refused": 1, "flagged": 0}
    assert await samples(town, hanako, "body_weight") == [(BEFORE_NOON + 1, 63.0)]


async def test_versions_that_are_no_numbers_go_by_when_they_were_updated(town: Town) -> None:
    hanako = await town.resident()
    newer = {"versionId": "W/b", "lastUpdated": "2026-11-18T02:00:01Z"}
    older = {"versionId": "W/z", "lastUpdated": "2026-11-18T11:00:00+09:00"}
    await post(town, hanako, observation(value=63.0, id="7", meta=newer))
    await post(town, hanako, observation(value=62.4, id="7", meta=older))
    assert await samples(town, hanako, "body_weight") == [(BEFORE_NOON, 63.0)]


@pytest.mark.parametrize("status", ["entered-in-error", "cancelled"])
async def test_what_was_entered_in_error_is_gone_for_good(town: Town, status: str) -> None:
    hanako = await town.resident()
    await post(town, hanako, observation(id="7"))
    gone = await post(town, hanako, {"resourceType": "Observation", "id": "7", "status": status})
    assert statuses(gone) == ["200"]
    assert await samples(town, hanako, "body_weight") == []
    await post(town, hanako, observation(id="7", meta={"versionId": "9"}))
    assert await samples(town, hanako, "body_weight") == []


@pytest.mark.parametrize(
    ("url", "fields"),
    [
        ("Observation/7", {"id": "7"}),
        ("https://example.jp/fhir/Observation/7", {"id": "7"}),
        (
            "Observation?identifier=urn:x|7",
            {"identifier": [{"system": "urn:x", "value": "7"}]},
        ),
    ],
)
async def test_a_delete_in_a_bundle_deletes(town: Town, url: str, fields: Any) -> None:
    hanako = await town.resident()
    await post(town, hanako, observation(**fields))
    deletion = {"request": {"method": "DELETE", "url": url}}
    sent = {"resourceType": "Bundle", "type": "transaction", "entry": [deletion]}
    assert statuses(await post(town, hanako, sent)) == ["200"]
    assert await samples(town, hanako, "body_weight") == []


async def test_a_full_url_is_the_id_where_there_is_no_other(town: Town) -> None:
    hanako = await town.resident()
    for value in (62.4, 63.0):
        entry = {"fullUrl": "urn:uuid:1", "resource": observation(value=value)}
        await post(town, hanako, {"resourceType": "Bundle", "type": "batch", "entry": [entry]})
    withdrawn = {"resourceType": "Observation", "status": "entered-in-error"}
    entry = {"fullUrl": "urn:uuid:1", "resource": withdrawn}
    await post(town, hanako, {"resourceType": "Bundle", "type": "batch", "entry": [entry]})
    assert await samples(town, hanako, "body_weight") == []


KEPT: list[tuple[Any, str, float]] = [
    (observation(value=137.6, unit="[lb_av]"), "body_weight", 62.415),
    (observation(valueQuantity={"value": 62.4, "unit": "kg"}), "body_weight", 62.4),
    (observation("3141-9"), "body_weight", 62.4),
    (observation("8867-4", valueQuantity={"value": 66, "unit": "bpm"}), "heart_rate", 66),
    (observation("15074-8", 5.5, "mmol/L"), "blood_glucose", 99.1),
    (observation("41653-7", 99, "mg/dL"), "blood_glucose", 99),
    (observation("8302-2", 1.58, "m"), "body_height", 158),
    (observation("8310-5", 97.88, "[degF]"), "body_temperature", 36.6),
    (observation("8480-6", 128, "mm[Hg]"), "systolic_pressure", 128),
    (observation("55423-8", valueQuantity={"value": 90}), "steps", 90),
    (observation("29463-7", 900, "kg"), "body_weight", 900),
]


@pytest.mark.parametrize(("sent", "metric", "value"), KEPT)
def test_codes_and_units_of_many_senders(sent: Any, metric: str, value: float) -> None:
    read = reads_or_refuses(read_fhir, encoded(sent))
    assert read is not None
    assert read.refused == []
    (record,) = read.taken
    assert record.columns[metric].values[0] == pytest.approx(value, abs=0.05)


def day_of_steps(start: str, end: str) -> Any:
    sent = observation("41950-7", 7267, "/d", effectivePeriod={"start": start, "end": end})
    del sent["effectiveDateTime"]
    return sent


def test_the_steps_of_24_hours_are_of_all_of_them() -> None:
    sent = day_of_steps("2026-11-17T06:00:00+09:00", "2026-11-18T06:00:00+09:00")
    read = reads_or_refuses(read_fhir, encoded(sent))
    assert read is not None
    (record,) = read.taken
    column = record.columns["steps"]
    assert (column.values, column.lengths_ms) == ([7_267], [24 * 3_600_000])


def panel(*components: Any, loinc: str = "85354-9") -> Any:
    sent = observation(loinc, component=list(components))
    del sent["valueQuantity"]
    return sent


def part(loinc: str, value: Any, unit: str = "mm[Hg]") -> Any:
    return {
        "code": {"coding": [{"system": "http://loinc.org", "code": loinc}]},
        "valueQuantity": {"value": value, "code": unit},
    }


BAD: list[tuple[Any, str]] = [
    (observation(status="registered"), "status"),
    (observation(status=None), "status"),
    (observation("718-7", 13, "g/dL"), "code"),
    (observation(code={"text": "体重"}), "code"),
    (observation(code={"coding": [{"system": "urn:other", "code": "29463-7"}]}), "code"),
    (observation(effectiveDateTime="2026-11"), "effectiveDateTime"),
    (observation(effectiveDateTime="2026-11-18T07:30:00"), "effectiveDateTime"),
    (observation(effectiveDateTime="2026-11-19T07:30:00+09:00"), "effectiveDateTime"),
    (observation(effectiveDateTime="1999-11-19T07:30:00+09:00"), "effectiveDateTime"),
    (observation(effectiveDateTime=None), "effectiveDateTime"),
    (observation(effectiveDateTime=5), "effectiveDateTime"),
    (observation(effectivePeriod={"end": AT}), "effectivePeriod.start"),
    (day_of_steps("2026-11-15T00:00:00Z", "2026-11-17T00:00:00Z"), "end"),
    (day_of_steps("2026-11-17T00:00:00Z", "2026-11-16T23:00:00Z"), "end"),
    (observation("41950-7", 7267, "{steps}"), "effectivePeriod"),
    (observation(valueQuantity=None), "valueQuantity"),
    (observation(valueQuantity={"code": "kg"}), "valueQuantity"),
    (observation(valueQuantity={"value": 62.4}), "valueQuantity.code"),
    (observation(unit="cm"), "valueQuantity.code"),
    (observation(unit="kilo"), "valueQuantity.code"),
    (observation(unit="k" * 100), "valueQuantity.code"),
    (observation(valueQuantity={"value": 9, "code": "kg", "comparator": "<"}), "valueQuantity"),
    (observation(value="62.4"), "valueQuantity.value"),
    (observation(value=1e300), "valueQuantity.value"),
    (observation(value=-1e300), "valueQuantity.value"),
    (observation(valueQuantity={"value": 1e308, "code": "t"}), "valueQuantity.value"),
    (panel(), "component"),
    (panel(part("8867-4", 66, "/min")), "component"),
    (panel(part("8480-6", 128, "kg")), "component[0].valueQuantity.code"),
    ({"resourceType": "Observation", "status": "entered-in-error"}, "identifier"),
    ({"resourceType": "Patient"}, "resourceType"),
    (None, "item"),
    ([], "item"),
]


@pytest.mark.parametrize(("bad", "field"), BAD)
async def test_a_bad_observation_is_refused_alone_with_its_field(
    town: Town, bad: Any, field: str
) -> None:
    hanako = await town.resident()
    answer = await post(town, hanako, bundle(observation(), bad))
    assert statuses(answer) == ["201", "422"]
    (issue,) = answer.json["entry"][1]["response"]["outcome"]["issue"]
    assert f"resource.{field}" in issue["expression"][0]


@pytest.mark.parametrize(
    ("entry", "field"),
    [
        ({}, "resource"),
        ({"request": {"method": "GET", "url": "Observation/7"}}, "request.method"),
        ({"request": {"method": "DELETE", "url": "Patient/7"}}, "request.url"),
        ({"request": {"method": "DELETE", "url": "Observation"}}, "request.url"),
        ({"request": {"method": "DELETE"}}, "request.url"),
    ],
)
def test_an_entry_that_asks_for_something_else_is_refused(entry: Any, field: str) -> None:
    sent = {"resourceType": "Bundle", "type": "batch", "entry": [entry]}
    read = reads_or_refuses(read_fhir, encoded(sent))
    assert read is not None
    assert read.refused[0].field == field


async def test_an_implausible_value_is_kept_and_flagged(town: Town) -> None:
    hanako = await town.resident()
    answer = await post(town, hanako, observation(value=900))
    assert counts(answer) == {"accepted": 1, "duplicate": 0, "refused": 0, "flagged": 1}


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"resourceType": "Patient"}, "resourceType"),
        ({"resourceType": "Bundle", "type": "history", "entry": []}, "type"),
        ({"resourceType": "Bundle", "entry": []}, "type"),
        ({"resourceType": "Bundle", "type": "batch"}, "body"),
        (observation(effectiveDateTime="2026"), "item[0].effectiveDateTime"),
        ({"resourceType": "Bundle", "type": "batch", "entry": [1] * (ENTRIES_MAX + 1)}, "entry"),
        ({}, "resourceType"),
        ([], "body"),
    ],
)
async def test_a_body_that_is_none_of_it_is_refused_whole(
    town: Town, body: Any, field: str
) -> None:
    hanako = await town.resident()
    answer = await post(town, hanako, body)
    assert (answer.status, answer.json["errors"][0]["field"]) == (422, field)
    assert answer.headers["Content-Type"] == "application/problem+json"


@given(st.sampled_from([*BUNDLE_TYPES, "history"]), st.lists(Json | st.just(observation())))
def test_any_structure_is_read_or_refused(kind: str, entries: list[Any]) -> None:
    resources = [{"resource": entry} if entry else entry for entry in entries]
    body = {"resourceType": "Bundle", "type": kind, "entry": resources}
    reads_or_refuses(read_fhir, encoded(body))


@given(st.randoms(use_true_random=False), Json | st.sampled_from(ODD_NUMBERS))
def test_damage_anywhere_is_read_or_refused(chance: random.Random, other: Any) -> None:
    reads_or_refuses(read_fhir, encoded(damaged(MORNING, other, chance)))


def issues(answer: Answer, entry: int) -> list[str]:
    """What the entry says besides the counts."""
    outcome = answer.json["entry"][entry]["response"].get("outcome", {"issue": []})
    return [issue["code"] for issue in outcome["issue"] if "details" not in issue]


async def test_an_entry_that_was_not_kept_is_never_called_created(town: Town) -> None:
    """Deleted before, older than what is there, too long ago, known already, and new: each is told by itself."""
    hanako = await town.resident()
    gone = observation(id="gone", effectiveDateTime="2026-11-18T06:00:00+09:00")
    newer = observation(
        id="edited", meta={"versionId": "2"}, effectiveDateTime="2026-11-18T06:10:00+09:00"
    )
    known = observation(id="known", effectiveDateTime="2026-11-18T06:20:00+09:00")
    await post(town, hanako, bundle(gone, newer, known))
    await post(town, hanako, gone | {"status": "entered-in-error"})
    new = observation(id="new", effectiveDateTime="2026-11-18T06:30:00+09:00")
    old = observation(id="old", effectiveDateTime="2012-01-01T06:30:00+09:00")
    older = newer | {"meta": {"versionId": "1"}, "valueQuantity": {"value": 70, "code": "kg"}}
    sent = bundle(gone, older, known, new, old)
    for _ in range(2):  # Sent again it is answered the same.
        answer = await send(town, hanako, "fhir", sent, key="fates-0001")
        assert statuses(answer) == ["410", "409", "200", "200", "422"]
        assert [issues(answer, entry) for entry in range(5)] == [
            ["deleted"],
            ["conflict"],
            [],
            [],
            ["business-rule"],
        ]
    heart = observation("8867-4", 66, "/min", id="pulse")
    assert statuses(await post(town, hanako, bundle(heart, gone))) == ["201", "410"]


async def test_of_many_refused_entries_each_is_told(town: Town) -> None:
    """More than a receipt lists: every second one is older than what is there."""
    hanako = await town.resident()
    entries = [
        observation(
            id=f"w{number}",
            meta={"versionId": "2"},
            effectiveDateTime=f"2026-11-18T0{number // 60}:{number % 60:02}:00+09:00",
        )
        for number in range(100)
    ]
    await post(town, hanako, bundle(*entries[::2]))
    older = {"meta": {"versionId": "1"}, "valueQuantity": {"value": 70, "code": "kg"}}
    again = await post(town, hanako, bundle(*(entry | older for entry in entries)))
    assert statuses(again) == ["409", "201"] * 50


async def test_a_single_observation_that_was_not_kept_is_no_success(town: Town) -> None:
    hanako = await town.resident()
    weight = observation(id="7")
    assert (await post(town, hanako, weight)).status == 201
    await post(town, hanako, weight | {"status": "entered-in-error"})
    refused = await post(town, hanako, weight)
    assert (refused.status, statuses(refused)) == (410, ["410"])
