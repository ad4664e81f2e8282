"""Samples of Apple's HealthKit: what each becomes, deletions, sources, and everything that can be wrong."""

import random
from typing import Any

import pytest
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
from wellness_api.health.formats.apple.form import HEALTHKIT, SAMPLES_MAX, read_healthkit
from wellness_api.health.formats.apple.names import (
    BLOOD_PRESSURE_TYPE,
    METRIC_OF_QUANTITY,
    SLEEP_TYPE,
    apple_source,
)

DAY = load("healthkit_day.json")
QUANTITY = "HKQuantityTypeIdentifier"
WATCH = {"source": {"name": "太郎のApple Watch"}, "productType": "Watch6,1"}
PHONE = {"source": {"name": "太郎のiPhone"}, "productType": "iPhone14,2"}


def sample(uuid: str = "a", **fields: Any) -> Any:
    """A walk of 20 minutes and 2,000 steps from nine in the morning, unless the fields say otherwise."""
    return {
        "uuid": uuid,
        "type": f"{QUANTITY}StepCount",
        "startDate": "2026-11-18T09:00:00+09:00",
        "endDate": "2026-11-18T09:20:00+09:00",
        "value": 2000,
        "unit": "count",
        "sourceRevision": PHONE,
    } | fields


async def sync(town: Town, person: Person, *items: Any, deleted: list[Any] | None = None) -> Answer:
    """What an app sends after an anchored query."""
    return await send(town, person, "healthkit", {"samples": list(items), "deleted": deleted or []})


async def test_fractions_of_a_second_are_left_out_as_in_the_export_of_the_phone(town: Town) -> None:
    hanako = await town.resident()
    fine = sample(startDate="2026-11-18T09:00:00.123+09:00", endDate="2026-11-18T09:20:00.9+09:00")
    await sync(town, hanako, fine)
    again = (await sync(town, hanako, sample("a"))).json
    assert (again["receipt"]["accepted"], again["receipt"]["duplicate"]) == (0, 1)


async def test_an_interval_of_25_hours_is_taken_by_whole_seconds(town: Town) -> None:
    hanako = await town.resident()
    until = {"start": "2026-11-16T09:00:00+09:00", "end": "2026-11-17T10:00:0"}
    longest = sample("a", startDate=until["start"], endDate=until["end"] + "0.001+09:00")
    longer = sample("b", startDate=until["start"], endDate=until["end"] + "1+09:00")
    answer = (await sync(town, hanako, longest, longer)).json
    assert answer["receipt"]["accepted"] == 1
    assert [(refusal["item"], refusal["field"]) for refusal in answer["refusals"]] == [(1, "end")]


async def test_of_two_measurements_within_a_second_one_counts_whichever_came_first(
    town: Town,
) -> None:
    hanako, taro = await town.residents(2)
    heart_rate = {"type": f"{QUANTITY}HeartRate", "unit": "count/min"}
    beats = [
        sample(uuid, value=value, startDate=time, endDate=time, **heart_rate)
        for uuid, value, time in (
            ("a", 61, "2026-11-18T09:00:00.400+09:00"),
            ("b", 62, "2026-11-18T09:00:00.700+09:00"),
        )
    ]
    await sync(town, hanako, *beats)
    for beat in reversed(beats):
        await sync(town, taro, beat)
    (counted,) = await samples(town, hanako, "heart_rate")
    assert await samples(town, taro, "heart_rate") == [counted]


