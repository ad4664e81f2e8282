"""What residents ask to be corrected."""

from datetime import timedelta
from typing import Any

from tests.town import NOON, Answer, Person, Town, local_morning, steps

MORNING = local_morning(NOON.date())
WATCH = "watch:w"
BATCHES_AT_ONCE = 500


async def delete(
    town: Town, person: Person, *, key: str = "delete-0001", hours: float = 6, **asked: str
) -> Answer:
    span = {"from": MORNING.isoformat(), "to": (MORNING + timedelta(hours=hours)).isoformat()}
    return await town.call(
        "DELETE",
        "/v1/me/samples",
        params=span | asked,
        headers=person.headers | {"Idempotency-Key": key},
    )


async def shift(
    town: Town, person: Person, seconds: int, *, key: str = "shift-0001", **asked: Any
) -> Answer:
    body = {
        "source": "phone:test",
        "from": MORNING.isoformat(),
        "to": (MORNING + timedelta(hours=6)).isoformat(),
        "seconds": seconds,
    }
    return await town.call(
        "POST",
        "/v1/me/samples/shift",
        json=body | asked,
        headers=person.headers | {"Idempotency-Key": key},
    )


async def delete_source(
    town: Town, person: Person, source: str, *, key: str = "forget-0001"
) -> Answer:
    return await town.call(
        "DELETE",
        f"/v1/me/sources/{source}",
        headers=person.headers | {"Idempotency-Key": key},
    )


async def wear(town: Town, person: Person, *, days: int, source: str = WATCH) -> None:
    """Two samples of a source, a minute after the other, on each of so many days up to today."""
    for some_days in batched(range(days), BATCHES_AT_ONCE):
        answer = await town.upload(
            person,
            *(
                steps([100, 50], source=source, start=MORNING - timedelta(days=ago))
                for ago in some_days
            ),
        )
        assert answer.status == 201, answer.json


def batched(numbers: range, count: int) -> list[range]:
    return [numbers[first : first + count] for first in range(0, len(numbers), count)]


async def samples(
    town: Town, person: Person, *, days: int = 60, until: timedelta = timedelta(hours=6)
) -> list[float]:
    """The values of all steps of the last days, by time."""
    span = {
        "metric": "steps",
        "from": (MORNING - timedelta(days=days)).isoformat(),
        "to": (MORNING + until).isoformat(),
    }
    answer = await town.call("GET", "/v1/me/samples", params=span, headers=person.headers)
    values: list[float] = answer.json["values"]
    return values


def kept(answer: Answer) -> Any:
    """What is said of a correction that was kept, but for its id."""
    assert answer.status == 200, answer.json
    return {name: value for name, value in answer.json.items() if name != "id"}
