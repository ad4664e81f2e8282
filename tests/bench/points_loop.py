"""The same rules as anybody would write them down: one resident and one day at a time."""

from collections.abc import Callable, Mapping, Sequence
from typing import Final

Days = Mapping[str, Sequence[int]]


def yokohama(days: Days) -> list[int]:
    """A point for every 2,000 steps, at most 5 a day."""
    return [min(max(steps, 0) // 2000, 5) for steps in days["steps"]]


def singapore_2023(days: Days) -> list[int]:
    """5,000 steps 10; 20 active minutes 15, 30 minutes 20; at most 30 a day."""
    points = []
    for steps, minutes in zip(days["steps"], days["active_minutes"], strict=True):
        active = 20 if minutes >= 30 else 15 if minutes >= 20 else 0
        points.append(min((10 if steps >= 5000 else 0) + active, 30))
    return points


def carrot_adaptive(days: Days) -> list[int]:
    """Two weeks give the baseline, the next two are paid by it: 4 a goal day, 40 more on the tenth."""
    steps = days["steps"]
    valid = sorted(day_steps for day_steps in steps[:14] if 1000 <= day_steps <= 40_000)
    points = [0] * len(steps)
    if len(valid) < 5:
        return points
    goal = (valid[(len(valid) - 1) // 2] + valid[len(valid) // 2]) // 2 + 1000
    goal_days = 0
    for day in range(14, len(steps)):
        if steps[day] >= goal:
            goal_days += 1
            points[day] = 44 if goal_days == 10 else 4
    return points


LOOP: Final[dict[str, Callable[[Days], list[int]]]] = {
    "yokohama": yokohama,
    "carrot_adaptive": carrot_adaptive,
    "singapore_2023": singapore_2023,
}
