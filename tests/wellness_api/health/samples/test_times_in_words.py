"""A time that cannot be taken is named: which one, what it was, and what it seems to have been meant as."""

import json
from typing import Any, Final

import pytest

from tests.town import NOON, Town
from tests.wellness_api.health.formats.stores import CONTEXT
from tests.wellness_api.health.imports.exports import bring_in, export, heart_rate
from wellness_api.health.formats.table import FORMATS

SECONDS: Final = 1_794_970_800
"""The morning of the town's day."""

FORM: Final = {form.name: form for form in FORMATS}
MS: Final = SECONDS * 1_000
LOST: Final = "2026-11-18T06:05:00 09:00"
COULD_BE: Final = "the + of the offset became a space"


@pytest.mark.parametrize(
    ("time_ms", "says"),
    [
        (SECONDS, "a number of seconds, 2026-11-18T03:00:00+00:00"),
        (MS * 1_000, "a number of microseconds, 2026-11-18T03:00:00+00:00"),
        (MS * 1_000_000, "a number of nanoseconds, 2026-11-18T03:00:00+00:00"),
        (0, "before 2000"),
        (-MS, "before 2000"),
        (MS + 86_400_000, "in the future"),
    ],
)
async def test_columns_say_which_time_it_is_and_in_which_unit(
    town: Town, time_ms: int, says: str
) -> None:
    hanako = await town.resident()
    batch = {
        "metric": "heart_rate",
        "source": "phone:example",
        "times_ms": [MS - 1_000, time_ms],
        "values": [60, 61],
    }
    answer = await town.call(
        "POST",
        "/v1/uploads",
        json={"batches": [batch]},
        headers=hanako.headers | {"Idempotency-Key": "columns-0001"},
    )
    (error,) = answer.json["errors"]
    assert (answer.status, error["field"]) == (422, "batches[0].times_ms[1]")
    assert error["detail"].startswith(str(time_ms))
    assert says in error["detail"]


def row(time: Any) -> Any:
    return {
        "samples": [
            {"metric": "body_weight", "source": "phone:example", "time": time, "value": 62.4}
        ]
    }


def healthkit(time: Any) -> Any:
    return {
        "samples": [
            {
                "uuid": "a",
                "type": "HKQuantityTypeIdentifierBodyMass",
                "startDate": time,
                "endDate": "2026-11-18T06:05:00+09:00",
                "sourceRevision": {"source": {"name": "Scale"}},
                "value": 62.4,
                "unit": "kg",
            }
        ]
    }


def health_connect(time: Any) -> Any:
    return {
        "records": [
            {
                "type": "HeartRate",
                "metadata": {"id": "a", "dataOrigin": "com.example"},
                "startTime": "2026-11-18T06:05:00+09:00",
                "endTime": "2026-11-18T06:06:00+09:00",
                "samples": [
                    {"time": "2026-11-18T06:05:00+09:00", "beatsPerMinute": 60},
                    {"time": time, "beatsPerMinute": 61},
                ],
            }
        ]
    }


def open_mhealth(time: Any) -> Any:
    return {
        "header": {"id": "a", "schema_id": {"namespace": "omh", "name": "body-weight"}},
        "body": {
            "body_weight": {"value": 62.4, "unit": "kg"},
            "effective_time_frame": {"date_time": time},
        },
    }


def fhir(time: Any) -> Any:
    return {
        "resourceType": "Observation",
        "status": "final",
        "code": {"coding": [{"system": "http://loinc.org", "code": "29463-7"}]},
        "effectiveDateTime": time,
        "valueQuantity": {"value": 62.4, "code": "kg"},
    }


SENT: Final = {
    "rows": (row, "time"),
    "healthkit": (healthkit, "startDate"),
    "health-connect": (health_connect, "samples[1].time"),
    "open-mhealth": (open_mhealth, "body.effective_time_frame.date_time"),
    "fhir": (fhir, "effectiveDateTime"),
}
WRONG: Final = [
    (LOST, COULD_BE),
    (str(SECONDS), "a number of seconds since 1970"),
    (str(MS), "a number of milliseconds since 1970"),
    ("yesterday", "'yesterday' is no such time"),
    ("1999-12-31T06:05:00+09:00", "1999-12-31T06:05:00+09:00 is before 2000"),
    ("2026-11-19T06:05:00+09:00", "2026-11-19T06:05:00+09:00 is in the future"),
    ("2026-11-18T06:05:00", "2026-11-18T06:05:00 has no offset"),
    ("1970-01-21T18:36:10+00:00", "A number of seconds taken for milliseconds"),
]


