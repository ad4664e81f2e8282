"""Records of Android's Health Connect: what each becomes, edits, deletions, and everything that can be wrong."""

import random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from device_bridge.wire import SAMPLES_PER_UPLOAD_MAX
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
from wellness_api.health.formats.health_connect.form import (
    HEALTH_CONNECT,
    RECORDS_MAX,
    read_health_connect,
)
from wellness_api.health.formats.health_connect.names import RECORD_TYPES

DAY = load("health_connect_day.json")
WATCH = "watch:com.google.android.apps.fitness"


def record(record_id: str = "a", modified: str = "2026-11-18T02:00:00Z", **fields: Any) -> Any:
    """A walk of 20 minutes and 2,000 steps from nine in the morning, unless the fields say otherwise."""
    return {
        "type": "StepsRecord",
        "metadata": {
            "id": record_id,
            "lastModifiedTime": modified,
            "dataOrigin": {"packageName": "com.example"},
        },
        "startTime": "2026-11-18T00:00:00Z",
        "endTime": "2026-11-18T00:20:00Z",
        "count": 2000,
    } | fields


def moment(record_type: str, **fields: Any) -> Any:
    """A record of one moment at seven in the morning."""
    head = record(type=record_type, time="2026-11-17T22:00:00Z", **fields)
    return {name: head[name] for name in head if name not in {"startTime", "endTime", "count"}}


async def sync(
    town: Town, person: Person, *records: Any, deleted: list[Any] | None = None
) -> Answer:
    """What an app sends after reading the changes since its last token."""
    return await send(
        town, person, "health-connect", {"records": list(records), "deleted": deleted or []}
    )


async def test_a_day_of_every_record_type_becomes_samples_of_their_metrics(town: Town) -> None:
    hanako = await town.resident()
    answer = await send(town, hanako, "health-connect", DAY)
    assert (answer.status, answer.json["refused_items"]) == (201, 0)
    assert {sent_record["type"].removesuffix("Record") for sent_record in DAY["records"]} == set(
        RECORD_TYPES
    )
    await town.settle()
    assert {
        metric: await total(town, hanako, metric)
        for metric in (
            "steps",
            "distance_walked",
            "floors_climbed",
            "active_energy",
            "active_minutes",
            "walking_minutes",
            "snow_shovelling_minutes",
            "sleep_minutes",
            "light_sleep_minutes",
            "deep_sleep_minutes",
            "rem_sleep_minutes",
            "awake_in_bed_minutes",
        )
    } == {
        "steps": 2_100,
        "distance_walked": 1_500,
        "floors_climbed": 3,
        "active_energy": 84,
        "active_minutes": 65,
        "walking_minutes": 20,
        "snow_shovelling_minutes": 45,
        "sleep_minutes": 400,
        "light_sleep_minutes": 180,
        "deep_sleep_minutes": 90,
        "rem_sleep_minutes": 80,
        "awake_in_bed_minutes": 15,
    }
    seven = 22 * 60
    assert {
        metric: await samples(town, hanako, metric)
        for metric in (
            "heart_rate",
            "resting_heart_rate",
            "hrv_rmssd",
            "systolic_pressure",
            "diastolic_pressure",
            "blood_pressure_posture",
            "blood_pressure_site",
            "blood_glucose",
            "glucose_meal_relation",
            "oxygen_saturation",
            "respiratory_rate",
            "body_temperature",
            "body_weight",
            "body_height",
            "body_fat",
        )
    } == {
        "heart_rate": [(24 * 60, 92), (24 * 60 + 1, 104), (24 * 60 + 2, 110)],
        "resting_heart_rate": [(seven, 61)],
        "hrv_rmssd": [(20 * 60, 38.4)],
        "systolic_pressure": [(seven + 5, 132)],
        "diastolic_pressure": [(seven + 5, 84)],
        "blood_pressure_posture": [(seven + 5, 1)],
        "blood_pressure_site": [(seven + 5, 1)],
        "blood_glucose": [(seven + 10, 99.1)],
        "glucose_meal_relation": [(seven + 10, 2)],
        "oxygen_saturation": [(20 * 60, 96)],
        "respiratory_rate": [(20 * 60, 14.5)],
        "body_temperature": [(seven + 6, 36.6)],
        "body_weight": [(seven + 14, 62.4)],
        "body_height": [(seven + 14, 158)],
        "body_fat": [(seven + 14, 28.4)],
    }


