"""A running total becomes steps per minute, whatever the device and the clock do."""

from hypothesis import given
from hypothesis import strategies as st

from device_bridge.step_minutes import GAP_MINUTES_MAX, StepCounter, count_steps

NOON_MS = 1_795_489_200_000
MINUTE_MS = 60_000


def minutes_after(*totals: tuple[int, int]) -> dict[int, int]:
    """Steps by whole minutes after noon, from (seconds after noon, total)."""
    counter: StepCounter | None = None
    counted: dict[int, int] = {}
    for second, total in totals:
        counter, changed = count_steps(counter, total=total, now_ms=NOON_MS + second * 1000)
        counted |= {(minute - NOON_MS) // MINUTE_MS: steps for minute, steps in changed.items()}
    return counted


def test_the_first_total_is_only_a_start() -> None:
    assert minutes_after((0, 5000)) == {}


def test_steps_of_one_minute_add_up_in_that_minute() -> None:
    assert minutes_after((0, 100), (10, 115), (50, 180)) == {0: 80}


def test_steps_across_a_minute_belong_to_the_later_minute() -> None:
    assert minutes_after((0, 100), (50, 180), (65, 200)) == {0: 80, 1: 20}


def test_no_steps_are_no_sample() -> None:
    assert minutes_after((0, 100), (30, 100), (90, 100)) == {}


def test_a_restarted_counter_counts_from_zero() -> None:
    assert minutes_after((0, 5000), (20, 5010), (40, 7)) == {0: 17}


def test_a_gap_is_spread_evenly_over_its_minutes() -> None:
    assert minutes_after((0, 100), (180, 110)) == {1: 3, 2: 3, 3: 4}


def test_a_clock_set_back_loses_no_steps() -> None:
    assert minutes_after((600, 100), (0, 130)) == {0: 30}


def test_a_very_long_gap_counts_for_its_last_day() -> None:
    days = minutes_after((0, 0), (30 * 86_400, 100_000))
    assert len(days) == GAP_MINUTES_MAX
    assert sum(days.values()) == 100_000
    assert max(days) == 30 * 24 * 60


@given(st.lists(st.tuples(st.integers(0, 600), st.integers(0, 300)), max_size=30))
def test_every_step_counts_exactly_once(walk: list[tuple[int, int]]) -> None:
    second, total, totals = 0, 1000, [(0, 1000)]
    for wait, steps in walk:
        second, total = second + wait, total + steps
        totals.append((second, total))
    assert sum(minutes_after(*totals).values()) == total - 1000
