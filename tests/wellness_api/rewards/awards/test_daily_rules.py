"""Programmes of tiers and measuring, the whole way from an upload to the reason that a resident reads."""

from typing import Any

import pytest

from points.presets import preset_text
from points.programme import read_programme
from tests.town import Town, steps
from wellness_api.rewards.awards.programmes import UnknownName, add_programme

MEASURING = """
code = "measuring"
version = 1
name = { ja = "測定ポイント", en = "Measuring points" }
in_force_from = 2026-04-01
late_window_days = 14
caps = { day = 6 }

[[rules]]
kind = "measuring"
code = "pressure"
name = { ja = "血圧", en = "blood pressure" }
metrics = ["systolic_pressure", "diastolic_pressure"]
points_each = 5

[[rules]]
kind = "measuring"
code = "weight"
name = { ja = "体重", en = "weight" }
metrics = ["body_weight"]
points_each = 5
"""


def measured(metric: str, value: float) -> dict[str, Any]:
    return steps([value], source="station:hall") | {"metric": metric}


async def test_who_is_older_needs_fewer_steps(town: Town) -> None:
    await town.put_in_force(read_programme(preset_text("kamaishi")))
    older, younger = await town.resident(birth_year=1950), await town.resident(birth_year=1990)
    for person in (older, younger):
        await town.upload(person, steps([100] * 45))
    await town.settle()
    assert [(row[0], row[3]) for row in await town.awards()] == [(older.principal_id, 1)]
    today = (await town.get("/v1/me/today", younger)).json
    assert today["next_point"] == {"steps_needed": 1_500, "points": 1}
    assert (await town.get("/v1/me/today", older)).json["next_point"] == {
        "steps_needed": 1_500,
        "points": 2,
    }
    (entry,) = (await town.get("/v1/me/wallet/entries", older)).json["items"]
    assert entry["reason"]["ja"] == (
        "11月18日(水) 4,500歩: 4,000歩以上で1ポイント(次は6,000歩で3ポイント)(76歳の段階) (12:00現在)"
    )
    assert entry["facts"] == {"amount": 4_500, "age": 76, "points": 1, "points_before": 0}


async def test_measuring_earns_whatever_the_value_and_the_ledger_does_not_know_it(
    town: Town,
) -> None:
    await town.put_in_force(read_programme(MEASURING))
    hanako = await town.resident()
    await town.upload(hanako, measured("systolic_pressure", 187))
    await town.settle()
    assert await town.awards() == []
    await town.upload(hanako, measured("diastolic_pressure", 112), measured("body_weight", 61.4))
    await town.settle()
    assert [row[3] for row in await town.awards()] == [5, 1]
    weight, pressure = (await town.get("/v1/me/wallet/entries", hanako)).json["items"]
    assert pressure["reason"]["ja"] == "11月18日(水) 血圧を測って5ポイント"
    assert weight["reason"]["ja"] == (
        "11月18日(水) 体重を測って5ポイント (全体で1日に6ポイントまで: 残りの1ポイント)"
    )
    facts = await town.owner.fetchval("SELECT string_agg(facts::text, '') FROM rewards.transfer")
    assert "187" not in facts
    assert "61" not in facts


async def test_minutes_are_counted_whole_however_finely_they_are_kept(town: Town) -> None:
    await town.put_in_force(read_programme(preset_text("singapore_2023")))
    hanako = await town.resident()
    active = [1] * 18 + [0.7, 0.6, 0.6]  # 19.9 minutes
    await town.upload(hanako, steps(active) | {"metric": "active_minutes"})
    await town.settle()
    assert await town.awards() == []
    await town.upload(hanako, steps([*active, 0.1]) | {"metric": "active_minutes"})
    await town.settle()
    assert [row[3] for row in await town.awards()] == [15]
    (entry,) = (await town.get("/v1/me/wallet/entries", hanako)).json["items"]
    assert entry["facts"]["amount"] == 20


async def test_a_measurement_taken_back_takes_its_points_back(town: Town) -> None:
    await town.put_in_force(read_programme(MEASURING))
    hanako = await town.resident()
    await town.upload(hanako, measured("body_weight", 61.4))
    await town.settle()
    await town.upload(hanako, steps([None], source="station:hall") | {"metric": "body_weight"})
    await town.settle()
    assert await town.awards() == []
    newest, _ = (await town.get("/v1/me/wallet/entries", hanako)).json["items"]
    assert newest["reason"]["ja"].startswith("11月18日(水) 体重の記録がありません")


async def test_a_rule_on_a_metric_that_there_is_not_is_refused_with_the_nearest(
    town: Town,
) -> None:
    programme = read_programme(MEASURING.replace('"body_weight"', '"body_weigth"'))
    with pytest.raises(UnknownName, match="did you mean body_weight"):
        await add_programme(town.owner, programme)


@pytest.mark.parametrize(
    ("stated", "answer"),
    [
        ('channels = ["phnoe"]', "eligibility: there is no channel phnoe; did you mean phone"),
        ('consents = ["reserch"]', "there is no purpose of consent reserch; did you mean research"),
        ('consents = ["x"]', "there are health_staff_indicators, points_programme, research"),
    ],
)
async def test_a_condition_that_nobody_could_meet_is_refused_with_the_nearest(
    town: Town, stated: str, answer: str
) -> None:
    text = MEASURING.replace("caps = { day = 6 }", f"eligibility = {{ {stated} }}")
    with pytest.raises(UnknownName, match=answer):
        await add_programme(town.owner, read_programme(text))
