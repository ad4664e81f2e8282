"""Data points of Open mHealth and IEEE 1752.1: what each becomes, edits, and everything that can be wrong."""

import random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.town import Town
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
from wellness_api.health.formats.open_mhealth.form import POINTS_MAX, read_open_mhealth
from wellness_api.health.formats.open_mhealth.schemas import MEASURES

DAY = load("open_mhealth_day.json")
APP = "phone:Example.Health"
AT = "2026-11-18T07:30:00+09:00"
HALF_PAST_SEVEN = 22 * 60 + 30
"""In minutes after midnight UTC of the day before."""


def point(
    schema: str = "body-weight",
    body: Any = None,
    frame: Any = None,
    namespace: str = "omh",
    **header: Any,
) -> Any:
    """A body weight at half past seven, unless the arguments say otherwise."""
    return {
        "header": {
            "schema_id": {"namespace": namespace, "name": schema, "version": "1.0"},
            "acquisition_provenance": {"source_name": "phone:a"},
        }
        | header,
        "body": (body or {"body_weight": {"value": 62.4, "unit": "kg"}})
        | {"effective_time_frame": frame or {"date_time": AT}},
    }


def interval(**sides: Any) -> Any:
    return {"time_interval": sides}


TWENTY_MINUTES = interval(
    start_date_time="2026-11-18T09:00:00+09:00", end_date_time="2026-11-18T09:20:00+09:00"
)
STEPS = {"step_count": {"value": 2000, "unit": "steps"}}
PRESSURE = {
    "systolic_blood_pressure": {"value": 128, "unit": "mmHg"},
    "diastolic_blood_pressure": {"value": 79, "unit": "mmHg"},
    "measurement_location": "right upper arm",
}


async def test_a_day_of_data_points_from_both_standards(town: Town) -> None:
    hanako = await town.resident()
    answer = await send(town, hanako, "open-mhealth", DAY)
    assert (answer.status, answer.json["refusals"]) == (201, [])
    assert await samples(town, hanako, "systolic_pressure") == [(HALF_PAST_SEVEN, 128)]
    assert await samples(town, hanako, "diastolic_pressure") == [(HALF_PAST_SEVEN, 79)]
    assert await samples(town, hanako, "blood_pressure_posture") == [(HALF_PAST_SEVEN, 1)]
    assert await samples(town, hanako, "blood_pressure_site") == [(HALF_PAST_SEVEN, 1)]
    assert await samples(town, hanako, "body_weight") == [(HALF_PAST_SEVEN - 30, 63.505)]
    assert await samples(town, hanako, "body_temperature") == [(HALF_PAST_SEVEN - 25, 36.6)]
    assert await samples(town, hanako, "blood_glucose") == [(HALF_PAST_SEVEN - 20, 99.1)]
    assert await samples(town, hanako, "glucose_meal_relation") == [(HALF_PAST_SEVEN - 20, 2)]
    assert await samples(town, hanako, "heart_rate") == [(24 * 60 + 30, 71)]
    assert await total(town, hanako, "steps") == 6_100
    assert await total(town, hanako, "distance_walked") == 3_200
    assert await total(town, hanako, "active_energy") == 180
    assert await total(town, hanako, "walking_minutes") == 40
    assert await total(town, hanako, "active_minutes") == 40
    assert await total(town, hanako, "sleep_minutes") == 460
    assert await total(town, hanako, "deep_sleep_minutes") == 95


async def test_the_same_day_again_is_known_throughout(town: Town) -> None:
    hanako = await town.resident()
    first = (await send(town, hanako, "open-mhealth", DAY)).json["receipt"]
    again = (await send(town, hanako, "open-mhealth", DAY)).json["receipt"]
    assert (again["accepted"], again["duplicate"]) == (0, first["accepted"])


@pytest.mark.parametrize("body", [point(), [point()], {"items": [point()]}])
async def test_a_single_one_a_list_and_an_object_with_items(town: Town, body: Any) -> None:
    hanako = await town.resident()
    assert (await send(town, hanako, "open-mhealth", body)).status == 201
    assert await samples(town, hanako, "body_weight", "phone:a") == [(HALF_PAST_SEVEN, 62.4)]


async def test_the_document_s_example_works(town: Town) -> None:
    hanako = await town.resident()
    assert (await send(town, hanako, "open-mhealth", curl_body("open-mhealth.md"))).status == 201


