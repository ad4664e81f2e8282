"""How often somebody came on a day, to a class or to a checkup.

The visits to all places add up. A place counts a person at most once an hour. If a place has a visit with a time, its
statement for the whole day adds nothing.
"""

from collections.abc import Iterable
from typing import Final

import numpy as np

from wellness_api.health.days.samples_of_moments import Samples
from wellness_api.health.metrics.metric import MINUTE_MS

SAME_TIME_MS: Final = 60 * MINUTE_MS
"""A place that sees somebody again within the hour sees the same visit: a card was shown twice, or a list repeats a code."""


def each_time(places: Iterable[Samples], *, day_begins_ms: int) -> Samples:
    """The visits to all places. A visit that a place states for the whole day stands at the day's first moment."""
    times = [time for place in places for time in visits(place, day_begins_ms=day_begins_ms)]
    return Samples(np.array(sorted(times), np.int64), np.ones(len(times), np.int64))


def visits(place: Samples, *, day_begins_ms: int) -> list[int]:
    """The times of a place's visits, ascending. A visit is new when an hour or more has passed since the last one."""
    seen = place.times_ms[place.values > 0].tolist()
    timed = [time for time in seen if time > day_begins_ms]
    visit_times: list[int] = []
    for time_ms in timed or seen:
        if not visit_times or time_ms - visit_times[-1] >= SAME_TIME_MS:
            visit_times.append(time_ms)
    return visit_times
