"""Caps of a week and of a month together: the ledger ends with what one evaluation gives, however the days arrive."""

import random
from datetime import date, timedelta

import msgspec
import pytest

from points.caps import Caps
from points.evaluate import evaluate
from points.presets import preset_text
from points.programme import read_programme
from tests.points.people import people, walker
from tests.town import Town, local_morning, steps
from tests.wellness_api.rewards.winter import prove

FIRST = date(2026, 10, 22)
DAYS = 24
"""Up to 14 November: with the week of 26 October, which ends in the next month."""


@pytest.mark.parametrize("seed", range(2))
async def test_days_in_any_order_come_to_what_both_caps_allow(town: Town, seed: int) -> None:
    chance = random.Random(seed)
    of = msgspec.structs.replace(
        read_programme(preset_text("yokohama")),
        in_force_from=date(2026, 9, 1),
        in_force_to=None,
        late_window_days=60,
        caps=Caps(week=10, month=15),
    )
    await town.put_in_force(of)
    hanako = await town.resident()
    await town.worker.turn_day()
    points = [chance.randint(0, 5) for _ in range(DAYS)]
    order = list(range(DAYS))
    chance.shuffle(order)
    for place in order:
        morning = local_morning(FIRST + timedelta(days=place))
        await town.upload(hanako, steps([100] * (20 * points[place] + 1), start=morning))
        if chance.random() < 0.6:
            await town.settle()
    await town.settle()
    amounts = [100 * (20 * of_day + 1) for of_day in points]
    cohort = people(walker(*amounts), first_day=FIRST)
    (of_rule,) = evaluate(of, cohort)
    expected = {
        FIRST + timedelta(days=place): paid
        for place, paid in enumerate(of_rule.points[0].tolist())
        if paid
    }
    assert {day: paid for _, _, day, paid in await town.awards()} == expected
    proof = await prove(town)
    assert proof.differences == []
