"""The rules a programme can hold. A new rule is one file here and its name in this union."""

from points.rules.steps_per_point import StepsPerPoint

Rule = StepsPerPoint
"""Any rule; msgspec tells them apart by `kind`."""