async def test_the_kind_of_source_is_the_device_and_its_name_the_app(town: Town) -> None:
    hanako = await town.resident()
    answer = await send(town, hanako, "health-connect", DAY)
    sources = {batch["metric"]: batch["source"] for batch in answer.json["receipt"]["batches"]}
    assert sources["steps"] == WATCH
    assert sources["body_weight"] == "station:com.withings.wiscale2"
    assert sources["systolic_pressure"] == "phone:jp.co.omron.healthcare.omron_connect"


async def test_the_documents_example_is_taken_whole(town: Town) -> None:
    hanako = await town.resident()
    answer = await send(town, hanako, "health-connect", curl_body("health-connect.md"))
    assert (answer.status, answer.json["refused_items"]) == (201, 0)
    assert HEALTH_CONNECT.example == curl_body("health-connect.md")


async def test_the_same_sync_again_brings_nothing_new(town: Town) -> None:
    hanako = await town.resident()
    first = await send(town, hanako, "health-connect", DAY)
    again = (await send(town, hanako, "health-connect", DAY)).json["receipt"]
    assert again["accepted"] == 0
    assert again["duplicate"] == first.json["receipt"]["accepted"]


async def test_steps_of_a_watch_earn_points(town: Town) -> None:
    await town.put_in_force()
    hanako = await town.resident()
    await sync(town, hanako, record())
    await town.settle()
    today = (await town.get("/v1/me/today", hanako)).json
    assert (today["steps"], today["points_today"]) == (2_000, 1)


async def test_an_edited_record_moves_its_samples(town: Town) -> None:
    hanako = await town.resident()
    await sync(town, hanako, record())
    edited = record(
        modified="2026-11-18T02:10:00Z",
        startTime="2026-11-18T01:00:00Z",
        endTime="2026-11-18T01:10:00Z",
        count=900,
    )
    assert (await sync(town, hanako, edited)).status == 201
    await town.settle()
    steps = await samples(town, hanako, "steps")
    assert steps == [(25 * 60, 900)]


async def test_an_older_version_that_arrives_later_changes_nothing(town: Town) -> None:
    hanako = await town.resident()
    await sync(town, hanako, record(count=900, modified="2026-11-18T02:10:00Z"))
    late = (await sync(town, hanako, record())).json["receipt"]
    assert (late["accepted"], late["refused"]) == (0, 1)
    assert late["batches"][0]["refusals"][0]["reason"] == "older_revision"
    assert await total(town, hanako, "steps") == 900


async def test_a_record_that_another_app_took_over_leaves_its_old_source(town: Town) -> None:
    hanako = await town.resident()
    await sync(town, hanako, record())
    moved = record(modified="2026-11-18T02:10:00Z")
    moved["metadata"]["dataOrigin"] = "com.example.other"
    await sync(town, hanako, moved)
    assert await samples(town, hanako, "steps", "phone:com.example") == []
    assert await total(town, hanako, "steps") == 2_000


async def test_a_deletion_takes_the_record_and_its_points_back(town: Town) -> None:
    await town.put_in_force()
    hanako = await town.resident()
    await sync(town, hanako, record(), record("b", startTime="2026-11-18T00:10:00Z", count=30))
    await town.settle()
    assert (await sync(town, hanako, deleted=["a"])).status == 201
    await town.settle()
    today = (await town.get("/v1/me/today", hanako)).json
    assert today["points_today"] == 0
    again = (await sync(town, hanako, record(modified="2026-11-18T02:50:00Z"))).json["receipt"]
    assert again["batches"][0]["refusals"][0]["reason"] == "deleted"


async def test_a_deletion_may_come_before_its_record_and_for_one_never_sent(town: Town) -> None:
    hanako = await town.resident()
    assert (await sync(town, hanako, deleted=["a", "never sent"])).status == 201
    receipt = (await sync(town, hanako, record())).json["receipt"]
    assert (receipt["accepted"], receipt["refused"]) == (0, 1)
    assert await samples(town, hanako, "steps") == []


