"""A resident's corrections come back once, however many segments they stand beside."""

from collections.abc import Awaitable, Callable
from datetime import timedelta

import asyncpg
import pytest

from tests.town import NOON, Person, Town
from tests.wellness_api.health.corrections.asking import WATCH, delete, wear
from wellness_api.health.days.stored_days import SEGMENTS_OF_DAYS, ResidentDay, stored_days
from wellness_api.health.samples.looking import STORED_SEGMENTS, WHOLE_DAY
from wellness_api.health.samples.own_segments import OWN_SEGMENTS

DAYS = 6
LAST_DAY = NOON.date()
ALL_DAYS = [LAST_DAY - timedelta(days=ago) for ago in range(DAYS)]


async def segments_of_days(town: Town, *people: Person) -> list[asyncpg.Record]:
    pairs = [(person.principal_id, day) for person in people for day in ALL_DAYS]
    residents, days = zip(*pairs, strict=True)
    return await town.owner.fetch(
        *SEGMENTS_OF_DAYS(resident_ids=residents, days=days, metrics=None, segments_max=None)
    )


async def own_segments(town: Town, person: Person) -> list[asyncpg.Record]:
    return await town.owner.fetch(
        *OWN_SEGMENTS(
            resident_id=person.principal_id,
            first_day=ALL_DAYS[-1],
            last_day=LAST_DAY,
            metrics=None,
            source=None,
        )
    )


async def stored_segments(town: Town, person: Person) -> list[asyncpg.Record]:
    firsts, lasts = ([time] * DAYS for time in WHOLE_DAY)
    return await town.owner.fetch(
        *STORED_SEGMENTS(
            resident_id=person.principal_id,
            days=ALL_DAYS,
            metrics=[1] * DAYS,
            sources=[WATCH] * DAYS,
            firsts=firsts,
            lasts=lasts,
        )
    )


@pytest.mark.parametrize("read", [segments_of_days, own_segments, stored_segments])
async def test_corrections_stand_in_one_row_that_is_of_no_segment(
    town: Town, read: Callable[[Town, Person], Awaitable[list[asyncpg.Record]]]
) -> None:
    hanako = await town.resident()
    await wear(town, hanako, days=DAYS)
    assert [row["corrections"] for row in await read(town, hanako)] == [None] * DAYS
    for number in range(3):
        await delete(town, hanako, key=f"delete-000{number}", metric="body_weight")
    rows = await read(town, hanako)
    (beside,) = (row for row in rows if row["corrections"] is not None)
    assert beside["corrections"].count('"deletion"') == 3
    assert beside["day"] is None
    assert len(rows) == DAYS + 1


async def test_each_resident_has_their_own_and_they_take_no_segments_room(town: Town) -> None:
    hanako, taro, jiro = await town.residents(3)
    for person in (hanako, taro, jiro):
        await wear(town, person, days=DAYS)
    await delete(town, hanako, source=WATCH)
    await delete(town, taro, metric="steps")
    await delete(town, taro, metric="body_weight", key="delete-0002")
    asked = [
        ResidentDay(person.principal_id, day, "Asia/Tokyo", 1970)
        for person in (hanako, taro, jiro)
        for day in ALL_DAYS
    ]
    choices = {person.principal_id: () for person in (hanako, taro, jiro)}
    segments = len(asked)
    assert await stored_days(town.owner, asked, choices, at_most=segments - 1) is None
    stored = await stored_days(town.owner, asked, choices, at_most=segments)
    assert stored is not None
    own = {
        hanako.principal_id: {(WATCH, None)},
        taro.principal_id: {(None, "steps"), (None, "body_weight")},
        jiro.principal_id: set(),
    }
    for day in asked:
        assert {(of.source, of.metric) for of in stored[day].corrections} == own[day.resident_id]
        assert len(stored[day].segments) == 1
