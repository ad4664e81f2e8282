"""Cities of walkers for the benchmark of the points engine: 28 days of steps and active minutes, drawn by a fixed seed."""

from collections.abc import Mapping
from datetime import date
from typing import Final

import numpy as np
from numpy.typing import NDArray

from points.cohort import NONE, Cohort, IntMatrix, cohort_of

DAYS: Final = 28
SEED: Final = 20261118
USUAL_MIN: Final = 800
USUAL_MAX: Final = 14_000
DAYS_WITHOUT_DATA: Final = 0.15
STEPS_PER_ACTIVE_MINUTE: Final = 250
RESIDENTS_AT_ONCE: Final = 100_000


def city_of(residents: int, *, first_day: date) -> Cohort:
    """Each resident has a usual number of steps, half of it or up to half more on a day, and none on some days."""
    steps = np.empty((residents, DAYS), np.int32, order="F")
    random = np.random.default_rng(SEED)
    for start in range(0, residents, RESIDENTS_AT_ONCE):
        end = min(start + RESIDENTS_AT_ONCE, residents)
        usual = random.integers(USUAL_MIN, USUAL_MAX, (end - start, 1)).astype(np.float32)
        walked = usual * (0.5 + random.random((end - start, DAYS), np.float32))
        missing = random.random((end - start, DAYS), np.float32) < DAYS_WITHOUT_DATA
        steps[start:end] = np.where(missing, NONE, walked.astype(np.int32))
    minutes = np.where(steps == NONE, NONE, steps // STEPS_PER_ACTIVE_MINUTE).astype(np.int32)
    return cohort_of(
        {"steps": steps, "active_minutes": np.asfortranarray(minutes)}, first_day=first_day
    )


def days_of(amounts: IntMatrix) -> list[NDArray[np.int32]]:
    """The columns, each in one piece."""
    return [np.ascontiguousarray(amounts[:, day]) for day in range(amounts.shape[1])]


def read_all(daily: Mapping[str, IntMatrix]) -> int:
    """The least that anybody who looks at the amounts must do: numpy's fastest pass over them."""
    return max(int(amounts.max()) for amounts in daily.values())