async def test_a_deletion_in_the_same_sync_as_its_record_wins(town: Town) -> None:
    hanako = await town.resident()
    await sync(town, hanako, record(), deleted=["a"])
    assert await samples(town, hanako, "steps") == []


async def test_two_records_that_share_a_minute_are_both_counted(town: Town) -> None:
    hanako = await town.resident()
    await sync(
        town,
        hanako,
        record("a", endTime="2026-11-18T00:00:30Z", count=40),
        record("b", startTime="2026-11-18T00:00:30Z", endTime="2026-11-18T00:01:00Z", count=50),
    )
    assert await total(town, hanako, "steps") == 90


QUANTITIES: list[tuple[Any, str, float]] = [
    (moment("WeightRecord", weight={"value": 62.4, "unit": "kilograms"}), "body_weight", 62.4),
    (moment("Weight", weight={"value": 100, "unit": "pounds"}), "body_weight", 45.36),
    (moment("Weight", weight={"value": 62400, "unit": "gram"}), "body_weight", 62.4),
    (moment("Height", height={"value": 1.655, "unit": "meter"}), "body_height", 165.5),
    (
        record(type="ActiveCaloriesBurned", energy={"value": 100, "unit": "kcal"}),
        "active_energy",
        100,
    ),
    (
        record(
            type="HeartRateSeries",
            samples=[{"time": "2026-11-18T00:01:00Z", "beatsPerMinute": 71}],
        ),
        "heart_rate",
        71,
    ),
    (moment("WeightRecord", weight={"inPounds": 100}), "body_weight", 45.36),
    (moment("HeightRecord", height={"value": 5, "unit": "feet"}), "body_height", 152.4),
    (moment("HeightRecord", height={"inInches": 62}), "body_height", 157.5),
    (
        moment("BodyTemperatureRecord", temperature={"value": 98.6, "unit": "fahrenheit"}),
        "body_temperature",
        37,
    ),
    (
        moment("BloodGlucoseRecord", level={"value": 5.5, "unit": "millimolesPerLiter"}),
        "blood_glucose",
        99.1,
    ),
    (moment("OxygenSaturationRecord", percentage={"value": 96}), "oxygen_saturation", 96),
    (
        record(type="ActiveCaloriesBurnedRecord", energy={"value": 418.4, "unit": "kilojoules"}),
        "active_energy",
        100,
    ),
    (record(type="DistanceRecord", distance={"inMiles": 1}), "distance_walked", 1609.344),
]


@pytest.mark.parametrize(("item", "metric", "value"), QUANTITIES)
async def test_quantities_come_as_value_and_unit_or_by_unit(
    town: Town, item: Any, metric: str, value: float
) -> None:
    hanako = await town.resident()
    answer = await sync(town, hanako, item)
    assert answer.status == 201, answer.body
    assert await total(town, hanako, metric) == pytest.approx(value, abs=0.006)


EXERCISES: list[tuple[Any, str]] = [
    (8, "cycling_minutes"),
    ("EXERCISE_TYPE_RUNNING", "running_minutes"),
    ("swimming_pool", "swimming_minutes"),
    (61, "skiing_minutes"),
    (81, "strength_minutes"),
    (83, "indoor_exercise_minutes"),
]


@pytest.mark.parametrize(("exercise_type", "metric"), EXERCISES)
async def test_an_exercise_counts_as_its_own_kind_and_as_active(
    town: Town, exercise_type: Any, metric: str
) -> None:
    hanako = await town.resident()
    await sync(town, hanako, record(type="ExerciseSessionRecord", exerciseType=exercise_type))
    assert await total(town, hanako, metric) == 20
    assert await total(town, hanako, "active_minutes") == 20


@pytest.mark.parametrize("title", ["雪かき", " Snow Shovelling", "snow  shoveling"])
async def test_a_title_tells_snow_shovelling_whatever_the_type(town: Town, title: str) -> None:
    hanako = await town.resident()
    session = record(type="ExerciseSessionRecord", exerciseType=79, title=title)
    await sync(town, hanako, session)
    assert await total(town, hanako, "snow_shovelling_minutes") == 20
    assert await total(town, hanako, "walking_minutes") == 0


async def test_an_exercise_unknown_to_us_is_active_minutes(town: Town) -> None:
    hanako = await town.resident()
    await sync(town, hanako, record(type="ExerciseSessionRecord", exerciseType=4_000))
    assert await total(town, hanako, "active_minutes") == 20


