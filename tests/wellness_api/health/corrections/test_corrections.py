"""Residents delete samples and move those of a wrong clock; points follow, and nothing comes back by itself."""

import asyncio
from datetime import datetime, timedelta
from typing import Any

import pytest

from tests.town import LATE_WINDOW_DAYS, NOON, Person, Town, steps
from tests.wellness_api.health.corrections.asking import (
    MORNING,
    delete,
    delete_source,
    kept,
    samples,
    shift,
)
from tests.wellness_api.health.days.telling import steps as record
from tests.wellness_api.health.days.telling import tell

WALKING = "phone:com.example.walking"


async def today(town: Town, person: Person) -> tuple[int | None, int]:
    await town.settle()
    answer = (await town.get("/v1/me/today", person)).json
    return answer["steps"], answer["points_today"]


async def test_deleted_samples_are_gone_and_their_points_taken_back(town: Town) -> None:
    await town.put_in_force()
    hanako = await town.resident()
    await town.upload(hanako, steps([200] * 20))
    assert await today(town, hanako) == (4_000, 2)
    assert kept(await delete(town, hanako, hours=10 / 60)) == {
        "source": None,
        "metric": None,
        "from": "2026-11-17T21:00:00Z",
        "to": "2026-11-17T21:10:00Z",
        "seconds": None,
        "asked_at": "2026-11-18T03:00:00Z",
    }
    assert await today(town, hanako) == (2_000, 1)
    assert len(await town.owner.fetch("SELECT FROM rewards.transfer")) == 2


async def test_what_was_deleted_does_not_come_back_when_it_is_sent_again(town: Town) -> None:
    hanako = await town.resident()
    await town.upload(hanako, steps([200] * 20))
    await delete(town, hanako)
    receipt = (await town.upload(hanako, steps([200] * 20))).json
    assert (receipt["accepted"], receipt["refused"]) == (0, 20)
    assert {refusal["reason"] for refusal in receipt["batches"][0]["refusals"]} == {"deleted"}
    assert await today(town, hanako) == (None, 0)


async def test_a_later_edit_of_the_sender_does_come_back(town: Town) -> None:
    hanako = await town.resident()
    await town.upload(hanako, steps([200]))
    await delete(town, hanako)
    await town.upload(hanako, steps([150], revision=5))
    assert (await today(town, hanako))[0] == 150


async def test_only_the_metric_and_source_asked_for_are_deleted(town: Town) -> None:
    hanako = await town.resident()
    heart = steps([70] * 5) | {"metric": "heart_rate"}
    await town.upload(hanako, steps([100] * 5), steps([90] * 5, source="watch:w"), heart)
    asked = kept(await delete(town, hanako, metric="steps", source="watch:w"))
    assert (asked["metric"], asked["source"]) == ("steps", "watch:w")
    assert (await today(town, hanako))[0] == 500
    left = await town.get("/v1/me/today", hanako)
    assert [measure["metric"] for measure in left.json["measures"]] == ["heart_rate"]


async def test_the_same_deletion_asked_for_again_gets_the_same_answer(town: Town) -> None:
    hanako = await town.resident()
    await town.upload(hanako, steps([100] * 5))
    first = await delete(town, hanako)
    await town.upload(hanako, steps([100] * 5, start=MORNING + timedelta(hours=1)))
    town.clock.advance(timedelta(minutes=1))
    again = await delete(town, hanako)
    assert (again.status, again.json) == (200, first.json)
    assert (await today(town, hanako))[0] == 500
    other = await delete(town, hanako, metric="steps")
    assert (other.status, other.json["type"]) == (422, "urn:wellness:idempotency_key_reused")


async def test_nothing_to_delete_is_no_error(town: Town) -> None:
    hanako = await town.resident()
    assert (await delete(town, hanako)).status == 200


async def test_nobody_deletes_another_residents_samples(town: Town) -> None:
    hanako, taro = await town.residents(2)
    await town.upload(hanako, steps([100]))
    await delete(town, taro)
    await delete_source(town, taro, "phone:test")
    assert (await today(town, hanako))[0] == 100


