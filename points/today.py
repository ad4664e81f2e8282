"""What a resident still needs on a day for more points."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from points.cohort import Cohort
from points.evaluate import participation, view_of
from points.programme import Programme
from points.rules.parts import NextAwards, next_awards_where


class NextAward(NamedTuple):
    """How many steps are missing, and for how many more points."""

    steps_needed: int
    points: int


def nearest_awards(programme: Programme, cohort: Cohort) -> NextAwards | None:
    """For each resident on the cohort's last day, the fewest steps that any rule pays more for, and what all rules
    together pay for them. None when no steps earn anybody anything.

    The cohort begins at or before the day that the programme's rules look back to. Caps are ignored.
    """
    taking_part = participation(programme, cohort)
    awards = []
    for rule in programme.personal_rules:
        view = view_of(programme, rule, cohort, taking_part)
        next_awards = rule.next_awards(view)
        if next_awards is not None:
            awards.append(next_awards_where(view.counts()[:, -1], *next_awards))
    return nearest_of(awards)


def nearest_of(awards: Sequence[NextAwards]) -> NextAwards | None:
    """The nearest award of each resident among those of several rules or programmes for the same residents."""
    if not awards:
        return None
    needed = np.array([award.steps_needed for award in awards])
    points = np.array([award.points for award in awards])
    nearest = np.where(needed > 0, needed, np.iinfo(np.int64).max).min(axis=0)
    is_any: NDArray[np.bool_] = np.any(needed > 0, axis=0)
    return next_awards_where(is_any, nearest, np.where(needed == nearest, points, 0).sum(axis=0))


def nearest_award(cohorts: Iterable[tuple[Programme, Cohort]]) -> NextAward | None:
    """The nearest award of the first resident among several programmes; None when no steps earn anything."""
    nearest = nearest_of(
        [award for pair in cohorts if (award := nearest_awards(*pair)) is not None]
    )
    if nearest is None or not nearest.steps_needed[0]:
        return None
    return NextAward(int(nearest.steps_needed[0]), int(nearest.points[0]))
