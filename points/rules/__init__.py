"""The rules that a programme can hold. A new rule is one file here and its name in one of these unions."""

from points.rules.attending import Attending
from points.rules.collective_goal import CollectiveGoal
from points.rules.comeback import Comeback
from points.rules.daily_tiers import DailyTiers
from points.rules.improvement import Improvement
from points.rules.joining import FirstTime, Joining
from points.rules.league import League
from points.rules.loss_framed import LossFramed
from points.rules.lottery import Lottery
from points.rules.measuring import Measuring
from points.rules.own_goal import OwnGoal
from points.rules.period_tiers import PeriodTiers
from points.rules.steps_per_point import StepsPerPoint
from points.rules.streak import Streak
from points.rules.team_goal import TeamGoal

PersonalRule = (
    StepsPerPoint
    | DailyTiers
    | PeriodTiers
    | OwnGoal
    | Streak
    | Comeback
    | LossFramed
    | Lottery
    | Measuring
    | Attending
    | Improvement
    | Joining
    | FirstTime
)
"""Rules for which one resident's days are enough."""

GroupRule = TeamGoal | CollectiveGoal | League
"""Rules that look at many residents at once, when a period is over."""

AnyRule = PersonalRule | GroupRule
"""Any rule; msgspec tells them apart by `kind`."""
