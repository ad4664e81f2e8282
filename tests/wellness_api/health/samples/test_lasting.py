"""How long counts lasted of which nobody said it."""

from collections.abc import Sequence

import numpy as np

from wellness_api.health.metrics.catalogue import STEPS
from wellness_api.health.metrics.metric import PARTS_PER_MULTIPLE
from wellness_api.health.samples.lasting import NO_END, lasting
from wellness_api.health.samples.segments import UNSAID

SECOND, MINUTE = 1_000, 60_000


def lasted(
    *samples: tuple[int, int], day_ends: int = NO_END, steps: Sequence[int] | None = None
) -> list[int]:
    """In seconds, of starts and lengths in seconds; -1 where none was said."""
    times, lengths = np.array(samples, np.int64).T * SECOND
    lengths[lengths < 0] = UNSAID
    said = lengths.astype(np.int32)
    values = np.array(steps or [10] * len(samples), np.int64) * PARTS_PER_MULTIPLE
    worked_out = lasting(times, said, values, STEPS, day_ends=day_ends)
    assert said.tolist() == lengths.tolist(), "what was said is not touched"
    return [length // SECOND for length in worked_out.tolist()]


def test_a_count_lasts_a_minute_if_nothing_follows() -> None:
    assert lasted((8, -1)) == [60]


def test_a_count_lasts_until_the_next_one_that_says_no_length() -> None:
    assert lasted((0, -1), (5, -1), (10, -1), (100, -1)) == [5, 5, 60, 60]


def test_lengths_that_are_said_stay_and_end_no_other() -> None:
    assert lasted((0, -1), (5, 300), (20, -1)) == [20, 300, 60]


def test_a_count_belongs_to_the_day_on_which_it_began() -> None:
    assert lasted((50, -1), (95, -1), day_ends=120 * SECOND) == [45, 25]


def test_what_began_after_the_days_end_is_of_a_minute() -> None:
    """Of a resident who moved to another zone since."""
    assert lasted((100, -1), (130, -1), day_ends=120 * SECOND) == [20, 60]


def test_counts_of_the_hours_before_midnight_utc_last_as_others_do() -> None:
    assert lasted((-90, -1), (-80, -1)) == [10, 60]


def test_what_cannot_be_true_ends_no_other() -> None:
    """As if nobody had sent it: its neighbour stays as long, and can be true."""
    told = (0, -1), (20, -1), (50, -1)
    assert lasted(*told, steps=[360, 5_000, 100]) == [50, 30, 60]
    assert lasted(*told, steps=[360, -1, 100]) == [50, 30, 60]
    assert lasted(*told, steps=[360, 400, 100]) == [20, 30, 60]


def test_counts_of_one_start_end_with_the_next_one() -> None:
    assert lasted((0, -1), (0, -1), (20, -1)) == [20, 20, 60]
