"""A resident's data as data points: in the public schemas' shape, complete, page by page, and known when it comes back."""

from typing import Any

from tests.town import Person, Town
from tests.wellness_api.residents.exports.exported import batch, everything, post, read

OPEN_MHEALTH = "/v1/me/open-mhealth"

UNITS = {
    "step-count:3.0": ("step_count", "steps"),
    "heart-rate:2.0": ("heart_rate", "beats/min"),
    "body-weight:3.0": ("body_weight", "kg"),
    "body-height:2.0": ("body_height", "cm"),
    "body-mass-index:3.0": ("body_mass_index", "kg/m^2"),
    "body-temperature:4.0": ("body_temperature", "C"),
    "body-fat-percentage:2.0": ("body_fat_percentage", "%"),
    "blood-glucose:4.0": ("blood_glucose", "mg/dL"),
    "oxygen-saturation:2.0": ("oxygen_saturation", "%"),
    "respiratory-rate:2.0": ("respiratory_rate", "breaths/min"),
    "sleep-duration:2.0": ("sleep_duration", "min"),
    "calories-burned:2.0": ("kcal_burned", "kcal"),
    "blood-pressure:4.0": ("systolic_blood_pressure", "mmHg"),
}
"""What the public schemas require, as read in them: the property, and of the units allowed the one that we send."""

OF_INTERVALS = {"step-count:3.0", "sleep-duration:2.0", "calories-burned:2.0"}
"""These must not have a moment."""


async def found(town: Town, person: Person, **asked: Any) -> list[Any]:
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


async def test_every_data_point_has_the_shape_of_its_schema(town: Town) -> None:
    hanako = await town.resident()
    await town.upload(hanako, *everything())
    points = await found(town, hanako)
    seen = set()
    for point in points:
        header, body = point["header"], point["body"]
        assert set(header) == {
            "uuid",
            "schema_id",
            "source_creation_date_time",
            "modality",
            "acquisition_provenance",
        }
        assert header["modality"] in {"sensed", "self-reported"}
        schema = header["schema_id"]
        name = f"{schema['name']}:{schema['version']}"
        frame = body["effective_time_frame"]
        if schema["namespace"] == "wellness":
            assert schema["name"].replace("-", "_") in body
            continue
        seen.add(name)
        what, unit = UNITS[name]
        assert body[what]["unit"] == unit
        assert isinstance(body[what]["value"], int | float)
        if name in OF_INTERVALS:
            assert set(frame["time_interval"]) == {"start_date_time", "end_date_time"}
        else:
            assert set(frame) == {"date_time"}
    assert seen == set(UNITS)
    assert len({point["header"]["uuid"] for point in points}) == len(points)


async def test_a_blood_pressure_is_one_data_point(town: Town) -> None:
    hanako = await town.resident()
    await town.upload(
        hanako,
        batch("systolic_pressure", 128),
        batch("diastolic_pressure", 79),
        batch("blood_pressure_posture", 3),
        batch("blood_pressure_site", 2),
    )
    (pressure,) = await found(town, hanako)
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
    points = await found(town, hanako)
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


async def test_pages_hold_everything_once(town: Town) -> None:
    hanako = await town.resident()
    await town.upload(hanako, *everything())
    assert await found(town, hanako, limit=7) == await found(town, hanako)


async def test_a_metric_that_there_is_not_is_refused(town: Town) -> None:
    hanako = await town.resident()
    answer = await read(town, hanako, OPEN_MHEALTH, metric="happiness")
    assert (answer.status, answer.json["errors"][0]["field"]) == (422, "metric")
