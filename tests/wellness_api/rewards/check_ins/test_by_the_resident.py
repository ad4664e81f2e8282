"""What only others may say of a resident is refused from the resident's own apps, in whatever form it comes."""

from typing import Any

import pytest

from tests.town import NOON, Town
from tests.wellness_api.residents.exports.exported import post, read
from tests.wellness_api.rewards.check_ins.people import counted, entry, outcomes, send, with_card
from tests.wellness_api.rewards.check_ins.test_classes import came

OTHERS = ["checkup_attended", "class_attended", "paper_card_days"]


def row(metric: str) -> dict[str, Any]:
    return {"metric": metric, "source": "phone:a", "time": NOON.isoformat(), "value": 1}


@pytest.mark.parametrize("metric", OTHERS)
@pytest.mark.parametrize("media_type", ["application/json", "application/json; charset=utf-8"])
async def test_columns_with_it_are_refused_by_both_ways(
    town: Town, metric: str, media_type: str
) -> None:
    hanako = await town.resident()
    answer = await town.call(
        "POST",
        "/v1/uploads",
        json={"batches": [came(metric)]},
        headers=hanako.headers | {"Idempotency-Key": "way-0001", "Content-Type": media_type},
    )
    assert (answer.status, answer.json["errors"][0]["field"]) == (422, "batches[0].metric")
    assert "staff" in answer.json["detail"]
    assert await counted(town, hanako) == {}


@pytest.mark.parametrize("metric", OTHERS)
async def test_a_row_with_it_is_refused_alone(town: Town, metric: str) -> None:
    hanako = await town.resident()
    answer = await town.call(
        "POST",
        "/v1/uploads/rows",
        json={"samples": [row(metric), row("body_weight") | {"value": 62.4}]},
        headers=hanako.headers | {"Idempotency-Key": "rows-0001"},
    )
    (refused,) = answer.json["refusals"]
    assert (refused["item"], refused["field"]) == (0, "metric")
    assert refused["limit"].startswith("recorded by")
    assert list(await counted(town, hanako)) == [(18, 5)]


@pytest.mark.parametrize(
    ("path", "media_type", "body"),
    [
        (
            "/v1/uploads/csv?time=t&value=class_attended:v&source=phone:a",
            "text/csv",
            "t,v\n2026-11-18T10:00:00+09:00,1\n",
        ),
        (
            "/v1/uploads/fhir",
            "application/fhir+json",
            (
                '{"resourceType":"Observation","status":"final","effectiveDateTime":"2026-11-18T10:00:00+09:00",'
                '"code":{"coding":[{"system":"urn:wellness:metric","code":"class_attended"}]},'
                '"valueQuantity":{"value":1,"code":"1","system":"http://unitsofmeasure.org"}}'
            ),
        ),
    ],
)
async def test_other_formats_refuse_it_as_well(
    town: Town, path: str, media_type: str, body: str
) -> None:
    hanako = await town.resident()
    answer = await town.call(
        "POST",
        path,
        data=body.encode(),
        headers=hanako.headers | {"Idempotency-Key": "form-0001", "Content-Type": media_type},
    )
    assert answer.status == 422, answer.json
    assert "recorded by" in str(answer.json)
    assert await counted(town, hanako) == {}


async def test_a_resident_cannot_move_a_class_to_another_day(town: Town) -> None:
    hanako = await town.resident()
    staff = await town.staff("programme_officer")
    recorded = await town.call(
        "POST",
        "/v1/check-ins",
        json={
            "items": [
                {
                    "resident": hanako.principal_id,
                    "kind": "class_attended",
                    "place": "hall",
                    "day": "2026-11-17",
                }
            ]
        },
        headers=staff.headers | {"Idempotency-Key": "list-0001"},
    )
    assert recorded.json["done"] == 1
    answer = await town.call(
        "POST",
        "/v1/me/samples/shift",
        json={
            "source": "station:hall",
            "from": "2026-11-17T00:00:00+09:00",
            "to": "2026-11-18T00:00:00+09:00",
            "seconds": 3_600,
        },
        headers=hanako.headers | {"Idempotency-Key": "shift-0001"},
    )
    assert answer.status == 422
    assert await counted(town, hanako) == {(17, 48): 1}


async def test_it_is_taken_along_and_does_not_come_back_by_that(town: Town) -> None:
    hanako = await with_card(town)
    staff = await town.staff("programme_officer")
    assert outcomes(await send(town, staff, *(entry(kind=kind) for kind in OTHERS))) == [
        "recorded"
    ] * len(OTHERS)
    bundle = (await read(town, hanako, "/v1/me/fhir")).json
    codes = {entry["resource"]["code"]["coding"][0]["code"] for entry in bundle["entry"]}
    assert codes == set(OTHERS)
    points = (await read(town, hanako, "/v1/me/open-mhealth")).json["items"]
    assert len(points) == len(OTHERS)
    for form, body in (("fhir", bundle), ("open-mhealth", points)):
        answer = await post(town, await town.resident(), form, body)
        assert "recorded by" in str(answer.json)
