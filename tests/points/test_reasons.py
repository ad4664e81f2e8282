"""What a reason says is enough to work the points out: one function for each kind of rule, made from docs/rules.md alone.

They are given the numbers of the sentence and nothing else: neither the rule nor its facts. That every language says all
numbers of a sentence: tests/wellness_api/words/test_languages.py.
"""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any, Final

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from points.cohort import Cohort
from points.evaluate import evaluate
from points.goals import DayGoal
from points.groups import CITY, contributions_of, share_out
from points.rules import AnyRule, GroupRule, PersonalRule
from points.rules.measuring import Measuring
from points.rules.period_tiers import PeriodTiers
from points.said import Said, Several
from points.tiers import AgeBand, Tier
from tests.points.cities import cities
from tests.points.people import Line, lines, programme
from tests.points.rules.test_collective_goal import rules as city_goals
from tests.points.rules.test_league import rules as leagues
from tests.points.rules.test_team_goal import rules as team_goals
from tests.points.strategies import BUILT, NAME, cohorts

Terms = Mapping[str, Any]
"""The numbers of a sentence by what they are called in it."""


def terms_of(what: Said) -> dict[str, Any]:
    terms: dict[str, Any] = {}
    for name, argument in what.arguments.items():
        match argument:
            case Said(key="amount.none"):
                terms[name] = 0  # What no record says earns what 0 earns.
            case Said(key=key, arguments=inner) if key.startswith("amount."):
                terms[name] = inner["count"]
            case Said(key="team_goal.pair"):
                terms["sizes"] = (2, 2)
            case Said(key=key, arguments=inner) if key.startswith("team_goal.team"):
                sizes = list(inner.values())
                terms["sizes"] = (sizes[0], sizes[-1])
            case Said():
                terms |= terms_of(argument)
            case Several(parts=parts):
                terms[name] = parts
            case _:
                terms[name] = argument
    return terms


# pencils


