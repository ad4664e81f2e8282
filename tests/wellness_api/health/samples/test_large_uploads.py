"""Lawful uploads of odd lengths and many parts: they are taken, and nobody waits for them."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest

from device_bridge.wire import SEGMENTS_PER_UPLOAD_MAX
from tests.town import NOON, Town, local_morning, ms, steps

MORNING_MS = ms(local_morning(NOON.date()))


def heart_rates(count: int, *, first: int = 0) -> dict[str, Any]:
    """A batch with a heart rate each second from the morning on."""
    places = range(first, first + count)
    return {
        "metric": "heart_rate",
        "source": "watch:a",
        "times_ms": [MORNING_MS + place * 1000 for place in places],
        "values": [60 + place * 7 % 40 for place in places],
    }


async def summarised(town: Town) -> list[tuple[float, int]]:
    rows = await town.owner.fetch(
        "SELECT value, sample_count FROM health.day_summary WHERE figure < 1001"
    )
    return [(row["value"], row["sample_count"]) for row in rows]


@pytest.mark.parametrize("count", [512, 513, 514, 515, 1025, 1026, 1440])
async def test_heart_rates_of_any_number_are_taken_and_summarised(town: Town, count: int) -> None:
    hanako = await town.resident()
    answer = await town.upload(hanako, heart_rates(count))
    assert (answer.status, answer.json["accepted"]) == (201, count)
    await town.settle()
    assert [of[1] for of in await summarised(town)] == [count]


async def test_uploads_whose_fold_has_an_odd_length_are_folded(town: Town) -> None:
    hanako = await town.resident()
    for part in range(8):
        answer = await town.upload(hanako, heart_rates(64 + (part == 7), first=64 * part))
        assert answer.status == 201
    await town.settle()
    assert [of[1] for of in await summarised(town)] == [7 * 64 + 65]
    assert await town.owner.fetchval("SELECT count(*) FROM health.segment") == 1


def five_hundred_revisions(*, apart_ms: int) -> list[dict[str, Any]]:
    """As an app that kept every edit would send a day: batches of one metric and source, each a revision of its own.

    `apart_ms`: how far the times of a batch are from those of the one before; 0: all edits are of the same times.
    """
    return [
        {
            "metric": "heart_rate",
            "source": "watch:a",
            "revision": revision,
            "times_ms": [MORNING_MS + place * 40_000 + revision * apart_ms for place in range(500)],
            "values": [60 + revision % 40] * 500,
        }
        for revision in range(500)
    ]


async def test_of_five_hundred_revisions_in_one_upload_the_last_is_stored(town: Town) -> None:
    hanako = await town.resident()
    receipt = (await town.upload(hanako, *five_hundred_revisions(apart_ms=0))).json
    assert (receipt["accepted"], receipt["duplicate"], receipt["refused"]) == (250_000, 0, 0)
    stored = await town.owner.fetch("SELECT revision FROM health.segment")
    assert [row["revision"] for row in stored] == [499]
    await town.settle()
    assert await summarised(town) == [(60 + 499 % 40, 500)]


async def test_others_are_answered_while_a_large_upload_is_worked_on(town: Town) -> None:
    hanako, taro = await town.residents(2)
    large = asyncio.create_task(town.upload(hanako, *five_hundred_revisions(apart_ms=80)))
    answered = 0
    while not large.done():
        answer = await town.upload(taro, steps([50], start=NOON - timedelta(minutes=2 + answered)))
        assert answer.status == 201
        answered += not large.done()
    taken = await large
    assert (taken.status, taken.json["accepted"]) == (201, 250_000)
    assert answered >= 3
    assert await town.owner.fetchval("SELECT count(DISTINCT revision) FROM health.segment") == 500


def daily_weights(*, days: int, scales: int) -> list[dict[str, Any]]:
    """A weight a day, from many scales."""
    return [
        {
            "metric": "body_weight",
            "source": f"phone:scale-{scale}",
            "times_ms": [MORNING_MS - day * 86_400_000 for day in range(days)],
            "values": [60] * days,
        }
        for scale in range(scales)
    ]


async def test_an_upload_of_too_many_days_is_refused_with_its_limit(town: Town) -> None:
    hanako = await town.resident()
    days = 500
    most = SEGMENTS_PER_UPLOAD_MAX // days
    refused = await town.upload(hanako, *daily_weights(days=days, scales=most + 1))
    assert refused.status == 422
    assert "at most 25000 days" in refused.json["errors"][0]["limit"]
    assert await town.owner.fetchval("SELECT count(*) FROM health.segment") == 0
    taken = await town.upload(hanako, *daily_weights(days=days, scales=most))
    assert (taken.status, taken.json["accepted"]) == (201, SEGMENTS_PER_UPLOAD_MAX)


async def test_an_upload_is_taken_beside_a_segment_that_cannot_be_read(town: Town) -> None:
    hanako, taro = await town.residents(2)
    await town.upload(hanako, heart_rates(20))
    await town.owner.execute("UPDATE health.segment SET values = '\\x00'")
    answer = await town.upload(hanako, heart_rates(40))
    assert (answer.status, answer.json["accepted"]) == (201, 40)
    await town.upload(taro, heart_rates(30))
    await town.settle()
    assert [of[1] for of in await summarised(town)] == [30]