@pytest.mark.parametrize("name", ["id", "uuid"])
async def test_the_data_point_that_was_changed_last_counts(town: Town, name: str) -> None:
    hanako = await town.resident()
    weight = {"body_weight": {"value": 63.0, "unit": "kg"}}
    newer = {name: "7", "creation_date_time": "2026-11-18T02:00:00Z"}
    older = {name: "7", "source_creation_date_time": "2026-11-18T01:00:00Z"}
    await send(town, hanako, "open-mhealth", point(body=weight, **newer))
    answer = await send(town, hanako, "open-mhealth", point(**older))
    assert answer.json["receipt"]["refused"] == 1
    assert await samples(town, hanako, "body_weight") == [(HALF_PAST_SEVEN, 63.0)]


SOURCES: list[tuple[Any, str]] = [
    ({"acquisition_provenance": {"source_name": "watch:mine"}}, "watch:mine"),
    ({"acquisition_provenance": {"source_name": "RunKeeper"}}, "phone:RunKeeper"),
    ({"acquisition_provenance": {"source_name": "AppleWatch"}}, "watch:AppleWatch"),
    (
        {
            "acquisition_provenance": None,
            "external_datasheets": [{"datasheet_type": "m"}, {"datasheet_reference": "Scale"}],
        },
        "phone:Scale",
    ),
    ({"acquisition_provenance": None}, "phone:open-mhealth"),
]


@pytest.mark.parametrize(("header", "source"), SOURCES)
def test_the_source_is_named_after_what_the_header_says(header: Any, source: str) -> None:
    read = reads_or_refuses(read_open_mhealth, encoded(point(**header)))
    assert read is not None
    assert [record.source for record in read.taken] == [source]


KEPT: list[tuple[Any, str, float]] = [
    (point("step-count", STEPS, TWENTY_MINUTES), "steps", 2_000),
    (
        point(
            "step-count",
            STEPS,
            interval(
                end_date_time="2026-11-18T09:20:00+09:00", duration={"value": 1200, "unit": "sec"}
            ),
        ),
        "steps",
        2_000,
    ),
    # As versions 1.0 and 2.0 of the schema have it.
    (point("step-count", {"step_count": 2000}, TWENTY_MINUTES), "steps", 2_000),
    (
        point("step-count", STEPS | {"descriptive_statistic": "sum"}, TWENTY_MINUTES),
        "steps",
        2_000,
    ),
    (point("blood-pressure", PRESSURE), "blood_pressure_site", 2),
    # As our own exports said it before they kept to the schema.
    (
        point(
            "blood-pressure",
            PRESSURE
            | {"measurement_location": {"body_structure": "upper arm", "laterality": "right"}},
        ),
        "blood_pressure_site",
        2,
    ),
    (
        point(
            "blood-pressure",
            PRESSURE
            | {"measurement_location": "left thigh", "position_during_measurement": "sitting"},
        ),
        "blood_pressure_posture",
        1,
    ),
    (
        point(
            "body-temperature",
            {
                "body_temperature": {"value": 36.6, "unit": "C"},
                "measurement_location": "axillary",
            },
        ),
        "body_temperature",
        36.6,
    ),
    (
        point(
            "heart-rate",
            {
                "heart_rate": {"value": 55, "unit": "beats/min"},
                "temporal_relationship_to_physical_activity": "at rest",
            },
        ),
        "resting_heart_rate",
        55,
    ),
    (
        point(
            "heart-rate",
            {
                "heart_rate": {"value": 71, "unit": "beats/min"},
                "descriptive_statistic": "average",
            },
            TWENTY_MINUTES,
        ),
        "heart_rate",
        71,
    ),
    (
        point("body-mass-index", {"body_mass_index": {"value": 24, "unit": "kg/m2"}}),
        "body_mass_index",
        24,
    ),
    (
        point(
            "total-sleep-time",
            {"total_sleep_time": {"value": 0.25, "unit": "h"}},
            TWENTY_MINUTES,
            "ieee",
        ),
        "sleep_minutes",
        15,
    ),
    (
        point("sleep-episode", {"is_main_sleep": True}, TWENTY_MINUTES, "ieee"),
        "sleep_minutes",
        20,
    ),
    (
        point("physical-activity", {"activity_name": "雪かき"}, TWENTY_MINUTES),
        "snow_shovelling_minutes",
        20,
    ),
    (
        point("physical-activity", {"activity_name": "gardening"}, TWENTY_MINUTES),
        "active_minutes",
        20,
    ),
    (
        point(
            "calories-burned",
            {"kcal_burned": {"value": 90, "unit": "kcal"}, "activity_name": "walking"},
            TWENTY_MINUTES,
        ),
        "active_energy",
        90,
    ),
    (
        point("waist", {"waist": {"value": 0.8, "unit": "m"}}, namespace="wellness"),
        "waist",
        80,
    ),
    (
        point("exercise-habit", {"exercise_habit": "no"}, namespace="wellness"),
        "exercise_habit",
        2,
    ),
]