async def test_points_of_a_frozen_day_stay_when_its_samples_are_deleted(town: Town) -> None:
    await town.put_in_force()
    hanako = await town.resident()
    await town.upload(hanako, steps([200] * 20))
    await town.settle()
    town.clock.advance(timedelta(days=LATE_WINDOW_DAYS + 1))
    assert (await delete(town, hanako)).status == 200
    await town.settle()
    assert [row[3] for row in await town.awards()] == [2]
    assert await samples(town, hanako) == []


@pytest.mark.parametrize(
    ("asked", "field"),
    [
        ({"metric": "happiness"}, "metric"),
        ({"from": "2026-11-18T00:00:00"}, "from"),
        ({"to": "2020-01-01T00:00:00+09:00"}, "to"),
        ({"to": "2028-01-01T00:00:00+09:00"}, "to"),
    ],
)
async def test_a_deletion_that_makes_no_sense_is_refused(
    town: Town, asked: dict[str, str], field: str
) -> None:
    hanako = await town.resident()
    answer = await delete(town, hanako, **asked)
    assert (answer.status, answer.json["errors"][0]["field"]) == (422, field)


async def test_a_deleted_source_is_gone_with_all_its_metrics_days_and_points(town: Town) -> None:
    await town.put_in_force()
    hanako = await town.resident()
    for days_ago in (0, 1, 45):
        start = MORNING - timedelta(days=days_ago)
        heart = steps([70] * 3, start=start, source="watch:w") | {"metric": "heart_rate"}
        await town.upload(
            hanako,
            steps([200] * 20, start=start, source="watch:w"),
            steps([50] * 20, start=start),
            heart,
        )
    assert await today(town, hanako) == (4_000, 2)
    assert kept(await delete_source(town, hanako, "watch:w"))["source"] == "watch:w"
    assert await today(town, hanako) == (1_000, 0)
    listed = (await town.get("/v1/me/sources", hanako)).json["items"]
    assert [(of["metric"], [one["source"] for one in of["sources"]]) for of in listed] == [
        ("steps", ["phone:test"])
    ]


async def test_a_deleted_source_that_sends_anew_is_listed_anew(town: Town) -> None:
    hanako = await town.resident()
    await town.upload(hanako, steps([100] * 5))
    await delete_source(town, hanako, "phone:test")
    await town.upload(hanako, steps([80], start=MORNING + timedelta(hours=1)))
    assert (await today(town, hanako))[0] == 80
    (listed,) = (await town.get("/v1/me/sources", hanako)).json["items"]
    assert listed["sources"][0]["source"] == "phone:test"


async def test_a_source_that_there_is_not_has_nothing_to_delete(town: Town) -> None:
    hanako = await town.resident()
    await town.upload(hanako, steps([100]))
    assert (await delete_source(town, hanako, "watch:w")).status == 200
    assert (await today(town, hanako))[0] == 100


async def test_samples_of_a_wrong_clock_move_to_the_right_day_with_their_points(town: Town) -> None:
    await town.put_in_force()
    hanako = await town.resident()
    yesterday = MORNING - timedelta(days=1)
    await town.upload(hanako, steps([200] * 20, start=yesterday))
    assert await today(town, hanako) == (None, 0)
    answer = await shift(
        town,
        hanako,
        86_400,
        **{"from": yesterday.isoformat(), "to": (yesterday + timedelta(hours=1)).isoformat()},
    )
    assert answer.status == 200
    assert await today(town, hanako) == (4_000, 2)
    assert [(row[2], row[3]) for row in await town.awards()] == [(NOON.date(), 2)]


async def test_samples_moved_by_a_minute_over_each_other_all_arrive(town: Town) -> None:
    hanako = await town.resident()
    await town.upload(hanako, steps([10, 20, 30]))
    await shift(town, hanako, 60)
    answer = await town.call(
        "GET",
        "/v1/me/samples",
        params={
            "metric": "steps",
            "from": MORNING.isoformat(),
            "to": (MORNING + timedelta(hours=1)).isoformat(),
        },
        headers=hanako.headers,
    )
    assert answer.json["values"] == [10, 20, 30]
    assert answer.json["times_ms"][0] == round((MORNING + timedelta(minutes=1)).timestamp() * 1000)


