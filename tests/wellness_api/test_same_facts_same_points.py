"""The same facts lead to the same ledger, however they arrive: in any order, split, repeated, edited late, worked off
in any portions. Expected is what a plain loop over the facts and one batch evaluation say."""

from datetime import date, timedelta
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from points.cohort import NONE, cohort_of
from points.evaluate import awards_of, evaluate
from points.presets import preset_text
from points.programme import Programme, read_programme
from tests.town import MINUTE_MS, NOON, Person, Town, local_morning, ms

SOURCES = ("watch:w", "phone:p")
"""Best first."""

DAYS = [NOON.date() - timedelta(days=back) for back in (0, 1, 2, 6, 7, 13)]
MINUTES = 40


class Fact(NamedTuple):
    """Edit number `revision` of a minute's steps as one source counted them; None takes the minute back."""

    source: str
    day: date
    minute: int
    revision: int
    steps: int | None


class Sending(NamedTuple):
    """An upload of some facts; `twice`: the answer was lost, so the phone sends it again with the same key."""

    facts: list[Fact]
    twice: bool
    worked_off_after: bool


@st.composite
def histories(draw: st.DrawFn) -> list[Fact]:
    """Some minutes of some days by each source, each with one to three edits."""
    places = draw(
        st.lists(
            st.tuples(st.sampled_from(SOURCES), st.sampled_from(DAYS), st.integers(0, MINUTES - 1)),
            min_size=1,
            max_size=30,
            unique=True,
        )
    )
    return [
        Fact(*place, revision, draw(st.one_of(st.integers(0, 400), st.none())))
        for place in places
        for revision in range(draw(st.integers(1, 3)))
    ]


@st.composite
def sendings(draw: st.DrawFn, facts: list[Fact]) -> list[Sending]:
    """Every fact at least once, in random order, cut at random, some sent again in other company."""
    order = draw(st.permutations(facts)) + draw(st.lists(st.sampled_from(facts), max_size=20))
    cuts = sorted(draw(st.sets(st.integers(1, len(order)), max_size=4)))
    bounds = [0, *cuts, len(order)]
    return [
        Sending(order[start:end], draw(st.booleans()), draw(st.booleans()))
        for start, end in pairwise(bounds)
        if start < end
    ]


def batches(facts: list[Fact]) -> list[dict[str, Any]]:
    """One batch for each source and revision."""
    batches_by_source: dict[tuple[str, int], dict[str, Any]] = {}
    for fact in facts:
        batch = batches_by_source.setdefault(
            (fact.source, fact.revision),
            {
                "metric": "steps",
                "source": fact.source,
                "revision": fact.revision,
                "times_ms": [],
                "values": [],
            },
        )
        batch["times_ms"].append(ms(local_morning(fact.day)) + fact.minute * MINUTE_MS)
        batch["values"].append(fact.steps)
    return list(batches_by_source.values())


def day_totals(facts: list[Fact]) -> dict[date, int]:
    """By a plain loop: the last edit of each minute, then the best source that still has the minute."""
    last: dict[tuple[str, date, int], Fact] = {}
    for fact in facts:
        place = fact.source, fact.day, fact.minute
        if place not in last or last[place].revision < fact.revision:
            last[place] = fact
    totals: dict[date, int] = {}
    for day in DAYS:
        for minute in range(MINUTES):
            for source in SOURCES:
                fact = last.get((source, day, minute))
                if fact is not None and fact.steps is not None:
                    totals[day] = totals.get(day, 0) + fact.steps
                    break
    return totals


async def send_all(town: Town, person: Person, plan: list[Sending]) -> None:
    for number, sending in enumerate(plan):
        key = f"plan-{person.principal_id}-{number}"
        first = await town.upload(person, *batches(sending.facts), key=key)
        assert first.status == 201, first.json
        if sending.twice:
            again = await town.upload(person, *batches(sending.facts), key=key)
            assert (again.status, again.json) == (200, first.json)
        if sending.worked_off_after:
            await town.settle()
    await town.settle()


def expected_awards(
    programme: Programme, person: Person, totals: dict[date, int]
) -> list[tuple[Any, ...]]:
    """One evaluation of all days since the programme began."""
    first = programme.in_force_from
    steps = np.full((1, (NOON.date() - first).days + 1), NONE, np.int32)
    for day, total in totals.items():
        steps[0, (day - first).days] = total
    cohort = cohort_of({"steps": steps}, first_day=first, today=NOON.date())
    return sorted(
        (person.principal_id, award.rule, award.span.first, award.points)
        for award in awards_of(evaluate(programme, cohort))
    )


REMEMBERING = read_programme(
    """
    code = "remembering"
    version = 1
    name = { ja = "おぼえている規則", en = "Rules that remember" }
    in_force_from = 2026-11-02
    late_window_days = 14
    caps = { week = 40, month = 90 }

    [[rules]]
    kind = "own_goal"
    code = "own"
    block_days = 7
    valid_days_min = 1
    valid_from = 1
    above = 100
    above_max = 1000
    raise_after_days = 2
    raise_by = 200
    points_day = 4
    bonus_points = 10

    [[rules]]
    kind = "streak"
    code = "row"
    goal = { at_least = 500 }
    every_days = 2
    days_off_month = 1
    points_each = 5

    [[rules]]
    kind = "comeback"
    code = "back"
    goal = { at_least = 500 }
    points_each = 3

    [[rules]]
    kind = "period_tiers"
    code = "week"
    period = "week"
    of = "total"
    bands = [{ tiers = [{ at_least = 1500, points = 7 }, { at_least = 6000, points = 20 }] }]

    [[rules]]
    kind = "loss_framed"
    code = "morning"
    goal = { at_least = 2000 }
    active_days = 5
    points_day = 2
    """
)
YOKOHAMA = read_programme(preset_text("yokohama"))


@pytest.mark.parametrize("programme", [YOKOHAMA, REMEMBERING], ids=lambda programme: programme.code)
@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(data=st.data())
async def test_the_ledger_ends_as_one_batch_evaluation_of_the_same_facts(
    town: Town, programme: Programme, data: st.DataObject
) -> None:
    await town.put_in_force(programme)
    person = await town.resident()
    facts = data.draw(histories())
    await send_all(town, person, data.draw(sendings(facts)))

    totals = day_totals(facts)
    awards = [award for award in await town.awards() if award[0] == person.principal_id]
    assert awards == expected_awards(programme, person, totals)
    wallet = (await town.get("/v1/me/wallet", person)).json
    assert wallet["pending"] + wallet["balance"] == sum(points for *_, points in awards)
    assert wallet["owed"] == 0
    week = (await town.get("/v1/me/today", person)).json["week"]
    steps = {day["day"]: day["steps"] for day in week}
    for day in DAYS[:2]:
        assert steps[str(day)] == totals.get(day), "none where nobody said anything"