async def test_a_day_of_every_type_becomes_samples_of_their_metrics(town: Town) -> None:
    hanako = await town.resident()
    answer = await send(town, hanako, "healthkit", DAY)
    assert (answer.status, answer.json["refused_items"]) == (201, 0)
    assert {sent_sample["type"] for sent_sample in DAY["samples"]} >= set(METRIC_OF_QUANTITY)
    await town.settle()
    assert {
        metric: await total(town, hanako, metric)
        for metric in (
            "steps",
            "distance_walked",
            "floors_climbed",
            "active_energy",
            "basal_energy",
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
        "basal_energy": 20,
        # One by the watch's own count, and the phone's workout without its pauses.
        "active_minutes": 31,
        "walking_minutes": 20,
        "snow_shovelling_minutes": 30,
        "sleep_minutes": 400,
        "light_sleep_minutes": 180,
        "deep_sleep_minutes": 90,
        "rem_sleep_minutes": 80,
        "awake_in_bed_minutes": 10,
    }
    seven = 22 * 60
    assert {
        metric: await samples(town, hanako, metric)
        for metric in (
            "heart_rate",
            "resting_heart_rate",
            "hrv_sdnn",
            "systolic_pressure",
            "diastolic_pressure",
            "blood_glucose",
            "glucose_meal_relation",
            "oxygen_saturation",
            "respiratory_rate",
            "body_temperature",
            "body_weight",
            "body_height",
            "body_fat",
            "body_mass_index",
            "waist",
        )
    } == {
        "heart_rate": [(24 * 60, 92)],
        "resting_heart_rate": [(seven, 61)],
        "hrv_sdnn": [(20 * 60, 38.4)],
        "systolic_pressure": [(seven + 1, 135), (seven + 5, 132)],
        "diastolic_pressure": [(seven + 1, 86), (seven + 5, 84)],
        "blood_glucose": [(seven + 10, 99.1)],
        "glucose_meal_relation": [(seven + 10, 3)],
        "oxygen_saturation": [(20 * 60, 96)],
        "respiratory_rate": [(20 * 60, 14.5)],
        "body_temperature": [(seven + 6, 36.6)],
        "body_weight": [(seven + 14, 62.37)],
        "body_height": [(seven + 14, 158)],
        "body_fat": [(seven + 14, 28.4)],
        "body_mass_index": [(seven + 14, 24.99)],
        "waist": [(seven + 14, 83.8)],
    }


async def test_the_documents_example_is_taken_whole(town: Town) -> None:
    hanako = await town.resident()
    answer = await send(town, hanako, "healthkit", curl_body("healthkit.md"))
    assert (answer.status, answer.json["refused_items"]) == (201, 0)
    assert HEALTHKIT.example == curl_body("healthkit.md")


async def test_the_same_sync_again_brings_nothing_new(town: Town) -> None:
    hanako = await town.resident()
    first = await send(town, hanako, "healthkit", DAY)
    again = (await send(town, hanako, "healthkit", DAY)).json["receipt"]
    assert again["accepted"] == 0
    assert again["duplicate"] == first.json["receipt"]["accepted"]


async def test_no_name_of_a_person_is_in_a_source(town: Town) -> None:
    hanako = await town.resident()
    receipt = (await send(town, hanako, "healthkit", DAY)).json["receipt"]
    sources = {batch["source"] for batch in receipt["batches"]}
    assert sources == {
        apple_source("太郎のApple Watch", "Watch6,1"),
        apple_source("太郎のiPhone", "iPhone14,2"),
        apple_source("OMRON connect", None),
    }
    assert {source.partition("-")[0] for source in sources if "watch" in source} == {
        "watch:Watch6.1"
    }


async def test_the_device_that_measured_counts_before_what_the_source_runs_on(town: Town) -> None:
    hanako = await town.resident()
    strap = sample(sourceRevision=WATCH, device={"name": "H10", "hardwareVersion": "00760690.03"})
    watch = sample("b", sourceRevision=WATCH, device=None)
    receipt = (await sync(town, hanako, strap, watch)).json["receipt"]
    assert [batch["source"].partition(":")[0] for batch in receipt["batches"]] == ["phone", "watch"]


async def test_steps_earn_points(town: Town) -> None:
    await town.put_in_force()
    hanako = await town.resident()
    await sync(town, hanako, sample())
    await town.settle()
    today = (await town.get("/v1/me/today", hanako)).json
    assert (today["steps"], today["points_today"]) == (2_000, 1)


async def test_an_edit_is_a_deletion_and_a_sample_of_another_uuid(town: Town) -> None:
    await town.put_in_force()
    hanako = await town.resident()
    await sync(town, hanako, sample("A-1"))
    await town.settle()
    edited = sample("A-2", endDate="2026-11-18T09:10:00+09:00", value=900)
    assert (await sync(town, hanako, edited, deleted=["a-1"])).status == 201
    await town.settle()
    today = (await town.get("/v1/me/today", hanako)).json
    assert (today["steps"], today["points_today"]) == (900, 0)


async def test_a_deletion_may_come_before_its_sample_and_for_one_never_sent(town: Town) -> None:
    hanako = await town.resident()
    assert (await sync(town, hanako, deleted=["A", "never sent"])).status == 201
    receipt = (await sync(town, hanako, sample("a"))).json["receipt"]
    assert (receipt["accepted"], receipt["refused"]) == (0, 1)
    assert receipt["batches"][0]["refusals"][0]["reason"] == "deleted"
    assert await samples(town, hanako, "steps") == []


async def test_only_time_in_bed_is_a_sync_like_any_other(town: Town) -> None:
    hanako = await town.resident()
    answer = await sync(town, hanako, sample(type=SLEEP_TYPE, value="inBed"))
    assert (answer.status, answer.json["receipt"]["accepted"]) == (201, 0)


async def test_a_blood_pressure_and_its_two_quantities_are_one_measurement(town: Town) -> None:
    hanako = await town.resident()
    parts = [
        {"type": f"{QUANTITY}BloodPressureSystolic", "value": 132, "unit": "mmHg"},
        {"type": f"{QUANTITY}BloodPressureDiastolic", "value": 84, "unit": "mmHg"},
    ]
    await sync(town, hanako, sample(type=BLOOD_PRESSURE_TYPE, objects=parts))
    await sync(town, hanako, *(sample(part["type"], **part) for part in parts))
    for metric, value in (("systolic_pressure", 132), ("diastolic_pressure", 84)):
        assert [counted for _, counted in await samples(town, hanako, metric)] == [value]
    await sync(town, hanako, deleted=["a"])
    assert [counted for _, counted in await samples(town, hanako, "systolic_pressure")] == [132]


UNITS: list[tuple[str, float, str, str, float]] = [
    ("BodyMass", 62_400, "g", "body_weight", 62.4),
    ("BodyMass", 10, "st", "body_weight", 63.505),
    ("BodyMass", 2_201, "oz", "body_weight", 62.4),
    ("Height", 158, "cm", "body_height", 158),
    ("Height", 5, "ft", "body_height", 152.4),
    ("BodyTemperature", 36.6, "degC", "body_temperature", 36.6),
    ("BodyTemperature", 309.75, "K", "body_temperature", 36.6),
    ("HeartRate", 1.2, "count/s", "heart_rate", 72),
    ("HeartRateVariabilitySDNN", 38.4, "ms", "hrv_sdnn", 38.4),
    ("BloodPressureSystolic", 16, "kPa", "systolic_pressure", 120),
    ("BloodGlucose", 99, "mg/dL", "blood_glucose", 99),
    ("ActiveEnergyBurned", 84, "Cal", "active_energy", 84),
    ("ActiveEnergyBurned", 418.4, "kJ", "active_energy", 100),
    ("DistanceWalkingRunning", 1, "mi", "distance_walked", 1609.344),
    ("OxygenSaturation", 1, "%", "oxygen_saturation", 100),
    ("AppleExerciseTime", 600, "s", "active_minutes", 10),
]


@pytest.mark.parametrize(("name", "value", "unit", "metric", "expected"), UNITS)
async def test_units_are_healthkits(
    town: Town, name: str, value: float, unit: str, metric: str, expected: float
) -> None:
    hanako = await town.resident()
    answer = await sync(town, hanako, sample(type=f"{QUANTITY}{name}", value=value, unit=unit))
    assert answer.status == 201, answer.body
    assert await total(town, hanako, metric) == pytest.approx(expected, abs=0.03)


WORKOUTS: list[tuple[Any, str]] = [
    (24, "walking_minutes"),
    ("HKWorkoutActivityTypeRunning", "running_minutes"),
    ("cycling", "cycling_minutes"),
    (46, "swimming_minutes"),
    ("downhillSkiing", "skiing_minutes"),
    (50, "strength_minutes"),
    (72, "indoor_exercise_minutes"),
]


@pytest.mark.parametrize(("activity", "metric"), WORKOUTS)
async def test_a_phones_workout_counts_as_its_own_kind_and_as_active(
    town: Town, activity: Any, metric: str
) -> None:
    hanako = await town.resident()
    await sync(town, hanako, sample(type="HKWorkoutTypeIdentifier", workoutActivityType=activity))
    assert await total(town, hanako, metric) == 20
    assert await total(town, hanako, "active_minutes") == 20


async def test_a_watchs_workout_leaves_active_minutes_to_its_exercise_time(town: Town) -> None:
    hanako = await town.resident()
    workout = sample(type="HKWorkout", workoutActivityType=37, sourceRevision=WATCH)
    receipt = (await sync(town, hanako, workout)).json["receipt"]
    assert [batch["metric"] for batch in receipt["batches"]] == ["running_minutes"]


async def test_a_workout_unknown_to_us_is_active_minutes(town: Town) -> None:
    hanako = await town.resident()
    await sync(town, hanako, sample(type="HKWorkout", workoutActivityType=84, duration=1e308))
    assert await total(town, hanako, "active_minutes") == 20


@pytest.mark.parametrize(("meal_time", "relation"), [(1, [3]), (2, [4]), (9, [])])
async def test_a_glucose_says_how_it_stood_to_a_meal(
    town: Town, meal_time: int, relation: list[float]
) -> None:
    hanako = await town.resident()
    glucose = sample(
        type=f"{QUANTITY}BloodGlucose",
        value=99,
        unit="mg/dL",
        metadata={"HKBloodGlucoseMealTime": meal_time, "HKWasUserEntered": True},
    )
    await sync(town, hanako, glucose)
    relations = await samples(town, hanako, "glucose_meal_relation")
    assert [value for _, value in relations] == relation


def without(name: str) -> Any:
    """The walk without one of its fields."""
    return {field: value for field, value in sample().items() if field != name}


SYSTOLIC = {"type": f"{QUANTITY}BloodPressureSystolic", "value": 132, "unit": "mmHg"}

BAD_ITEMS: list[tuple[Any, str]] = [
    (sample(type=f"{QUANTITY}DietaryCaffeine"), "type"),
    (sample(type="HKCategoryTypeIdentifierMindfulSession"), "type"),
    (sample(type=None), "type"),
    (sample(value="many"), "value"),
    (sample(value=1e300), "value"),
    (sample(value=-1e300), "value"),
    (without("value"), "value"),
    (without("unit"), "value"),
    (without("uuid"), "item"),
    (without("startDate"), "item"),
    (without("sourceRevision"), "item"),
    (sample(unit="furlong"), "unit"),
    (sample(unit="kg"), "unit"),
    (sample(unit="mmol<180>/L"), "unit"),
    (sample(unit="mmol<" + "9" * 50 + ">/L"), "unit"),
    (sample(""), "uuid"),
    (sample("x" * 201), "uuid"),
    (sample(startDate="yesterday"), "startDate"),
    (sample(startDate="2026-11-18T09:00:00"), "startDate"),
    (sample(startDate="1999-12-31T23:59:59Z"), "startDate"),
    (sample(startDate="2026-11-18T09:30:00+09:00"), "end"),
    (sample(startDate="2026-11-16T09:00:00+09:00"), "end"),
    (sample(endDate="2026-11-20T19:00:00+09:00"), "endDate"),
    (sample(sourceRevision={"source": {}}), "sourceRevision.source"),
    (sample(type=SLEEP_TYPE, value=6), "value"),
    (sample(type=SLEEP_TYPE, value=-1), "value"),
    (sample(type=SLEEP_TYPE, value=1.5), "value"),
    (sample(type=SLEEP_TYPE, value="napping"), "value"),
    (sample(type=SLEEP_TYPE, value=None), "value"),
    (sample(type=SLEEP_TYPE, value=1, startDate="2026-11-16T09:00:00+09:00"), "end"),
    (sample(type=BLOOD_PRESSURE_TYPE), "objects"),
    (sample(type=BLOOD_PRESSURE_TYPE, objects=[SYSTOLIC]), "objects"),
    (sample(type=BLOOD_PRESSURE_TYPE, objects=[SYSTOLIC] * 11), "objects"),
    (sample(type=BLOOD_PRESSURE_TYPE, objects=[SYSTOLIC | {"unit": "kg"}]), "unit"),
    (sample(type="HKWorkoutTypeIdentifier"), "workoutActivityType"),
    (sample(type="HKWorkoutTypeIdentifier", workoutActivityType=[]), "workoutActivityType"),
    ("steps", "item"),
    (None, "item"),
    ([], "item"),
]


@pytest.mark.parametrize(("bad", "field"), BAD_ITEMS)
async def test_a_bad_sample_is_refused_alone_with_its_place_and_field(
    town: Town, bad: Any, field: str
) -> None:
    hanako = await town.resident()
    answer = (await sync(town, hanako, sample("good"), bad, sample("good too"))).json
    assert answer["receipt"]["accepted"] + answer["receipt"]["duplicate"] == 2
    (refusal,) = answer["refusals"]
    assert (refusal["item"], refusal["field"]) == (1, field)
    assert refusal["limit"]
    assert refusal["detail"]


async def test_an_unknown_type_is_answered_with_those_that_are_known(town: Town) -> None:
    hanako = await town.resident()
    bad = sample("b", type=f"{QUANTITY}DietaryCaffeine")
    limit = (await sync(town, hanako, sample(), bad)).json["refusals"][0]["limit"]
    assert all(name in limit for name in (*METRIC_OF_QUANTITY, SLEEP_TYPE, BLOOD_PRESSURE_TYPE))


@pytest.mark.parametrize("bad", [7, None, "", {"uuid": "a"}])
async def test_a_bad_deletion_is_refused_alone_and_counted_after_the_samples(
    town: Town, bad: Any
) -> None:
    hanako = await town.resident()
    answer = (await sync(town, hanako, sample("b"), deleted=["a", bad])).json
    assert [refusal["item"] for refusal in answer["refusals"]] == [2]


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"", 400),
        (b"[]", 422),
        (b"{}", 422),
        (b'{"samples": {}}', 422),
        (b'{"samples": [', 400),
        (b'{"samples": [1], "deleted": []}', 422),
        (b'{"samples": [' + b"1," * SAMPLES_MAX + b"1]}", 422),
    ],
)
async def test_a_body_that_is_no_list_of_changes_is_refused_whole(
    town: Town, body: bytes, status: int
) -> None:
    hanako = await town.resident()
    headers = hanako.headers | {"Idempotency-Key": "hk-bad-01", "Content-Type": "application/json"}
    answer = await town.call("POST", "/v1/uploads/healthkit", data=body, headers=headers)
    assert (answer.status, answer.headers["Content-Type"]) == (status, "application/problem+json")


def test_a_night_is_a_sample_of_each_of_its_metrics_whatever_its_length() -> None:
    night = sample(type=SLEEP_TYPE, value=3, startDate="2026-11-17T09:00:00+09:00")
    read = reads_or_refuses(read_healthkit, encoded({"samples": [night] * SAMPLES_MAX}))
    assert read is not None
    assert all(len(of.times_ms) == 1 for of in read.taken[-1].columns.values())


@given(st.dictionaries(st.sampled_from(["samples", "deleted"]), st.lists(Json, max_size=4)))
def test_any_json_is_read_or_refused(body: Any) -> None:
    reads_or_refuses(read_healthkit, encoded(body))


@given(
    st.sampled_from(DAY["samples"]),
    st.sampled_from(ODD_NUMBERS) | Json,
    st.randoms(use_true_random=False),
)
def test_a_sample_with_anything_anywhere_is_taken_or_refused_alone(
    item: Any, other: Any, chance: random.Random
) -> None:
    body = {"samples": [sample(), damaged(item, other, chance)]}
    items = reads_or_refuses(read_healthkit, encoded(body))
    assert items is None or items.item_count == len(items.taken) + len(items.refused) == 2
