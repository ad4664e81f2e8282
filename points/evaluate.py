"""From facts to awards: the one function behind the worker, the proof and the back-test."""

from datetime import timedelta

import numpy as np

from points.cohort import Cohort, RuleAwards
from points.programme import Programme

UNCAPPED = "points_uncapped"
"""A fact of awards under a day's maximum."""


def evaluate(programme: Programme, cohort: Cohort) -> list[RuleAwards]:
    """The awards above zero that the programme's rules give for the cohort's days, rule by rule.

    Days on which the programme is not in force earn nothing.
    """
    in_force = _in_force(programme, cohort)
    if not in_force.any():
        return []
    counted = cohort._replace(
        daily={
            metric: np.where(in_force, values, np.nan) for metric, values in cohort.daily.items()
        }
    )
    awards = [rule.awards(counted) for rule in programme.rules]
    if programme.points_day_max is None:
        return awards
    return _capped(awards, counted, programme.points_day_max)


def _capped(awards: list[RuleAwards], cohort: Cohort, points_day_max: int) -> list[RuleAwards]:
    """The awards cut to what a day may give, the first rules first. `points_uncapped` is what they were."""
    left = np.full(cohort.shape, points_day_max, np.int64)
    capped = []
    for of_rule in awards:
        at = of_rule.resident_index, of_rule.day_index
        points = np.minimum(of_rule.points, left[at])
        left[at] -= points
        some = points > 0
        capped.append(
            RuleAwards(
                rule=of_rule.rule,
                resident_index=of_rule.resident_index[some],
                day_index=of_rule.day_index[some],
                points=points[some],
                facts={name: facts[some] for name, facts in of_rule.facts.items()}
                | {UNCAPPED: of_rule.points[some]},
            )
        )
    return capped


def _in_force(programme: Programme, cohort: Cohort) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    _, days = cohort.shape
    return np.array(
        [programme.in_force_on(cohort.first_day + timedelta(days=day)) for day in range(days)],
        dtype=np.bool_,
    )