async def test_a_night_without_stages_is_sleep_throughout(town: Town) -> None:
    hanako = await town.resident()
    await sync(town, hanako, record(type="SleepSessionRecord"))
    assert await total(town, hanako, "sleep_minutes") == 20


async def test_records_that_hold_nothing_are_a_sync_like_any_other(town: Town) -> None:
    hanako = await town.resident()
    up = record("b", type="SleepSessionRecord", stages=stages(("00:00", "00:05", "out_of_bed")))
    answer = await sync(town, hanako, record(type="HeartRateRecord", samples=[]), up)
    assert (answer.status, answer.json["receipt"]["accepted"]) == (201, 0)


async def test_posture_and_site_that_are_unknown_do_not_stand_in_the_way(town: Town) -> None:
    hanako = await town.resident()
    pressure = {
        "systolic": {"inMillimetersOfMercury": 132},
        "diastolic": {"value": 84, "unit": "millimetersOfMercury"},
    }
    answer = await sync(
        town,
        hanako,
        moment("BloodPressureRecord", **pressure, bodyPosition="HANGING", measurementLocation=0),
    )
    assert {batch["metric"] for batch in answer.json["receipt"]["batches"]} == {
        "systolic_pressure",
        "diastolic_pressure",
    }


async def test_an_implausible_value_is_kept_and_flagged(town: Town) -> None:
    hanako = await town.resident()
    answer = await sync(town, hanako, moment("WeightRecord", weight={"inKilograms": 6_240}))
    assert (answer.json["receipt"]["accepted"], answer.json["receipt"]["flagged"]) == (1, 1)


def stages(*triples: tuple[str, str, Any]) -> list[Any]:
    """Stages by hour and minute of the record's hour."""
    return [
        {"startTime": f"2026-11-18T{start}:00Z", "endTime": f"2026-11-18T{end}:00Z", "stage": stage}
        for start, end, stage in triples
    ]


BAD_ITEMS: list[tuple[Any, str]] = [
    (record(type="NutritionRecord"), "type"),
    (record(type=None), "type"),
    (record(count=None), "count"),
    (record(count="many"), "count"),
    (record(count=1e300), "count"),
    (record(count=-1e300), "count"),
    ({name: value for name, value in record().items() if name != "count"}, "count"),
    ({name: value for name, value in record().items() if name != "endTime"}, "endTime"),
    ({name: value for name, value in record().items() if name != "metadata"}, "item"),
    (record(metadata={"id": "a"}), "metadata"),
    (record(""), "metadata.id"),
    (record("x" * 201), "metadata.id"),
    (record(startTime=None), "time"),
    (record(startTime="2026-11-18T00:00:00"), "startTime"),
    (record(startTime="1999-12-31T23:59:59Z"), "startTime"),
    (record(startTime="2026-11-18T00:30:00Z"), "endTime"),
    (record(startTime="2026-11-16T00:00:00Z"), "endTime"),
    (record(endTime="2026-11-20T09:00:00Z"), "endTime"),
    (moment("WeightRecord"), "weight"),
    (moment("WeightRecord", weight=62.4), "weight"),
    (moment("WeightRecord", weight={}), "weight"),
    (moment("WeightRecord", weight={"value": 62.4}), "weight"),
    (moment("WeightRecord", weight={"value": 62.4, "unit": "stones"}), "weight"),
    (moment("WeightRecord", weight={"value": None, "unit": "kilograms"}), "weight"),
    (moment("WeightRecord", weight={"value": 62.4, "unit": "meters"}), "unit"),
    (moment("WeightRecord", weight={"inKilograms": "62.4"}), "weight"),
    (moment("BloodPressureRecord", systolic={"inMillimetersOfMercury": 132}), "diastolic"),
    (record(type="HeartRateRecord", samples=[{"beatsPerMinute": 60}]), "samples[0]"),
    (
        record(
            type="HeartRateRecord", samples=[{"time": "2030-01-01T00:00:00Z", "beatsPerMinute": 60}]
        ),
        "samples[0].time",
    ),
    (
        record(
            type="HeartRateRecord",
            samples=[{"time": "2026-11-18T00:00:00Z", "beatsPerMinute": 1e200}],
        ),
        "samples",
    ),
    (record(type="SleepSessionRecord", stages=stages(("00:00", "00:30", 4))), "stages"),
    (record(type="SleepSessionRecord", stages=stages(("00:10", "00:05", 4))), "stages"),
    (record(type="SleepSessionRecord", stages=stages(("00:00", "00:10", "coma"))), "stages"),
    (record(type="SleepSessionRecord", stages=stages(("00:00", "00:10", 9))), "stages"),
    (
        record(
            type="SleepSessionRecord", stages=stages(("00:00", "00:10", 4), ("00:05", "00:15", 5))
        ),
        "stages",
    ),
    (moment("SleepSessionRecord"), "endTime"),
    (moment("ExerciseSessionRecord", exerciseType=79), "endTime"),
    (record(type="ExerciseSessionRecord"), "item"),
    ("steps", "item"),
    (None, "item"),
    ([], "item"),
]


