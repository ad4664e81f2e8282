"""What the API answers is what its description says, to everybody who may ask: schemathesis compares the two.

Of each operation the example of the description is sent, and a few requests that fit its schema. The same ones each
time, so that what fails is what a change broke.
"""

import asyncio
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, seed, settings
from schemathesis.checks import not_a_server_error, response_headers_conformance
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from tests.town import Town, steps
from tests.wellness_api.identity.accounts.test_sign_in import printed
from tests.wellness_api.rewards.redemptions.shop import offer, rich_resident
from wellness_api.http.examples import DEMO_CARD, DEMO_RESIDENT_CODE
from wellness_api.identity.accounts.enrolment import give_card

SEED = 1
EXAMPLES_PER_OPERATION = 2
CALL_SECONDS_MAX = 20
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]
ENDS_THE_STAY = {"closeSession", "eraseMe"}
NEVER_ENDS = {"events"}
"""A stream; tests/wellness_api/residents/view reads it."""


def operations_for(description: dict[str, Any], role: str | None) -> Iterator[Any]:
    schema = schemathesis.openapi.from_dict(description)
    for result in schema.get_all_operations():
        operation = result.ok()
        of_whom = operation.definition.raw.get("x-roles", [])
        name = operation.definition.raw["operationId"]
        if name not in NEVER_ENDS | ENDS_THE_STAY and (role in of_whom or role is None):
            yield operation


def compare(
    description: dict[str, Any], role: str | None, base_url: str, headers: dict[str, str]
) -> Counter[int]:
    """Sends all requests and raises for what differs from the description; returns how often each status came."""
    statuses = Counter[int]()

    def send(case: Any) -> None:
        answer = case.call(base_url=base_url, headers=headers, timeout=CALL_SECONDS_MAX)
        statuses[answer.status_code] += 1
        case.validate_response(answer, checks=CHECKS)

    for operation in operations_for(description, role):
        for case in examples_of(operation):
            send(case)
        generated = given(case=operation.as_strategy())(send)
        limited = settings(
            max_examples=EXAMPLES_PER_OPERATION,
            database=None,
            deadline=None,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )(seed(SEED)(generated))
        limited()
    return statuses


def examples_of(operation: Any) -> Iterator[Any]:
    raw = operation.definition.raw
    places: dict[str, dict[str, Any]] = {"path": {}, "query": {}, "header": {}}
    for parameter in raw.get("parameters", []):
        shown = parameter.get("examples") or {"only": {"value": parameter.get("example")}}
        places[parameter["in"]][parameter["name"]] = next(iter(shown.values()))["value"]
    said = {
        "path_parameters": places["path"],
        "query": places["query"],
        "headers": places["header"],
    }
    said["headers"] = {name: str(value) for name, value in said["headers"].items()}
    if "requestBody" not in raw:
        yield operation.Case(**said)
        return
    for media_type, content in raw["requestBody"]["content"].items():
        if "example" in content and media_type == "application/json":
            yield operation.Case(**said, body=content["example"], media_type=media_type)


@pytest.mark.parametrize("role", ["resident", "programme_officer", "health_staff", None])
async def test_answers_are_as_described(town: Town, role: str | None) -> None:
    await town.put_in_force()
    for kind in ("pickup_goods", "municipal_points"):
        await offer(town, kind)
    hanako = await rich_resident(town)
    await give_card(town.owner, hanako.principal_id, DEMO_CARD)
    await printed(town, hanako, code=DEMO_RESIDENT_CODE)
    await town.upload(hanako, steps([100] * 60))
    await town.settle()
    person = hanako if role == "resident" else await town.staff(role) if role else None
    description = (await town.get("/openapi.json")).json
    statuses = await asyncio.to_thread(
        compare, description, role, town.base_url, person.headers if person else {}
    )
    assert statuses[200] > 5
    if person is not None:
        assert statuses[401] == 0
