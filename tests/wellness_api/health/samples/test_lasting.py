"""How long counts lasted of which nobody said it."""

import numpy as np

from wellness_api.health.samples.lasting import NO_END, lasting
from wellness_api.health.samples.segments import UNSAID

SECOND, MINUTE = 1_000, 60_000


def lasted(*samples: tuple[int, int], day_ends: int = NO_END) -> list[int]:
    """In seconds, of starts and lengths in seconds; -1 where none was said."""
    times, lengths = np.array(samples, np.int64).T * SECOND
    lengths[lengths < 0] = UNSAID
    said = lengths.astype(np.int32)
    worked_out = lasting(times, said, day_ends=day_ends)
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
