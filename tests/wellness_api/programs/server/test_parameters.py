"""A query parameter that an operation does not know is refused on every route, and nothing is done."""

from typing import Any

import pytest

from tests.town import Town, steps
from wellness_api.health.formats.handlers import operation_id
from wellness_api.health.formats.table import FORMATS
from wellness_api.http.operations import operation_of
from wellness_api.process.settings import Settings
from wellness_api.programs.server.app import make_app
from wellness_api.programs.server.openapi import describe
from wellness_api.programs.server.parameters import known_parameters

SPAN = "from=2026-11-01T00:00:00Z&to=2026-11-30T00:00:00Z"

SOME = {"uuid": "6f1d2c3b-8a47-4e52-9d10-0c5b7a9e4f21", "date": "2026-11-01"}
ALSO_TAKEN = {operation_id(form): set(form.aliases) for form in FORMATS}


async def count(town: Town) -> int:
    """Uploads that were taken."""
    return int(await town.owner.fetchval("SELECT count(*) FROM health.upload"))


async def test_a_misspelt_parameter_deletes_nothing(town: Town) -> None:
    hanako = await town.resident()
    assert (await town.upload(hanako, steps([100, 100]))).status == 201
    answer = await town.call(
        "DELETE",
        f"/v1/me/samples?{SPAN}&metrics=body_weight",
        headers=hanako.headers | {"Idempotency-Key": "delete-0001"},
    )
    assert (answer.status, answer.json["type"]) == (400, "urn:wellness:unknown_parameter")
    assert answer.json["errors"][0]["field"] == "metrics"
    assert "Did you mean metric?" in answer.json["detail"]
    assert "metric" in answer.json["errors"][0]["limit"]
    samples = await town.get(f"/v1/me/samples?metric=steps&{SPAN}", hanako)
    assert samples.json["values"] == [100, 100]


async def test_a_parameter_that_comes_twice_is_refused(town: Town) -> None:
    hanako = await town.resident()
    answer = await town.call(
        "DELETE",
        f"/v1/me/samples?{SPAN}&metric=body_weight&metric=steps",
        headers=hanako.headers | {"Idempotency-Key": "delete-0001"},
    )
    assert (answer.status, answer.json["type"]) == (400, "urn:wellness:repeated_parameter")


async def test_uploads_know_no_parameters_on_either_way(town: Town) -> None:
    hanako = await town.resident()
    for content_type in ("application/json", "application/json; charset=utf-8"):
        answer = await town.call(
            "POST",
            "/v1/uploads?dry_run=true",
            json={"batches": [steps([100])]},
            headers=hanako.headers
            | {"Idempotency-Key": "upload-0001", "Content-Type": content_type},
        )
        assert (answer.status, answer.json["type"]) == (400, "urn:wellness:unknown_parameter")
    assert await count(town) == 0


async def test_a_format_knows_its_own_parameters(town: Town) -> None:
    hanako = await town.resident()
    table = "day,steps\n2026-11-17,4000\n"

    async def send(query: str, key: str) -> Any:
        return await town.call(
            "POST",
            f"/v1/uploads/csv?{query}",
            data=table.encode(),
            headers=hanako.headers | {"Content-Type": "text/csv", "Idempotency-Key": key},
        )

    refused = await send("times=day&source=phone:test", "table-0001")
    assert refused.json["type"] == "urn:wellness:unknown_parameter"
    assert "Did you mean time?" in refused.json["detail"]
    taken = await send("date=day&value=steps:steps&source=phone:test", "table-0002")
    assert taken.status == 201, taken.json


async def test_every_operation_refuses_what_it_does_not_know(town: Town) -> None:
    """Whoever asks: it is found out before anything else is looked at."""
    paths = describe(town.app)["paths"]
    checked = 0
    for path, operations in paths.items():
        for method, operation in operations.items():
            address = path
            for parameter in operation.get("parameters", []):
                if parameter["in"] == "path":
                    schema = parameter["schema"]
                    some = {"integer": "1"}.get(
                        schema.get("type"), SOME.get(schema.get("format"), "x")
                    )
                    address = address.replace(f"{{{parameter['name']}}}", some)
            answer = await town.call(method.upper(), f"{address}?utm_source=mail")
            assert (answer.status, answer.json["type"]) == (
                400,
                "urn:wellness:unknown_parameter",
            ), f"{method} {path}"
            checked += 1
    assert checked > 60


async def test_pages_take_whatever_links_add(town: Town) -> None:
    assert (await town.get("/?utm_source=mail")).status in {200, 404}  # Without built pages: 404.


async def test_what_is_no_page_knows_its_parameters_also_outside_of_the_description(
    town: Town,
) -> None:
    for path in ("/healthz", "/openapi.json", "/openapi", "/openapi/openapi.json", "/openapi/x"):
        answer = await town.get(f"{path}?v=1")
        assert (answer.status, answer.json["type"]) == (400, "urn:wellness:unknown_parameter")


@pytest.mark.parametrize("query", ["&".join(f"a{n}=1" for n in range(101)), "%00=1", "%ff=1", "=1"])
async def test_odd_queries_are_refused(town: Town, query: str) -> None:
    answer = await town.get(f"/v1/metrics?{query}")
    assert answer.status == 400
    assert answer.json["type"] in {
        "urn:wellness:unknown_parameter",
        "urn:wellness:too_many_parameters",
    }


def test_what_the_description_lists_is_what_is_taken(settings: Settings) -> None:
    app = make_app(settings)
    known = {operation_of(handler): names for handler, names in known_parameters(app).items()}
    for operations in describe(app)["paths"].values():
        for operation in operations.values():
            listed = {
                parameter["name"]
                for parameter in operation.get("parameters", [])
                if parameter["in"] == "query"
            }
            listed |= ALSO_TAKEN.get(operation["operationId"], set())
            assert listed == set(known[operation["operationId"]]), operation["operationId"]
