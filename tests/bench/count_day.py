"""What counting a day costs of three sources, beside the plainest numpy there is for minutes.

`usual`: each source has 1,440 records of a minute, aligned. `overlapping`: the watch has minutes with gaps, the phone
five minutes that begin anew each minute, a total of the day and its hours, the third source hours that begin at half past.
The rival knows nothing but minutes: it gets each source's 1,440 amounts and puts them into one array, the best source last.
It cannot say what overlaps, crosses, is cut or cannot be true; it is how little a day could cost. Both sides work on one core and are timed by its processor time.
"""

import time
from collections.abc import Callable, Sequence
from functools import partial
from typing import Final

import numpy as np

from tests.bench.measure import Benchmark, Result, compare
from wellness_api.health.days.count_day import count_day
from wellness_api.health.days.plausible_spans import most_of
from wellness_api.health.days.spans import THOUSANDTHS, Int64Array, Records, Span
from wellness_api.health.metrics.catalogue import STEPS

MINUTE_MS: Final = 60_000
MINUTES: Final = 1_440
HOURS: Final = 24
DAY: Final = Span(20_000 * MINUTES * MINUTE_MS, 20_001 * MINUTES * MINUTE_MS)
DAYS_PER_ROUND: Final = 200
RIVAL_NAME: Final = "numpy by minute"

Sources = Sequence[Records]


def _records(starts: Int64Array, lengths_ms: int, steps: Int64Array) -> Records:
    starts = DAY.start + starts
    ends = starts + lengths_ms
    return Records(starts, ends, steps * THOUSANDTHS, ends, np.arange(len(starts)))


def _usual(random: np.random.Generator) -> Sources:
    minutes = np.arange(MINUTES) * MINUTE_MS
    return [_records(minutes, MINUTE_MS, random.integers(0, 60, MINUTES)) for _ in range(3)]


def _overlapping(random: np.random.Generator) -> Sources:
    minutes, hours = np.arange(MINUTES) * MINUTE_MS, np.arange(HOURS) * 60 * MINUTE_MS
    worn = minutes[random.random(MINUTES) < 0.7] + 25_000
    watch = _records(worn, MINUTE_MS, random.integers(0, 60, len(worn)))
    fives = _records(minutes[:-5] + 7_000, 5 * MINUTE_MS, random.integers(0, 300, MINUTES - 5))
    total = _records(np.zeros(1, np.int64), MINUTES * MINUTE_MS, np.array([40_000]))
    by_hour = _records(hours, 60 * MINUTE_MS, random.integers(0, 2_500, HOURS))
    third = _records(
        hours[:-1] + 30 * MINUTE_MS, 60 * MINUTE_MS, random.integers(0, 900, HOURS - 1)
    )
    return [watch, fives.and_these(total).and_these(by_hour), third]


def _by_minute(random: np.random.Generator) -> Sequence[tuple[Int64Array, Int64Array]]:
    minutes = DAY.start + np.arange(MINUTES) * MINUTE_MS
    return [(minutes, random.integers(0, 60, MINUTES)) for _ in range(3)]


def _merged(sources: Sequence[tuple[Int64Array, Int64Array]]) -> int:
    """The plainest merge: of each minute what the best source said."""
    day = np.zeros(MINUTES, np.int64)
    for times, values in reversed(sources):
        day[(times - DAY.start) // MINUTE_MS] = values
    return int(day.sum())


def _per_second(count: Callable[[], None]) -> float:
    began = time.process_time()
    count()
    return DAYS_PER_ROUND / (time.process_time() - began)


def _count_all(days: Sequence[Sources]) -> None:
    most = most_of(STEPS)
    for sources in days:
        assert count_day(sources, most, DAY).thousandths > 0


def _merge_all(days: Sequence[Sequence[tuple[Int64Array, Int64Array]]]) -> None:
    for sources in days:
        assert _merged(sources) > 0


def run(rounds: int) -> list[Result]:
    """Either kind of day, the sides in turn."""
    random = np.random.default_rng(1)
    theirs = [_by_minute(random) for _ in range(DAYS_PER_ROUND)]
    results = []
    for name, made in (("usual", _usual), ("overlapping", _overlapping)):
        ours = [made(random) for _ in range(DAYS_PER_ROUND)]
        _count_all(ours)
        counted, merged = [], []
        for _ in range(rounds):
            counted.append(_per_second(partial(_count_all, ours)))
            merged.append(_per_second(partial(_merge_all, theirs)))
        results.append(
            compare(
                f"count_day_{name}",
                ours=counted,
                rival=merged,
                rival_name=RIVAL_NAME,
                unit="days/s",
                higher_is_better=True,
            )
        )
    return results


BENCHMARK: Final = Benchmark(name="count_day", run=run)
