"""What was typed in is shown and not paid, a file is paid up to a most and after a wait: for worker and proof alike."""

from datetime import date, datetime, timedelta
from typing import Any

import msgspec
import pytest

from points.programme import Programme, read_programme
from tests.town import NOON, Person, Town, local_morning, steps
from tests.wellness_api.health.days.telling import at, delete_by_hand, table
from tests.wellness_api.health.formats.stores import send
from wellness_api.rewards.proof.prove import prove_awards

TODAY = NOON.date()
YESTERDAY = TODAY - timedelta(days=1)
TRUST = "typed = { counts = false }, file = { day_max = { steps = 6000 }, after_days = 3 }"


def programme(trust: str = TRUST, *, version: int = 1, rules: str = "") -> Programme:
    """A point for each 1,000 steps."""
    return read_programme(f"""
code = "city"
version = {version}
name = {{ ja = "健康ポイント", en = "Health points" }}
in_force_from = 2026-04-01
late_window_days = 7
trust = {{ {trust} }}

[[rules]]
kind = "steps_per_point"
code = "walk"
steps_per_point = 1000
points_day_max = 20
{rules}
""")


def walked(
    origin: str | None, count: int, *, hour: int = 8, day: date = TODAY, source: str = "phone:test"
) -> dict[str, Any]:
    """So many thousand steps from an hour of the morning on, 200 a minute."""
    start = local_morning(day) + timedelta(hours=hour - 6)
    batch = steps([200] * (count // 200), start=start, source=source)
    return batch if origin is None else batch | {"origin": origin}


async def points(town: Town, person: Person, rule: str = "walk") -> dict[date, int]:
    await town.settle()
    return {
        day: paid
        for resident_id, code, day, paid in await town.awards()
        if (resident_id, code) == (person.principal_id, rule)
    }


async def today_of(town: Town, person: Person) -> Any:
    return (await town.get("/v1/me/today", person)).json


async def reasons(town: Town, person: Person) -> list[str]:
    """Of the wallet's entries, the newest first."""
    answer = await town.get("/v1/me/wallet/entries", person)
    return [entry["reason"]["ja"] for entry in answer.json["items"]]


async def differences(town: Town) -> list[object]:
    await town.settle()
    async with town.owner.transaction():
        proof = await prove_awards(
            town.owner,
            now=town.clock(),
            city_day=(town.clock() + timedelta(hours=9)).date(),
            on_step=lambda *_: None,
        )
    assert proof.residents_waiting == 0
    return [*proof.differences]


async def turn_to(town: Town, day: date) -> None:
    """The first minutes of the city's day."""
    town.clock.now = local_morning(day) - timedelta(hours=5)
    await town.worker.turn_day()
    await town.settle()


async def test_what_was_typed_is_in_the_days_figure_and_pays_nothing(town: Town) -> None:
    await town.put_in_force(programme())
    hanako = await town.resident()
    await town.upload(hanako, walked("typed", 9_000))
    assert await points(town, hanako) == {}
    today = await today_of(town, hanako)
    assert (today["steps"], today["points_today"]) == (9_000, 0)
    assert today["next_point"] == {"steps_needed": 1_000, "points": 1}
    assert today["left_out"] == [
        {
            "day": TODAY.isoformat(),
            "figure": "steps",
            "programmes": [{"code": "city", "name": {"ja": "健康ポイント", "en": "Health points"}}],
            "reason": {
                "ja": "手入力の記録の9,000歩はポイントの対象外です",
                "en": "9,000 steps typed in: not counted for points",
            },
        }
    ]
    assert await differences(town) == []


async def test_who_trusts_everything_pays_for_it(town: Town) -> None:
    await town.put_in_force(programme("unsaid = {}"))
    hanako = await town.resident()
    await town.upload(hanako, walked("typed", 9_000))
    assert await points(town, hanako) == {TODAY: 9}
    assert (await today_of(town, hanako))["left_out"] == []


@pytest.mark.parametrize("origin", [None, "device", "app"])
async def test_a_day_of_trusted_samples_alone_costs_no_row_of_its_own(
    town: Town, origin: str | None
) -> None:
    await town.put_in_force(programme())
    hanako = await town.resident()
    await town.upload(hanako, walked(origin, 9_000))
    assert await points(town, hanako) == {TODAY: 9}
    assert await town.owner.fetchval("SELECT count(*) FROM rewards.day_in_time") == 0
    assert await reasons(town, hanako) == [
        "11月18日(水) 9,000歩: 1,000歩ごとに1ポイント、1日20ポイントまで (12:00現在)"
    ]


async def test_on_a_mixed_day_only_what_is_trusted_is_paid_and_the_reason_says_so(
    town: Town,
) -> None:
    await town.put_in_force(programme())
    hanako = await town.resident()
    await town.upload(hanako, walked("device", 4_000, hour=7), walked("typed", 3_000, hour=9))
    assert await points(town, hanako) == {TODAY: 4}
    assert (await today_of(town, hanako))["steps"] == 7_000
    (reason,) = await reasons(town, hanako)
    assert reason == (
        "11月18日(水) 4,000歩: 1,000歩ごとに1ポイント、1日20ポイントまで"
        " (手入力の記録の3,000歩はポイントの対象外です) (12:00現在)"
    )
    assert await differences(town) == []


async def test_what_a_better_source_saw_is_not_taken_off_twice(town: Town) -> None:
    """The watch saw the same walk that was typed in for the phone, so that leaving that out changes nothing."""
    await town.put_in_force(programme())
    hanako = await town.resident()
    await town.upload(hanako, walked("device", 5_000, source="watch:w"), walked("typed", 5_000))
    assert await points(town, hanako) == {TODAY: 5}
    assert (await today_of(town, hanako))["left_out"] == []


async def test_what_was_typed_over_more_is_told_by_what_comes_back_without_it(town: Town) -> None:
    """The watch's typed hour covers what the phone saw, and is not paid: points rest on more than the figure."""
    await town.put_in_force(programme())
    hanako = await town.resident()
    watch = walked("typed", 1_000, source="watch:w")
    hour = {"times_ms": watch["times_ms"][:1], "lengths_ms": 3_600_000, "values": [1_000]}
    await town.upload(hanako, walked("device", 6_000), watch | hour)
    assert await points(town, hanako) == {TODAY: 6}
    today = await today_of(town, hanako)
    assert today["steps"] == 1_000
    assert [of["reason"] for of in today["left_out"]] == [
        {
            "ja": "手入力の記録はポイントの対象外で、除くと5,000歩多くなります",
            "en": "without what is typed in, which is not counted for points: 5,000 steps more",
        }
    ]
    (reason,) = await reasons(town, hanako)
    assert reason == (
        "11月18日(水) 6,000歩: 1,000歩ごとに1ポイント、1日20ポイントまで"
        " (手入力の記録はポイントの対象外で、除くと5,000歩多くなります) (12:00現在)"
    )
    assert await differences(town) == []


async def test_a_file_that_waits_and_covers_more_says_from_when_it_counts(town: Town) -> None:
    await town.put_in_force(programme())
    hanako = await town.resident()
    await town.worker.turn_day()
    await town.upload(
        hanako,
        walked("device", 6_000),
        walked("file", 6_000, source="watch:w") | {"values": [100] * 30},
    )
    assert await points(town, hanako) == {TODAY: 6}
    assert [of["reason"] for of in (await today_of(town, hanako))["left_out"]] == [
        {
            "ja": "ファイルから読み込んだ記録は11月21日(土)からポイントの対象で、いまは除くと3,000歩多くなります",
            "en": "without what is read from a file, which is counted for points from 21 Nov on: 3,000 steps more",
        }
    ]
    assert await differences(town) == []


async def test_each_programme_that_leaves_something_out_is_named_and_the_same_is_told_once(
    town: Town,
) -> None:
    """Two leave out what was typed in; what the file adds, one pays up to a most and the other later."""
    other = msgspec.structs.replace(
        programme("typed = { counts = false }, file = { day_max = { steps = 2000 } }"),
        code="other",
        name={"ja": "ウォーキング", "en": "Walking"},
    )
    for each in (programme(), other):
        await town.put_in_force(each)
    hanako = await town.resident()
    await town.upload(
        hanako,
        walked("device", 3_000, hour=7),
        walked("typed", 1_000, hour=8),
        walked("file", 4_000, hour=9),
    )
    await town.settle()
    told = [
        ([name["name"]["en"] for name in of["programmes"]], of["reason"]["en"])
        for of in (await today_of(town, hanako))["left_out"]
    ]
    assert told == [
        (["Health points", "Walking"], "1,000 steps typed in: not counted for points"),
        (["Health points"], "4,000 steps read from a file: counted for points from 21 Nov on"),
        (["Walking"], "2,000 steps read from a file: above the 2,000 steps a day that count"),
    ]
    entries = (await town.get("/v1/me/wallet/entries", hanako)).json["items"]
    assert sorted((of["points"], of["programme_name"]["ja"]) for of in entries) == [
        (3, "健康ポイント"),
        (5, "ウォーキング"),
    ]
    assert await differences(town) == []


async def test_a_file_counts_after_its_wait_and_up_to_the_most(town: Town) -> None:
    await town.put_in_force(programme())
    hanako = await town.resident()
    await town.worker.turn_day()
    await table(town, hanako, 15_000, source="watch:file")
    assert await points(town, hanako) == {}
    assert [of["reason"]["ja"] for of in (await today_of(town, hanako))["left_out"]] == [
        "ファイルから読み込んだ記録の15,000歩は11月20日(金)からポイントの対象になります"
    ]
    await turn_to(town, YESTERDAY + timedelta(days=2))
    assert await points(town, hanako) == {}
    assert await differences(town) == []
    await turn_to(town, YESTERDAY + timedelta(days=3))
    assert await points(town, hanako) == {YESTERDAY: 6}
    (reason,) = await reasons(town, hanako)
    assert reason == (
        "11月17日(火) 6,000歩: 1,000歩ごとに1ポイント、1日20ポイントまで"
        " (ファイルから読み込んだ記録は1日に6,000歩まで対象で、9,000歩は超えた分です) (11月20日(金) 1:00現在)"
    )
    assert await differences(town) == []


async def test_what_a_file_adds_to_a_device_counts_up_to_the_most(town: Town) -> None:
    await town.put_in_force(programme("file = { day_max = { steps = 6000 } }"))
    hanako = await town.resident()
    await town.upload(hanako, walked("device", 5_000, hour=7), walked("file", 8_000, hour=9))
    assert await points(town, hanako) == {TODAY: 11}
    assert (await today_of(town, hanako))["steps"] == 13_000
    assert await differences(town) == []


async def test_a_wait_ends_although_nobody_turned_the_day_for_a_while(town: Town) -> None:
    await town.put_in_force(programme())
    hanako = await town.resident()
    await town.worker.turn_day()
    await town.upload(hanako, walked("file", 5_000))
    await town.settle()
    await town.owner.execute(
        "INSERT INTO rewards.day_confirmed VALUES ($1, $2)", TODAY + timedelta(days=9), NOON
    )
    await turn_to(town, TODAY + timedelta(days=9))
    assert await points(town, hanako) == {TODAY: 5}
    assert await differences(town) == []


async def test_until_a_day_that_waited_is_counted_anew_its_resident_is_not_judged(
    town: Town,
) -> None:
    await town.put_in_force(programme())
    hanako = await town.resident()
    await town.worker.turn_day()
    await town.upload(hanako, walked("file", 5_000))
    await town.settle()
    await turn_to(town, TODAY + timedelta(days=3))
    await town.owner.execute(
        "UPDATE rewards.day_in_time SET waits_until = $1", TODAY + timedelta(days=3)
    )
    await town.owner.execute(
        "INSERT INTO rewards.day_in_time (resident_id, programme, version, day, figure, value, waits_until)"
        " VALUES ($1, 'city', 1, $2, 1, 1, $3)",
        *(hanako.principal_id, YESTERDAY, TODAY + timedelta(days=3)),
    )
    async with town.owner.transaction():
        proof = await prove_awards(
            town.owner,
            now=town.clock(),
            city_day=TODAY + timedelta(days=3),
            on_step=lambda *_: None,
        )
    assert proof.residents_waiting == 1


def record(method: int, count: int, *, changed: datetime) -> dict[str, Any]:
    return {
        "records": [
            {
                "type": "StepsRecord",
                "metadata": {
                    "id": "walk",
                    "lastModifiedTime": changed.isoformat(),
                    "dataOrigin": "com.example.walking",
                    "recordingMethod": method,
                },
                "startTime": at("8").isoformat(),
                "endTime": at("9").isoformat(),
                "count": count,
            }
        ]
    }


@pytest.mark.parametrize("syncs", [1, 12])
async def test_an_edit_of_a_record_brings_its_own_origin(town: Town, syncs: int) -> None:
    """Also where the day's segments were folded in the meantime."""
    await town.put_in_force(programme())
    hanako = await town.resident()
    typed, device = 3, 2
    for place in range(syncs):
        changed = at("10") + timedelta(minutes=place)
        await send(town, hanako, "health-connect", record(typed, 5_000 + place, changed=changed))
    assert await points(town, hanako) == {}
    await send(town, hanako, "health-connect", record(device, 6_000, changed=at("11")))
    assert await points(town, hanako) == {YESTERDAY: 6}
    assert await town.owner.fetchval("SELECT count(*) FROM rewards.day_in_time") == 0
    await send(town, hanako, "health-connect", record(typed, 9_000, changed=at("12")))
    assert await points(town, hanako) == {}, "the device's record does not come back"
    assert await differences(town) == []
    await send(town, hanako, "health-connect", {"deleted": ["walk"]})
    assert await points(town, hanako) == {}
    assert await town.owner.fetchval("SELECT count(*) FROM rewards.day_in_time") == 0
    assert await differences(town) == []


async def test_what_was_deleted_by_hand_is_left_out_no_more(town: Town) -> None:
    await town.put_in_force(programme())
    hanako = await town.resident()
    await town.upload(hanako, walked("typed", 5_000, day=YESTERDAY))
    await town.settle()
    await delete_by_hand(town, hanako)
    await town.settle()
    assert (await today_of(town, hanako))["left_out"] == []
    assert await differences(town) == []


async def test_a_day_without_any_record_is_not_told_as_one_of_0_steps(town: Town) -> None:
    await town.put_in_force(programme("unsaid = {}"))
    hanako = await town.resident()
    await town.upload(hanako, walked("device", 5_000, day=YESTERDAY))
    assert await points(town, hanako) == {YESTERDAY: 5}
    await delete_by_hand(town, hanako)
    await town.settle()
    (taken_back, _) = (await town.get("/v1/me/wallet/entries", hanako)).json["items"]
    assert (taken_back["facts"]["steps"], taken_back["facts"]["no_steps"]) == (0, 1)
    assert taken_back["reason"]["ja"].startswith("11月17日(火) –(記録なし): ")
    assert taken_back["reason"]["ja"].endswith("5,000歩から–(記録なし))")
    assert "– (no record)" in taken_back["reason"]["en"]


async def test_a_new_version_trusts_its_own_days_as_it_says(town: Town) -> None:
    await town.put_in_force(programme("unsaid = {}"))
    hanako = await town.resident()
    await town.upload(hanako, walked("typed", 9_000), walked("typed", 8_000, day=YESTERDAY))
    assert await points(town, hanako) == {YESTERDAY: 8, TODAY: 9}
    await town.put_in_force(msgspec.structs.replace(programme(version=2), in_force_from=TODAY))
    await town.upload(hanako, walked("typed", 200, hour=11))
    assert await points(town, hanako) == {YESTERDAY: 8}
    assert [of["day"] for of in (await today_of(town, hanako))["left_out"]] == [TODAY.isoformat()]
    taken_back, *_ = await reasons(town, hanako)
    assert "手入力の記録の9,200歩はポイントの対象外です" in taken_back
    assert await differences(town) == []


async def test_a_week_counts_what_its_days_count(town: Town) -> None:
    weekly = """
[[rules]]
kind = "period_tiers"
code = "week"
period = "week"
of = "total"
bands = [{ tiers = [{ at_least = 10_000, points = 7 }] }]
"""
    await town.put_in_force(programme(rules=weekly))
    hanako, taro = await town.residents(2)
    for person, origin in ((hanako, "typed"), (taro, "device")):
        await town.upload(person, walked("device", 6_000, day=YESTERDAY))
        await town.upload(person, walked(origin, 5_000))
        await town.settle()
    assert await points(town, hanako, "week") == {}
    assert list((await points(town, taro, "week")).values()) == [7]
    assert await differences(town) == []


async def test_typed_pressure_does_not_pay_for_measuring(town: Town) -> None:
    measuring = """
[[rules]]
kind = "measuring"
code = "pressure"
name = { ja = "血圧", en = "blood pressure" }
metrics = ["systolic_pressure", "diastolic_pressure"]
points_each = 5
"""
    await town.put_in_force(programme(rules=measuring))
    hanako, taro = await town.residents(2)
    for person, origin in ((hanako, "typed"), (taro, "device")):
        for metric, value in (("systolic_pressure", 128), ("diastolic_pressure", 82)):
            batch = steps([value]) | {"metric": metric, "origin": origin}
            await town.upload(person, batch)
    assert await points(town, hanako, "pressure") == {}
    assert await points(town, taro, "pressure") == {TODAY: 5}
    assert [of["reason"]["ja"] for of in (await today_of(town, hanako))["left_out"]] == [
        "手入力の記録の収縮期血圧はポイントの対象外です",
        "手入力の記録の拡張期血圧はポイントの対象外です",
    ]
    assert await differences(town) == []


async def test_officers_read_what_a_programme_trusts(town: Town) -> None:
    await town.put_in_force(programme())
    officer = await town.staff("programme_officer")
    (listed,) = (await town.get("/v1/programmes", officer)).json["items"]
    assert [of["en"] for of in listed["trust"]] == [
        "what is typed in does not count for points",
        "what is read from a file counts after 3 days, up to 6,000 steps a day",
    ]


async def test_what_is_left_out_of_a_part_of_the_day_is_said_of_that_part(town: Town) -> None:
    early = """
[[rules]]
kind = "daily_tiers"
code = "early"
metrics = ["steps_before_8"]
bands = [{ tiers = [{ at_least = 2000, points = 5 }] }]
"""
    await town.put_in_force(programme("typed = { counts = false }", rules=early))
    hanako = await town.resident()
    await town.upload(hanako, walked("device", 2000, hour=6), walked("typed", 3000, hour=7))
    await town.settle()
    today = await town.get("/v1/me/today", hanako)
    left_out = {of["figure"]: of["reason"]["en"] for of in today.json["left_out"]}
    assert left_out.keys() == {"steps", "steps_before_8"}
    assert "3,000 steps before 8:00" in left_out["steps_before_8"]
    assert await differences(town) == []
    entries = (await town.get("/v1/me/wallet/entries", hanako)).json["items"]
    (reason,) = (of["reason"]["en"] for of in entries if of["points"] == 5)
    assert "2,000 steps before 8:00" in reason
    assert "3,000 steps before 8:00" in reason


async def test_what_waited_stays_paid_when_another_day_of_its_week_is_worked_out(
    town: Town,
) -> None:
    week = """
[[rules]]
kind = "period_tiers"
code = "week"
period = "week"
of = "total"
bands = [{ tiers = [{ at_least = 3_000, points = 7 }] }]
"""
    await town.put_in_force(programme("typed = { after_days = 2 }", rules=week))
    hanako = await town.resident()
    await town.upload(hanako, walked("typed", 3_000))
    assert await points(town, hanako, "week") == {}
    for later in (1, 2):
        await turn_to(town, TODAY + timedelta(days=later))
    monday = TODAY - timedelta(days=TODAY.weekday())
    assert await points(town, hanako, "week") == {monday: 7}
    assert await town.owner.fetchval("SELECT count(*) FROM rewards.day_in_time") == 0
    assert (await today_of(town, hanako))["left_out"] == []
    await town.upload(hanako, walked("device", 200, day=TODAY + timedelta(days=1)))
    assert await points(town, hanako, "week") == {monday: 7}
