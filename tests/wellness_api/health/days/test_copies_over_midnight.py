"""Copies without an id of what a resident deleted by hand, where a correction and an edit came before."""

from datetime import timedelta
from typing import Any

import pytest

from tests.town import NOON, Town
from tests.wellness_api.health.days.telling import at, day_value, send, tell, weight


@pytest.mark.parametrize(("first", "after_the_copy"), [("24:05", None), ("23:50", 61)])
async def test_a_copy_of_a_deleted_edit_is_known_by_what_is_stored_of_its_own_day(
    town: Town, first: str, after_the_copy: float | None
) -> None:
    """A version that was moved before midnight is not seen from the day of its edit (docs/counting.md)."""
    hanako = await town.resident()

    async def correct(method: str, path: str, **asked: Any) -> None:
        key = {"Idempotency-Key": f"correct-{next(town.keys):08}"}
        answer = await town.call(method, path, headers=hanako.headers | key, **asked)
        assert answer.status == 200, answer.json

    await tell(town, hanako, [weight("w", at(first), 60, changed=at(first))])
    sources = (await town.get("/v1/me/sources", hanako)).json["items"][0]["sources"]
    source = sources[0]["source"]
    span = {"from": at("0").isoformat(), "to": at("34").isoformat()}
    await correct("POST", "/v1/me/samples/shift", json=span | {"source": source, "seconds": 3600})
    town.clock.advance(timedelta(minutes=5))
    await tell(town, hanako, [weight("w", at("24:10"), 61, changed=NOON + timedelta(minutes=2))])
    span = {"from": at("25").isoformat(), "to": at("26").isoformat()}
    await correct("DELETE", "/v1/me/samples", params=span)
    assert await day_value(town, hanako, "body_weight", NOON.date()) is None
    copy = {"metric": "body_weight", "source": source, "time": at("24:10").isoformat(), "value": 61}
    assert (await send(town, hanako, "rows", {"samples": [copy]})).status == 201
    assert await day_value(town, hanako, "body_weight", NOON.date()) == after_the_copy