async def test_the_wrong_times_sent_again_do_not_come_back(town: Town) -> None:
    hanako = await town.resident()
    await town.upload(hanako, steps([100] * 5))
    await shift(town, hanako, 3_600)
    receipt = (await town.upload(hanako, steps([100] * 5))).json
    assert receipt["duplicate"] == 5
    assert (await today(town, hanako))[0] == 500


@pytest.mark.parametrize(
    ("asked", "field"),
    [
        ({"seconds": 86_400}, "seconds"),
        ({"seconds": "an hour"}, "seconds"),
        ({"source": "my phone"}, "source"),
        ({"to": "2027-06-01T00:00:00+09:00"}, "to"),
        ({"metric": "happiness"}, "metric"),
    ],
)
async def test_a_move_that_cannot_be_is_refused_whole(
    town: Town, asked: dict[str, Any], field: str
) -> None:
    hanako = await town.resident()
    await town.upload(hanako, steps([100] * 5))
    answer = await shift(town, hanako, **({"seconds": 60} | asked))
    assert (answer.status, answer.json["errors"][0]["field"]) == (422, field)
    assert (await today(town, hanako))[0] == 500


async def test_what_comes_after_a_move_is_moved_no_further_than_when_the_move_was_asked_for(
    town: Town,
) -> None:
    """A record that was written before the move and comes after it would else stand on a day that has not come, and be paid."""
    await town.put_in_force()
    hanako = await town.resident()
    long_ago = NOON - timedelta(days=2)
    written = NOON - timedelta(minutes=1)
    await tell(
        town,
        hanako,
        [record("old", long_ago, long_ago + timedelta(minutes=1), 5, changed=long_ago)],
    )
    moved = kept(await shift(town, hanako, 3_600, source=WALKING))
    assert moved["to"] == "2026-11-18T02:02:00Z"
    too_far = await shift(town, hanako, 86_400, source=WALKING, key="shift-0002")
    assert (too_far.status, too_far.json["errors"][0]["field"]) == (422, "seconds")
    early, late = NOON - timedelta(hours=3), NOON - timedelta(minutes=30)
    await tell(
        town,
        hanako,
        [
            record("early", early, early + timedelta(minutes=10), 600, changed=written),
            record("late", late, late + timedelta(minutes=10), 700, changed=written),
        ],
    )
    day = (await town.get(f"/v1/me/days/{NOON.date()}", hanako)).json
    (source,) = day["figures"][0]["sources"]
    assert [datetime.fromisoformat(span["from"]) for span in source["spans"]] == [
        early + timedelta(hours=1),
        late,
    ]
    assert (await today(town, hanako))[0] == 1_300


async def test_two_moves_at_once_move_nothing_beyond_now(town: Town) -> None:
    await town.put_in_force()
    hanako = await town.resident()
    await town.upload(hanako, steps([100] * 60, start=NOON - timedelta(hours=36)))
    span = {"from": (NOON - timedelta(hours=48)).isoformat(), "to": NOON.isoformat()}
    both = await asyncio.gather(
        *(shift(town, hanako, 34 * 3_600, key=f"shift-000{number}", **span) for number in (1, 2))
    )
    assert sorted(answer.status for answer in both) == [200, 422]
    await town.settle()
    assert await town.owner.fetchval("SELECT max(day) FROM health.day_summary") == NOON.date()


async def test_a_move_that_is_asked_for_again_gets_its_answer_though_it_was_done(
    town: Town,
) -> None:
    hanako = await town.resident()
    await town.upload(hanako, steps([100] * 60, start=NOON - timedelta(hours=2)))
    first = await shift(town, hanako, 3_600)
    assert first.status == 200
    assert (await shift(town, hanako, 3_600)).json == first.json