def steps_per_point(of: Terms) -> int:
    if of["walked"] < of.get("least", 0):
        return 0
    return int(min(of["walked"] // of["steps"], of["points"]))


def tiers(of: Terms, amount: int) -> int:
    if "next" in of:
        assert amount < of["next"], "the next tier is not reached"
    if "asked" not in of:
        return 0
    assert amount >= of["asked"], "the tier is reached"
    return int(of["points"])


def daily_tiers(of: Terms) -> int:
    return tiers(of, of["amount"])


def period_tiers(of: Terms) -> int:
    if "total" in of:
        assert of["amount"] == of["total"] // of["days"]
    return tiers(of, of["amount"])


def own_goal(of: Terms) -> int:
    if "goal" not in of or of["steps"] < of["goal"]:
        return 0
    return int(of["points"] + of.get("bonus", 0))


def streak(of: Terms) -> int:
    return int(of["points"]) if of["amount"] >= of["goal"] and of["days"] % of["every"] == 0 else 0


def comeback(of: Terms) -> int:
    is_reached, was_missed = (
        of["amount"] >= of["goal"],
        of.get("before", 0) < of.get("goal_before", 0),
    )
    return int(of["points"]) if is_reached and was_missed else 0


def loss_framed(of: Terms) -> int:
    if "goal" not in of or of.get("amount", of["goal"]) < of["goal"]:
        return 0
    return int(of["points"])


def lottery(of: Terms) -> int:
    return int(of["points"]) if "points" in of and of["amount"] >= of["goal"] else 0


def measuring(of: Terms) -> int:
    return int(of.get("points", 0)) if of.get("days", 1) >= of.get("needed", 1) else 0


def attending(of: Terms) -> int:
    return int(min(of["times"], of["most"]) * of["points"]) if "times" in of else 0


def improvement(of: Terms) -> int:
    return int(of.get("points", 0))


def joining(of: Terms) -> int:
    is_due = of["since"] == of["after"] and of["days"] >= of["needed"]
    return int(of["points"]) if is_due else 0


def first_time(of: Terms) -> int:
    is_first = of["amount"] >= of["goal"] and not of.get("days", 0)
    return int(of["points"]) if is_first else 0


def team_goal(of: Terms) -> int:
    least, most = of["sizes"]
    fits = least <= of["members"] <= most
    return int(of["points"]) if fits and of["days"] >= of["needed"] else 0


def collective_goal(of: Terms) -> int:
    assert of["mean"] == of["total"] // of["participants"]
    if of["participants"] < of["least"] or of["mean"] < of["asked"]:
        return 0
    return int(of["donation"] if "donation" in of else of["points"])


def league(of: Terms) -> int:
    is_paid = of["steps"] > 0 and of["place"] <= len(of["places"])
    return int(of["places"][of["place"] - 1]) if is_paid else 0


PENCILS: Final[dict[str, Callable[[Terms], int]]] = {
    "steps_per_point": steps_per_point,
    "daily_tiers": daily_tiers,
    "period_tiers": period_tiers,
    "own_goal": own_goal,
    "streak": streak,
    "comeback": comeback,
    "loss_framed": loss_framed,
    "lottery": lottery,
    "measuring": measuring,
    "attending": attending,
    "improvement": improvement,
    "joining": joining,
    "first_time": first_time,
    "team_goal": team_goal,
    "collective_goal": collective_goal,
    "league": league,
}


def kind_of(rule: AnyRule) -> str:
    return str(rule.__struct_config__.tag)


def test_there_is_a_pencil_for_every_kind_of_rule() -> None:
    kinds = [
        str(rule.__struct_config__.tag) for rule in (*_kinds(PersonalRule), *_kinds(GroupRule))
    ]
    assert kinds == list(PENCILS)


def _kinds(union: Any) -> tuple[Any, ...]:
    return tuple(union.__args__)


def worked_out(rule: AnyRule, line: Line) -> int:
    return PENCILS[kind_of(rule)](terms_of(rule.reason(line.span, line.facts)))


GOAL_DAYS = PeriodTiers(
    code="a",
    period="week",
    of="days",
    day_goal=DayGoal(at_least=6_000),
    bands=[
        AgeBand(age_to=64, tiers=[Tier(at_least=2, points=3), Tier(at_least=4, points=9)]),
        AgeBand(age_from=65, age_to=70, tiers=[Tier(at_least=1, points=3)]),
    ],
)
TWICE = Measuring(
    code="a", name=NAME, metrics=["body_mass_index"], period="week", days_min=2, points_each=30
)


def is_decided(line: Line, cohort: Cohort) -> bool:
    """Not what is to come, nor what a regret lottery pays when the day is over: there is no award and no reason yet."""
    if kind_of(line.rule) == "lottery" and line.rule.when == "regret":
        return line.span.last < cohort.today
    return line.span.first <= cohort.today


@pytest.mark.parametrize("family", range(len(BUILT)), ids=list(PENCILS)[: len(BUILT)])
@settings(deadline=None, max_examples=40)
@given(st.data(), cohorts())
def test_a_resident_works_the_points_out_from_the_reason(
    family: int, data: st.DataObject, cohort: Cohort
) -> None:
    rule = data.draw(st.sampled_from([GOAL_DAYS, TWICE]) | BUILT[family]("a"))
    for line in lines(evaluate(programme(rule), cohort)):
        if is_decided(line, cohort):
            assert worked_out(rule, line) == line.uncapped


@pytest.mark.parametrize("rules", [team_goals, city_goals, leagues], ids=list(PENCILS)[-3:])
@settings(deadline=None, max_examples=40)
@given(st.data(), cities())
def test_what_many_reached_is_worked_out_from_each_ones_reason(
    rules: st.SearchStrategy[GroupRule], data: st.DataObject, city: Cohort
) -> None:
    rule = data.draw(rules)
    for of_rule in share_out([contributions_of(programme(rule), city, since=date.min)]):
        paid = {(award.resident_id, award.span): award for award in of_rule.awards()}
        rows = zip(
            of_rule.contribution.resident_ids.tolist(),
            [of_rule.periods[place].span for place in of_rule.contribution.periods],
            strict=True,
        )
        for resident_id, span in rows:
            award = of_rule.award_of(resident_id, span)
            terms = terms_of(rule.reason(span, award.facts))
            assert PENCILS[kind_of(rule)](terms) == award.points
        for (resident_id, span), award in paid.items():
            if resident_id == CITY:
                terms = terms_of(rule.reason(span, award.facts))
                assert PENCILS[kind_of(rule)](terms) == award.points
