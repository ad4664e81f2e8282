"""However the days' samples come in, pairs and their members end with what one evaluation of all facts gives them."""

from datetime import date, timedelta

import numpy as np
import pytest

from points.cohort import Cohort
from points.evaluate import awards_of, evaluate
from points.groups import contributions_of, share_out, with_group_awards
from points.programme import Programme
from tests.points.people import people, walker
from tests.town import Person, Town, local_morning, steps
from tests.wellness_api.rewards.closing.test_groups import MONDAY, PAIR, WALK, pair
from tests.wellness_api.rewards.winter import begin, is_proven, programme

DAYS = 11
LATE_DAYS_MAX = 3
DAYS_LIVED = DAYS + LATE_DAYS_MAX
"""Two weeks, so that the second one is over too."""

TODAY = MONDAY + timedelta(days=DAYS_LIVED)
STEPS_A_MINUTE = 100


def arrivals(seed: int, persons: int) -> dict[tuple[int, int], list[tuple[int, int]]]:
    """By person and day: the minutes walked, in parts, each with the number of days that it comes late."""
    chance = np.random.default_rng(seed)
    return {
        (person, day): [
            (int(chance.integers(1, 12)), int(chance.integers(0, LATE_DAYS_MAX + 1)))
            for _ in range(chance.integers(0, 3))
        ]
        for person in range(persons)
        for day in range(DAYS)
    }


async def live(
    town: Town, persons: list[Person], plan: dict[tuple[int, int], list[tuple[int, int]]]
) -> None:
    for today in range(DAYS_LIVED):
        await begin(town, MONDAY + timedelta(days=today))
        town.clock.now = local_morning(MONDAY + timedelta(days=today)) + timedelta(hours=13)
        for (person, day), parts in plan.items():
            start = local_morning(MONDAY + timedelta(days=day))
            for place, (minutes, late_days) in enumerate(parts):
                if day + late_days == today:
                    part = start + timedelta(minutes=20 * place)
                    await town.upload(
                        persons[person], steps([STEPS_A_MINUTE] * minutes, start=part)
                    )
        await town.settle()
    await begin(town, TODAY)


def cohort_of_all(
    persons: list[Person], plan: dict[tuple[int, int], list[tuple[int, int]]]
) -> Cohort:
    walked = [
        [
            STEPS_A_MINUTE * sum(minutes for minutes, _ in plan.get((person, day), [])) or None
            for day in range(DAYS_LIVED)
        ]
        for person in range(len(persons))
    ]
    cohort = people(
        *(walker(*days, teams=[1 + place // 2] * DAYS_LIVED) for place, days in enumerate(walked)),
        first_day=MONDAY,
        today=TODAY,
    )
    ids = np.array([person.principal_id for person in persons])
    return cohort._replace(residents=cohort.residents._replace(ids=ids))


def expected(of: Programme, cohort: Cohort) -> list[tuple[int, str, date, int]]:
    of_groups = share_out([contributions_of(of, cohort, since=MONDAY)])
    awards = [award for group in of_groups for award in group.awards()]
    return sorted(
        (award.resident_id, award.rule, award.span.first, award.points)
        for award in awards_of(evaluate(of, with_group_awards(cohort, awards)))
    )


@pytest.mark.parametrize(
    ("caps", "seed"),
    [("", 1), ("caps = { day = 22 }\n", 2), ("caps = { week = 60, month = 70 }\n", 3)],
)
async def test_the_ledger_ends_as_one_evaluation_of_all_facts(
    town: Town, caps: str, seed: int
) -> None:
    of = programme(caps, WALK, PAIR)
    await town.put_in_force(of)
    persons = await town.residents(4)
    for first, second in (persons[:2], persons[2:]):
        await pair(town, first, second)
    plan = arrivals(seed, len(persons))
    await live(town, persons, plan)
    assert await town.awards() == expected(of, cohort_of_all(persons, plan))
    assert await is_proven(town)
