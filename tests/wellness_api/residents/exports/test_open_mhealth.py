"""A resident's data as data points: in the public schemas' shape, complete, page by page, and known when it comes back."""

from typing import Any

import pytest

from tests.town import Person, Town
from tests.wellness_api.residents.exports.exported import (
    batch,
    everything,
    exported_metrics,
    post,
    read,
)
from tests.wellness_api.residents.exports.published import faults
from wellness_api.residents.exports.open_mhealth import SCHEMA_OF

OPEN_MHEALTH = "/v1/me/open-mhealth"


async def data_points_of(town: Town, person: Person, **asked: Any) -> list[Any]:
    """The data points of all pages."""
    answer = await read(town, person, OPEN_MHEALTH, **asked)
    points: list[Any] = []
    while True:
        assert answer.status == 200, answer.body
        points += answer.json["items"]
        if answer.json["next"] is None:
            return points
        path = answer.json["next"].removeprefix(town.base_url)
        answer = await town.call("GET", path, headers=person.headers)


def without_names(points: list[Any]) -> list[Any]:
    """The data points without what names them, in which alone those of two residents differ."""
    return [{**point, "header": {**point["header"], "uuid": ""}} for point in points]


async def test_every_data_point_is_valid_by_its_published_schema(town: Town) -> None:
    hanako = await town.resident()
    await town.upload(hanako, *everything())
    points = await data_points_of(town, hanako)
    seen = set()
    for point in points:
        header, body = point["header"], point["body"]
        assert faults("ieee:header:1.0", header) == []
        assert header["modality"] in {"sensed", "self-reported"}
        schema = header["schema_id"]
        name = f"{schema['namespace']}:{schema['name']}:{schema['version']}"
        if schema["namespace"] == "omh":
            assert faults(name, body) == [], name
        else:
            assert schema["name"].replace("-", "_") in body
        seen.add(name)
    public = {f"omh:{schema.name}:{schema.version}" for schema in SCHEMA_OF.values()}
    of_pressure = {"systolic_pressure", "diastolic_pressure"}
    own = exported_metrics() - SCHEMA_OF.keys() - of_pressure
    of_own = {f"wellness:{code.replace('_', '-')}:1.0" for code in own}
    assert seen == public | of_own | {"omh:blood-pressure:4.0"}
    assert len({point["header"]["uuid"] for point in points}) == len(points)


async def test_a_blood_pressure_is_valid_with_every_posture_and_place(town: Town) -> None:
    hanako = await town.resident()
    await town.upload(
        hanako,
        batch("systolic_pressure", *[128] * 4),
        batch("diastolic_pressure", *[79] * 4),
        batch("blood_pressure_posture", 1, 2, 3, 4),
        batch("blood_pressure_site", 1, 2, 3, 4),
    )
    bodies = [point["body"] for point in await data_points_of(town, hanako)]
    assert [faults("omh:blood-pressure:4.0", body) for body in bodies] == [[]] * 4
    assert len({(body["body_posture"], body["measurement_location"]) for body in bodies}) == 4


AT_SEVEN = {"effective_time_frame": {"date_time": "2026-11-18T07:00:00+09:00"}}


@pytest.mark.parametrize(
    ("schema", "body"),
    [
        ("heart-rate:2.0", {"heart_rate": {"value": 71, "unit": "bpm"}} | AT_SEVEN),
        ("body-mass-index:3.0", {"body_mass_index": {"value": 24, "unit": "kg/m2"}} | AT_SEVEN),
        ("body-fat-percentage:2.0", {"body_fat_percentage": {"value": 24}} | AT_SEVEN),
        ("calories-burned:2.0", {"kcal_burned": {"value": 9, "unit": "kcal"}} | AT_SEVEN),
        ("step-count:3.0", {"step_count": {"value": 9, "unit": "steps"}} | AT_SEVEN),
        ("body-weight:3.0", {"body_weight": {"value": 62.4, "unit": "kg"}}),
        (
            "body-temperature:4.0",
            {
                "body_temperature": {"value": 36.6, "unit": "C"},
                "measurement_location": {"body_structure": "armpit"},
            }
            | AT_SEVEN,
        ),
    ],
)
def test_what_is_invalid_is_found_so_by_the_published_schema(schema: str, body: Any) -> None:
    assert faults(f"omh:{schema}", body)


async def test_a_blood_pressure_is_one_data_point(town: Town) -> None:
    hanako = await town.resident()
    await town.upload(
        hanako,
        batch("systolic_pressure", 128),
        batch("diastolic_pressure", 79),
        batch("blood_pressure_posture", 3),
        batch("blood_pressure_site", 2),
    )
    (pressure,) = await data_points_of(town, hanako)
    assert pressure["body"] == {
        "systolic_blood_pressure": {"value": 128, "unit": "mmHg"},
        "diastolic_blood_pressure": {"value": 79, "unit": "mmHg"},
        "body_posture": "lying down",
        "measurement_location": "right upper arm",
        "effective_time_frame": {"date_time": "2026-11-18T11:00:12.345+09:00"},
    }


async def test_what_stands_alone_of_a_blood_pressure_goes_out_and_comes_back(town: Town) -> None:
    hanako = await town.resident()
    await town.upload(
        hanako, batch("systolic_pressure", 128), batch("blood_pressure_posture", 1, 2)
    )
    points = await data_points_of(town, hanako)
    assert len(points) == 3
    receipt = (await post(town, hanako, "open-mhealth", points)).json["receipt"]
    assert (receipt["accepted"], receipt["duplicate"]) == (0, 3)


async def test_everything_goes_out_and_is_known_when_it_comes_back(town: Town) -> None:
    hanako = await town.resident()
    sent = (await town.upload(hanako, *everything())).json
    page = (await read(town, hanako, OPEN_MHEALTH)).json
    back = (await post(town, hanako, "open-mhealth", page)).json
    assert back["refused_items"] == 0, back["refusals"]
    assert (back["receipt"]["accepted"], back["receipt"]["duplicate"]) == (0, sent["accepted"])


async def test_what_one_resident_exports_comes_in_for_another_without_a_difference(
    town: Town,
) -> None:
    hanako, taro = await town.resident(), await town.resident("太郎")
    await town.upload(hanako, *everything())
    page = (await read(town, hanako, OPEN_MHEALTH)).json
    answer = await post(town, taro, "open-mhealth", page)
    assert (answer.status, answer.json["refused_items"]) == (201, 0)
    assert without_names(await data_points_of(town, taro)) == without_names(page["items"])


async def test_pages_hold_everything_once(town: Town) -> None:
    hanako = await town.resident()
    await town.upload(hanako, *everything())
    assert await data_points_of(town, hanako, limit=7) == await data_points_of(town, hanako)


async def test_a_metric_that_there_is_not_is_refused(town: Town) -> None:
    hanako = await town.resident()
    answer = await read(town, hanako, OPEN_MHEALTH, metric="happiness")
    assert (answer.status, answer.json["errors"][0]["field"]) == (422, "metric")