@pytest.mark.parametrize(("sent", "metric", "value"), KEPT)
def test_what_each_schema_becomes(sent: Any, metric: str, value: float) -> None:
    read = reads_or_refuses(read_open_mhealth, encoded(sent))
    assert read is not None
    assert read.refused == []
    (record,) = read.taken
    assert sum(record.columns[metric].values) == pytest.approx(value)


PUBLISHED = {
    "step-count": ("1.0", "2.0", "3.0"),
    "heart-rate": ("1.0", "1.1", "2.0"),
    "blood-pressure": ("1.0", "2.0", "3.0", "3.1", "4.0"),
    "body-weight": ("1.0", "2.0", "3.0"),
    "body-height": ("1.0", "2.0"),
    "body-mass-index": ("1.0", "2.0", "3.0"),
    "body-temperature": ("1.0", "2.0", "3.0", "4.0"),
    "body-fat-percentage": ("1.0", "2.0"),
    "blood-glucose": ("1.0", "2.0", "3.0", "4.0"),
    "oxygen-saturation": ("1.0", "2.0"),
    "respiratory-rate": ("1.0", "2.0"),
    "sleep-duration": ("1.0", "2.0"),
    "total-sleep-time": ("1.0",),
    "sleep-episode": ("1.0", "1.1"),
    "physical-activity": ("1.0", "1.1", "1.2"),
    "calories-burned": ("1.0", "2.0"),
    "minutes-moderate-activity": ("1.0",),
}
"""The versions in github.com/openmhealth/schemas, August 2024."""

NUMBERS_ALONE = {("step-count", "1.0"), ("step-count", "2.0")}
UNIT_OF_A_VERSION = {
    ("body-mass-index", "1.0"): "kg/m2",
    ("body-mass-index", "2.0"): "kg/m^2",
    ("body-mass-index", "3.0"): "kg/m^2",
}
UNIT_OF_A_METRIC = {
    "steps": "steps",
    "heart_rate": "beats/min",
    "respiratory_rate": "breaths/min",
    "systolic_pressure": "mmHg",
    "diastolic_pressure": "mmHg",
    "body_temperature": "F",
    "blood_glucose": "mmol/L",
    "oxygen_saturation": "%",
    "body_fat": "%",
    "body_weight": "lb",
    "body_height": "in",
    "distance_walked": "mi",
    "active_energy": "kcal",
}


@pytest.mark.parametrize(
    ("schema", "version"),
    [(schema, version) for schema, versions in PUBLISHED.items() for version in versions],
)
def test_every_published_version_of_a_schema_is_read(schema: str, version: str) -> None:
    body: dict[str, Any] = {"activity_name": "walking"}
    for measure in MEASURES[schema]:
        unit = UNIT_OF_A_METRIC.get(measure.metric.code, "min")
        unit = UNIT_OF_A_VERSION.get((schema, version), unit)
        alone = (schema, version) in NUMBERS_ALONE
        body[measure.property] = 12 if alone else {"value": 12, "unit": unit}
    schema_id = {"namespace": "omh", "name": schema, "version": version}
    sent = point(schema, body, TWENTY_MINUTES, schema_id=schema_id)
    read = reads_or_refuses(read_open_mhealth, encoded(sent))
    assert read is not None
    assert read.refused == []
    (record,) = read.taken
    assert {measure.metric.code for measure in MEASURES[schema]} <= record.columns.keys()


def test_the_versions_listed_are_those_of_all_schemas_that_are_read() -> None:
    assert PUBLISHED.keys() == MEASURES.keys()


def test_what_is_ridden_is_not_walked_and_a_day_is_no_episode() -> None:
    distance = {"distance": {"value": 9, "unit": "km"}}
    cycled = point("physical-activity", distance | {"activity_name": "Cycling"}, TWENTY_MINUTES)
    day = point(
        "physical-activity", distance | {"activity_name": "daily activity summary"}, TWENTY_MINUTES
    )
    read = reads_or_refuses(read_open_mhealth, encoded([cycled, day]))
    assert read is not None
    assert [set(record.columns) for record in read.taken] == [
        {"active_minutes", "cycling_minutes"},
        {"distance_walked"},
    ]