@pytest.mark.parametrize("form", SENT)
@pytest.mark.parametrize(("time", "says"), WRONG)
def test_every_format_says_which_time_it_is_in_the_senders_own_words(
    form: str, time: str, says: str
) -> None:
    body, field = SENT[form]
    read = FORM[form].read(json.dumps(body(time)).encode(), CONTEXT)
    (refused,) = read.refused
    assert refused.field == field
    assert says in refused.told(None).detail
    assert refused.limit


@pytest.mark.parametrize("form", SENT)
@pytest.mark.parametrize(
    ("number", "unit"),
    [(SECONDS, "seconds"), (MS, "milliseconds"), (MS * 1_000, "microseconds")],
)
def test_a_number_where_a_time_should_be_written_out_is_named(
    form: str, number: int, unit: str
) -> None:
    body, field = SENT[form]
    (refused,) = FORM[form].read(json.dumps(body(number)).encode(), CONTEXT).refused
    assert (refused.field, refused.limit) == (
        field,
        "a date and a time with its offset, as 2026-09-21T22:14:00+09:00",
    )
    assert f"{number} is a number of {unit} since 1970" in refused.told(None).detail


@pytest.mark.parametrize(
    ("effective", "field"),
    [
        ({"effectiveInstant": SECONDS}, "effectiveInstant"),
        ({"effectivePeriod": {"start": SECONDS}}, "effectivePeriod.start"),
        ({"effectivePeriod": {"end": SECONDS}}, "effectivePeriod.end"),
    ],
)
def test_a_number_is_named_wherever_an_observation_says_its_time(
    effective: Any, field: str
) -> None:
    observation = {key: value for key, value in fhir(None).items() if key != "effectiveDateTime"}
    (refused,) = FORM["fhir"].read(json.dumps(observation | effective).encode(), CONTEXT).refused
    assert refused.field == field
    assert f"{SECONDS} is a number of seconds since 1970" in refused.told(None).detail


@pytest.mark.parametrize(("time", "says"), WRONG[:6])
def test_a_table_says_it_by_its_columns_name(time: str, says: str) -> None:
    query = {"time": ["測定日"], "value": ["body_weight:体重"], "source": ["station:scale"]}
    table = f"測定日,体重\n{time},62.4\n".encode()
    (refused,) = FORM["csv"].read(table, CONTEXT._replace(parameters=query)).refused
    assert refused.field == "測定日"
    assert says in refused.told(None).detail


async def test_an_import_says_what_a_records_time_was(town: Town) -> None:
    hanako = await town.resident()
    bad = [
        heart_rate(0, 60, startDate=str(SECONDS)),
        heart_rate(1, 60, endDate="1999-12-31 06:05:00 +0900"),
    ]
    records = (await bring_in(town, hanako, export(heart_rate(2, 60), *bad)))["progress"]["records"]
    said = [(refusal["field"], refusal["detail"]) for refusal in records["refusals"]]
    assert [field for field, _ in said] == ["startDate", "endDate"]
    assert f"'{SECONDS}' is a number of seconds" in said[0][1]
    assert "1999-12-31T06:05:00+09:00 is before 2000" in said[1][1]


@pytest.mark.parametrize(
    ("method", "address"), [("GET", "/v1/me/samples"), ("DELETE", "/v1/me/samples")]
)
@pytest.mark.parametrize("field", ["from", "to"])
@pytest.mark.parametrize(
    ("time", "says"), [*WRONG[:1], (str(MS), "a number of milliseconds since 1970"), WRONG[3]]
)
async def test_an_address_says_which_of_its_times_it_is(
    town: Town, method: str, address: str, field: str, time: str, says: str
) -> None:
    hanako = await town.resident()
    query = {"from": "2026-11-17T00:00:00Z", "to": "2026-11-18T00:00:00Z", "metric": "steps"}
    answer = await town.call(
        method,
        address,
        params=query | {field: time},
        headers=hanako.headers | {"Idempotency-Key": "addresses-01"},
    )
    (error,) = answer.json["errors"]
    assert (answer.status, error["field"]) == (400, field)
    assert says in error["detail"]
    assert error["limit"] == "a date and a time with its offset, as 2026-09-21T22:14:00+09:00"


def test_now_is_a_time_that_can_be_taken() -> None:
    assert FORM["rows"].read(json.dumps(row(NOON.isoformat())).encode(), CONTEXT).taken
