"""A hall's people for the tests of check-ins: a resident with a card, and staff with a list."""

from typing import Any

from tests.town import NOON, Answer, Person, Town
from wellness_api.identity.accounts.enrolment import give_card

CARD = "card-0001"
HALL = "中央公民館"


async def with_card(town: Town, card: str = CARD) -> Person:
    person = await town.resident()
    await give_card(town.owner, person.principal_id, card)
    return person


def entry(**changed: Any) -> dict[str, Any]:
    """That whoever has the card came to a class this morning."""
    of_class = {
        "card": CARD,
        "kind": "class_attended",
        "place": HALL,
        "time": "2026-11-18T10:00:00+09:00",
    }
    return {field: value for field, value in (of_class | changed).items() if value is not None}


async def send(
    town: Town, staff: Person, *entries: Any, key: str = "list-0001", method: str = "POST"
) -> Answer:
    return await town.call(
        method,
        "/v1/check-ins",
        json={"items": list(entries)},
        headers=staff.headers | {"Idempotency-Key": key},
    )


def outcomes(answer: Answer) -> list[str | None]:
    assert answer.status == 200, answer.json
    return [item["outcome"] for item in answer.json["items"]]


async def counted(town: Town, person: Person) -> dict[tuple[int, int], float]:
    """The values of the resident's days by (day of November, metric)."""
    await town.settle()
    rows = await town.owner.fetch(
        "SELECT day, figure, value FROM health.day_summary WHERE resident_id = $1",
        person.principal_id,
    )
    return {(row["day"].day, row["figure"]): row["value"] for row in rows}


TODAY = NOON.date().day
