"""The rules a programme can hold. A new rule is one file here and its name in this union."""

from points.rules.daily_tiers import DailyTiers
from points.rules.measuring import Measuring
from points.rules.steps_per_point import StepsPerPoint

Rule = StepsPerPoint | DailyTiers | Measuring
"""Any rule; msgspec tells them apart by `kind`."""
