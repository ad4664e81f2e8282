"""From facts to awards: the one function behind the worker, the proof and the back-test."""

from datetime import timedelta

import numpy as np

from points.cohort import Cohort, RuleAwards
from points.programme import Programme


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
    return [rule.awards(counted) for rule in programme.rules]


def _in_force(programme: Programme, cohort: Cohort) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    _, days = cohort.shape
    return np.array(
        [programme.in_force_on(cohort.first_day + timedelta(days=day)) for day in range(days)],
        dtype=np.bool_,
    )
