"""How often somebody came on a day: to a class, to a checkup.

Places add up. A place sees a person come once an hour, and what it says of the day alone is nothing new beside a time.
"""

from collections.abc import Iterable
from typing import Final

import numpy as np

from wellness_api.health.days.samples_of_moments import Samples
from wellness_api.health.metrics.metric import MINUTE_MS

SAME_TIME_MS: Final = 60 * MINUTE_MS
"""A place that sees somebody again within the hour sees the same visit: a card shown twice, a list beside a code."""


def each_time(places: Iterable[Samples], *, day_begins_ms: int) -> Samples:
    """What each place saw, added up; what it says for the day alone stands at the day's first moment."""
    times = [time for place in places for time in visits(place, day_begins_ms=day_begins_ms)]
    return Samples(np.array(sorted(times), np.int64), np.ones(len(times), np.int64))


def visits(place: Samples, *, day_begins_ms: int) -> list[int]:
    """The times at which the place saw somebody anew, ascending: an hour or more after the last visit."""
    seen = place.times_ms[place.values > 0].tolist()
    timed = [time for time in seen if time > day_begins_ms]
    found: list[int] = []
    for time_ms in timed or seen:
        if not found or time_ms - found[-1] >= SAME_TIME_MS:
            found.append(time_ms)
    return found