WEIGHT = {"value": 62.4, "unit": "kg"}
BAD: list[tuple[Any, str]] = [
    (point("ecg"), "header.schema_id"),
    (point(namespace="granola"), "header.schema_id"),
    (point("waist", namespace="wellness"), "body.waist"),
    (point(body={"weight": WEIGHT}), "body"),
    (point(body={"body_weight": 62.4}), "item"),
    (point(body={"body_weight": {"value": 62.4}}), "item"),
    (point(body={"body_weight": {"value": "62", "unit": "kg"}}), "value"),
    (point(body={"body_weight": {"value": 1e300, "unit": "kg"}}), "body.body_weight.value"),
    (point(body={"body_weight": {"value": 6, "unit": "stone"}}), "body.body_weight.unit"),
    (point(body={"body_weight": {"value": 6, "unit": "cm"}}), "body.body_weight.unit"),
    (
        point(body={"body_weight": WEIGHT, "descriptive_statistic": "maximum"}),
        "body.descriptive_statistic",
    ),
    (
        point("step-count", STEPS | {"descriptive_statistic": "average"}, TWENTY_MINUTES),
        "body.descriptive_statistic",
    ),
    (
        point(
            "step-count",
            {
                "step_count": 52000,
                "descriptive_statistic": "sum",
                "descriptive_statistic_denominator": "d",
            },
            TWENTY_MINUTES,
        ),
        "body.descriptive_statistic",
    ),
    (point("step-count", {"step_count": "2000"}, TWENTY_MINUTES), "item"),
    (point("step-count", STEPS), "body.effective_time_frame"),
    (
        point("calories-burned", {"kcal_burned": {"value": 9, "unit": "kcal"}}, TWENTY_MINUTES),
        "body.activity_name",
    ),
    (point(frame={"date": "2026-11-18", "part_of_day": "morning"}), "body.effective_time_frame"),
    (
        point(frame=interval(date="2026-11-18", part_of_day="morning")),
        "body.effective_time_frame",
    ),
    (point(frame=interval(start_date_time=AT)), "body.effective_time_frame"),
    (point(frame={"date_time": "2026-11-18"}), "body.effective_time_frame.date_time"),
    (point(frame={"date_time": "2026-11-18T07:30:00"}), "body.effective_time_frame.date_time"),
    (
        point(frame=interval(start_date_time=AT, end_date_time="2026-11-20T00:00:00Z")),
        "body.effective_time_frame.time_interval.end_date_time",
    ),
    (
        point(frame=interval(start_date_time=AT, duration={"value": 1e300, "unit": "h"})),
        "body.effective_time_frame.time_interval.duration",
    ),
    (
        point(frame=interval(start_date_time=AT, duration={"value": 1, "unit": "Mo"})),
        "body.effective_time_frame.time_interval.duration",
    ),
    (
        point("exercise-habit", {"exercise_habit": "often"}, namespace="wellness"),
        "body.exercise_habit",
    ),
    ({"header": {}, "body": {}}, "header"),
    ({"body": {}}, "item"),
    (None, "item"),
]


@pytest.mark.parametrize(("bad", "field"), BAD)
def test_a_bad_data_point_is_refused_alone_with_its_field(bad: Any, field: str) -> None:
    read = reads_or_refuses(read_open_mhealth, encoded([point(), bad]))
    assert read is not None
    assert len(read.taken) == 1
    assert [(refusal.item, refusal.field) for refusal in read.refused] == [(1, field)]
    assert read.refused[0].limit


@pytest.mark.parametrize(
    "body", [{"items": {}}, {"items": [1] * (POINTS_MAX + 1)}, [], {"items": []}, {}, "steps"]
)
async def test_a_body_that_is_none_of_it_is_refused_whole(town: Town, body: Any) -> None:
    hanako = await town.resident()
    answer = await send(town, hanako, "open-mhealth", body)
    assert (answer.status, answer.headers["Content-Type"]) == (422, "application/problem+json")


@given(st.lists(Json | st.builds(point, body=st.dictionaries(st.just("body_weight"), Json))))
def test_any_structure_is_read_or_refused(points: list[Any]) -> None:
    reads_or_refuses(read_open_mhealth, encoded(points))


@given(st.randoms(use_true_random=False), Json | st.sampled_from(ODD_NUMBERS))
def test_damage_anywhere_is_read_or_refused(chance: random.Random, other: Any) -> None:
    reads_or_refuses(read_open_mhealth, encoded(damaged(DAY, other, chance)))