@pytest.mark.parametrize(("bad", "field"), BAD_ITEMS)
async def test_a_bad_record_is_refused_alone_with_its_place_and_field(
    town: Town, bad: Any, field: str
) -> None:
    hanako = await town.resident()
    answer = (await sync(town, hanako, record("good"), bad, record("good too"))).json
    assert answer["receipt"]["accepted"] + answer["receipt"]["duplicate"] == 2
    (refusal,) = answer["refusals"]
    assert (refusal["item"], refusal["field"]) == (1, field)
    assert refusal["limit"]
    assert refusal["detail"]


async def test_an_unknown_record_type_is_answered_with_those_that_are_known(town: Town) -> None:
    hanako = await town.resident()
    answer = (await sync(town, hanako, record(), record("b", type="NutritionRecord"))).json
    limit = answer["refusals"][0]["limit"]
    assert all(f"{name}Record" in limit for name in RECORD_TYPES)


@pytest.mark.parametrize("bad", [7, None, "", {"recordId": "a"}])
async def test_a_bad_deletion_is_refused_alone_and_counted_after_the_records(
    town: Town, bad: Any
) -> None:
    hanako = await town.resident()
    answer = (await sync(town, hanako, record("b"), deleted=["a", bad])).json
    assert [refusal["item"] for refusal in answer["refusals"]] == [2]


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"", 400),
        (b"[]", 422),
        (b"{}", 422),
        (b'{"records": {}}', 422),
        (b'{"records": [', 400),
        (b'{"records": [1], "deleted": []}', 422),
        (b'{"deleted": [' + b"1," * RECORDS_MAX + b"1]}", 422),
    ],
)
async def test_a_body_that_is_no_list_of_changes_is_refused_whole(
    town: Town, body: bytes, status: int
) -> None:
    hanako = await town.resident()
    headers = hanako.headers | {"Idempotency-Key": "hc-bad-01", "Content-Type": "application/json"}
    answer = await town.call("POST", "/v1/uploads/health-connect", data=body, headers=headers)
    assert (answer.status, answer.headers["Content-Type"]) == (status, "application/problem+json")


def test_series_of_more_samples_than_an_upload_may_hold_are_refused() -> None:
    beats = [{"time": "2026-11-18T00:00:00Z", "beatsPerMinute": 60}] * 1_000
    series = record(type="HeartRateRecord", samples=beats)
    for count, is_read in ((SAMPLES_PER_UPLOAD_MAX // 1_000, True), (252, False)):
        read = reads_or_refuses(read_health_connect, encoded({"records": [series] * count}))
        assert (read is not None) == is_read


@given(st.dictionaries(st.sampled_from(["records", "deleted"]), st.lists(Json, max_size=4)))
def test_any_json_is_read_or_refused(body: Any) -> None:
    reads_or_refuses(read_health_connect, encoded(body))


@given(
    st.sampled_from(DAY["records"]),
    st.sampled_from(ODD_NUMBERS) | Json,
    st.randoms(use_true_random=False),
)
def test_a_record_with_anything_anywhere_is_taken_or_refused_alone(
    item: Any, other: Any, chance: random.Random
) -> None:
    body = {"records": [record(), damaged(item, other, chance)]}
    items = reads_or_refuses(read_health_connect, encoded(body))
    assert items is None or items.item_count == len(items.taken) + len(items.refused) == 2
