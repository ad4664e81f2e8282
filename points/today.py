"""What is missing today for more points."""

from collections.abc import Iterable

from points.cohort import Cohort
from points.evaluate import participation, view_of
from points.programme import Programme
from points.rules.parts import NextAward


def nearest_award(cohorts: Iterable[tuple[Programme, Cohort]]) -> NextAward | None:
    """For one resident on the last day of the cohorts, one for each programme: the fewest steps that any rule pays more
    for, and what all rules together pay for those; None when no more steps earn anything today.

    A cohort begins at or before its programme's `looks_back_to` of the last day. Caps are not looked at.
    """
    awards = []
    for programme, cohort in cohorts:
        taking_part = participation(programme, cohort)
        for rule in programme.personal_rules:
            view = view_of(programme, rule, cohort, taking_part)
            award = rule.next_award(view) if view.counts()[0, -1] else None
            if award is not None:
                awards.append(award)
    if not awards:
        return None
    nearest = min(award.steps_needed for award in awards)
    return NextAward(nearest, sum(each.points for each in awards if each.steps_needed == nearest))
