"""Draws for tests: a November with an entry for every two points, drawn shortly before Christmas."""

from datetime import UTC, date, datetime
from typing import Any

from tests.town import Answer, Person, Town, local_morning, steps
from wellness_api.rewards.draws.definition import DRAW_EXAMPLE

CODE = "autumn"
AFTER_CLOSING = datetime(2026, 12, 15, 3, 0, tzinfo=UTC)
DAY_OF_DRAW = datetime(2026, 12, 20, 3, 0, tzinfo=UTC)


def definition(**changes: Any) -> dict[str, Any]:
    """The body of POST /v1/draws. One person may win once; no public value."""
    return (
        DRAW_EXAMPLE
        | {
            "code": CODE,
            "entries_from": "2026-11-01",
            "entries_to": "2026-11-30",
            "closes_on": "2026-12-14",
            "draws_on": "2026-12-20",
            "points_per_entry": 2,
            "prizes": [
                {"name": {"ja": "温泉券", "en": "a day at the spa"}, "count": 1},
                {"name": {"ja": "商品券", "en": "a voucher"}, "count": 2},
            ],
            "public_value_source": None,
            "public_value_terms": None,
        }
        | changes
    )


LOTTERY: dict[str, Any] = {
    "public_value_source": {"ja": "宝くじの当せん番号", "en": "the lottery's winning number"},
    "public_value_terms": {
        "kind": "digits",
        "digits": 4,
        "known_on": "2026-12-19",
        "last_day": "2026-12-25",
    },
}
"""Changes of a definition: the draw mixes in a lottery's number of the day before the draw."""

VALUE_KNOWN = datetime(2026, 12, 19, 3, 0, tzinfo=UTC)


async def enter_value(
    town: Town, officer: Person, value: str, *, code: str = CODE
) -> tuple[int, str]:
    """The status and the problem's type, if there is one."""
    answer = await town.call(
        "PUT", f"/v1/draws/{code}/public-value", json={"value": value}, headers=officer.headers
    )
    return answer.status, answer.json["type"] if answer.body else ""


async def make_draw(town: Town, officer: Person, **changes: Any) -> Answer:
    return await town.call("POST", "/v1/draws", json=definition(**changes), headers=officer.headers)


async def walk(town: Town, person: Person, points: int, *, day: date, revision: int = 0) -> None:
    """A day on which the resident earns so many points, at most five, and nothing else."""
    minutes = [100] * (20 * points) + [0] * (20 * (5 - points))
    batch = steps(minutes, start=local_morning(day), revision=revision)
    assert (await town.upload(person, batch)).status == 201
    await town.settle()


async def draw_at(town: Town, now: datetime) -> None:
    """Lets the worker take the steps of draws at a time."""
    town.clock.now = now
    await town.worker.draw()


async def published(town: Town, code: str = CODE) -> Any:
    answer = await town.get(f"/v1/draws/{code}")
    assert answer.status == 200, answer.json
    return answer.json


async def own(town: Town, person: Person) -> Any:
    """The resident's part in the one draw there is."""
    (item,) = (await town.get("/v1/me/draws", person)).json["items"]
    return item