async def test_a_move_of_nobodys_samples_is_refused_and_may_follow_their_upload(
    town: Town,
) -> None:
    """Whose source is misspelt is told so. Another resident's source is nobody's here."""
    hanako, taro = await town.residents(2)
    await town.upload(taro, steps([100] * 5))
    refused = await shift(town, hanako, 3_600)
    assert (refused.status, refused.json["errors"][0]["field"]) == (422, "source")
    assert (await town.get("/v1/me/corrections", hanako)).json["items"] == []
    await town.upload(hanako, steps([100] * 5))
    assert kept(await shift(town, hanako, 3_600))["seconds"] == 3_600


async def test_a_key_covers_the_whole_deletion(town: Town) -> None:
    """Another span, a source and a move are other things, and nothing of them is done under the key."""
    hanako = await town.resident()
    await town.upload(hanako, steps([100] * 5))
    earlier = {"from": "2026-11-01T00:00:00+09:00", "to": MORNING.isoformat()}
    assert (await delete(town, hanako, **earlier)).status == 200
    for refused in (
        await delete(town, hanako),
        await delete(town, hanako, metric="steps", **earlier),
        await delete_source(town, hanako, "phone:test", key="delete-0001"),
        await shift(town, hanako, 60, key="delete-0001"),
    ):
        assert (refused.status, refused.json["type"]) == (
            422,
            "urn:wellness:idempotency_key_reused",
        )
    assert (await today(town, hanako))[0] == 500
    assert len((await town.get("/v1/me/corrections", hanako)).json["items"]) == 1


async def test_corrections_are_listed_newest_first_to_whoever_made_them(town: Town) -> None:
    hanako, taro = await town.residents(2)
    await town.upload(hanako, steps([100] * 5))
    await delete(town, hanako, metric="steps")
    town.clock.advance(timedelta(minutes=1))
    await shift(town, hanako, -60, metric="heart_rate")
    town.clock.advance(timedelta(minutes=1))
    await delete_source(town, hanako, "watch:w")
    listed = (await town.get("/v1/me/corrections", hanako)).json["items"]
    assert [(of["source"], of["metric"], of["seconds"]) for of in listed] == [
        ("watch:w", None, None),
        ("phone:test", "heart_rate", -60),
        (None, "steps", None),
    ]
    assert (await town.get("/v1/me/corrections", taro)).json == {"items": []}


async def test_what_was_moved_twice_and_then_deleted_is_gone_where_it_came_to(town: Town) -> None:
    hanako = await town.resident()
    await town.upload(hanako, steps([100] * 5), steps([10] * 5, source="watch:w"))
    await shift(town, hanako, 3_600)
    later = {
        "from": (MORNING + timedelta(hours=1)).isoformat(),
        "to": (MORNING + timedelta(hours=2)).isoformat(),
    }
    await shift(town, hanako, 3_600, key="shift-0002", **later)
    assert (await today(town, hanako))[0] == 550
    await delete(town, hanako, hours=2, source="phone:test")
    assert (await today(town, hanako))[0] == 550, "they are not there any more"
    await delete(town, hanako, key="delete-0002", hours=3, source="phone:test")
    assert (await today(town, hanako))[0] == 50


@pytest.mark.parametrize("language", ["en", "ja"])
@pytest.mark.parametrize(
    "source", ["phone", "phone:", "phone:" + "x" * 65, "x" * 2_800, "phone:a b"]
)
async def test_a_source_that_none_can_be_is_refused_by_its_field(
    town: Town, source: str, language: str
) -> None:
    hanako = await town.resident()
    headers = hanako.headers | {"Idempotency-Key": "refused-0001", "Accept-Language": language}
    span = {"from": MORNING.isoformat(), "to": (MORNING + timedelta(hours=1)).isoformat()}
    for method, path, asked in (
        ("DELETE", "/v1/me/samples", {"params": span | {"source": source}}),
        ("DELETE", f"/v1/me/sources/{source}", {}),
        ("POST", "/v1/me/samples/shift", {"json": span | {"source": source, "seconds": 60}}),
    ):
        answer = await town.call(method, path, headers=headers, **asked)
        assert answer.status in {400, 422}
        (error,) = answer.json["errors"]
        assert error["field"] == "source"
        assert error["limit"]
        assert error["detail"].isascii() == (language == "en")
    assert await town.owner.fetchval("SELECT count(*) FROM health.correction") == 0
