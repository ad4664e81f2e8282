"""What a resident sees: today, the wallet, why each point came, live."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any

import aiohttp
import msgspec
import pytest

from tests.town import NOON, Person, Town, local_morning, steps
from wellness_api.http.live import announce


@asynccontextmanager
async def stream(town: Town, person: Person) -> AsyncIterator[AsyncIterator[dict[str, Any]]]:
    """The resident's `today` events."""

    async def events(response: aiohttp.ClientResponse) -> AsyncIterator[dict[str, Any]]:
        async for line in response.content:
            if line.startswith(b"data: "):
                yield msgspec.json.decode(line.removeprefix(b"data: "))

    async with town.http.get(f"{town.base_url}/v1/me/events", headers=person.headers) as response:
        assert response.headers["Content-Type"].startswith("text/event-stream")
        yield events(response)


async def test_a_new_resident_has_an_empty_day_and_a_goal(town: Town) -> None:
    await town.put_in_force()
    today = (await town.get("/v1/me/today", await town.resident())).json
    assert (today["steps"], today["points_today"], today["balance"]) == (None, 0, 0)
    assert today["next_point"] == {"steps_needed": 2_000, "points": 1}
    assert today["updated_at"] is None
    assert [day["steps"] for day in today["week"]] == [None] * 7


async def test_a_day_of_no_steps_is_told_apart_from_a_day_of_no_data(town: Town) -> None:
    hanako = await town.resident()
    await town.upload(hanako, steps([0] * 10))
    await town.settle()
    today = (await town.get("/v1/me/today", hanako)).json
    assert today["steps"] == 0
    assert today["updated_at"] is not None
    assert [day["steps"] for day in today["week"]] == [None] * 6 + [0]


async def test_without_a_programme_there_is_no_next_point(town: Town) -> None:
    hanako = await town.resident()
    assert (await town.get("/v1/me/today", hanako)).json["next_point"] is None
    assert (await town.get("/v1/me/wallet", hanako)).json["programme"] is None


async def test_the_day_starts_at_midnight_in_furano(town: Town) -> None:
    await town.put_in_force()
    hanako = await town.resident()
    just_before_midnight = local_morning(NOON.date()) - timedelta(hours=6, minutes=5)
    await town.upload(hanako, steps([100] * 10, start=just_before_midnight))
    await town.settle()
    week = (await town.get("/v1/me/today", hanako)).json["week"]
    assert [day["steps"] for day in week[-2:]] == [500, 500]


async def test_blood_pressure_and_weight_are_shown_with_their_units(town: Town) -> None:
    hanako = await town.resident()
    morning = local_morning(NOON.date())
    await town.upload(
        hanako,
        *(
            steps([value], start=morning, source="station:centre") | {"metric": metric}
            for metric, value in (
                ("systolic_pressure", 132),
                ("diastolic_pressure", 78),
                ("body_weight", 62.35),
            )
        ),
    )
    await town.settle()
    measures = (await town.get("/v1/me/today", hanako)).json["measures"]
    assert [(measure["metric"], measure["value"], measure["unit"]) for measure in measures] == [
        ("systolic_pressure", 132, "mm[Hg]"),
        ("diastolic_pressure", 78, "mm[Hg]"),
        ("body_weight", 62.35, "kg"),
    ]


async def test_entries_come_page_by_page_newest_first(town: Town) -> None:
    await town.put_in_force()
    hanako = await town.resident()
    for back in range(5):
        morning = local_morning(NOON.date() - timedelta(days=back))
        await town.upload(hanako, steps([100] * 25, start=morning))
        await town.settle()
    seen: list[int] = []
    cursor = ""
    while True:
        page = (await town.get(f"/v1/me/wallet/entries?limit=2{cursor}", hanako)).json
        seen += [entry["entry_id"] for entry in page["items"]]
        if page["next_cursor"] is None:
            break
        cursor = f"&cursor={page['next_cursor']}"
    assert len(seen) == 5
    assert seen == sorted(seen, reverse=True)


async def test_the_stream_tells_at_once_and_at_each_change(town: Town) -> None:
    await town.put_in_force()
    hanako = await town.resident()
    async with asyncio.timeout(10), stream(town, hanako) as events:
        assert (await anext(events))["steps"] is None
        for minutes in (25, 45):
            await town.upload(hanako, steps([100] * minutes))
            await town.settle()
            today = await anext(events)
            assert (today["steps"], today["points_today"]) == (100 * minutes, minutes * 100 // 2000)


async def test_another_residents_steps_do_not_show_in_the_stream(town: Town) -> None:
    await town.put_in_force()
    hanako, taro = await town.residents(2)
    async with asyncio.timeout(10), stream(town, hanako) as events:
        await anext(events)
        await town.upload(taro, steps([100] * 45))
        await town.settle()
        await town.upload(hanako, steps([50]))
        await town.settle()
        assert (await anext(events))["steps"] == 50


async def test_the_stream_ends_with_the_session(town: Town) -> None:
    hanako = await town.resident()
    async with asyncio.timeout(10), stream(town, hanako) as events:
        await anext(events)
        await town.call("DELETE", "/v1/sessions/current", headers=hanako.headers)
        await announce(town.redis, {hanako.principal_id})
        with pytest.raises(StopAsyncIteration):
            await anext(events)
