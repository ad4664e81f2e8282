"""What is shown of a figure is rounded, so that no single resident moves it by more than a step."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.tables import number, read_rows
from wellness_api.indicators.intervals import Sample
from wellness_api.indicators.rounding import (
    COUNT_STEP,
    MEAN_STEPS,
    RESIDENT_STEPS_MAX,
    Share,
    shown,
)

SHARES = read_rows("""
    count | of    | shown | of    | percent | from | to
       25 | 2,450 |    25 | 2,450 |     1.0 |  0.6 | 1.6
       24 | 3,148 |    25 | 3,150 |     0.8 |  0.5 | 1.2
      200 | 2,000 |   200 | 2,000 |      10 |  8.7 |  12
      199 | 2,005 |   200 | 2,005 |    10.0 |  8.7 |  12
       90 |   150 |    90 |   150 |      60 |   52 |  68
       92 |   152 |    90 |   150 |      60 |   52 |  68
       93 |   152 |    95 |   150 |      63 |   55 |  71
       22 |    43 |    20 |    45 |      44 |   30 |  59
        0 |   150 |     0 |   150 |       0 |    0 | 2.5
      152 |   152 |   150 |   150 |     100 |   97 | 100
""")

MEANS = read_rows("""
    people | mean  | shown | people shown
        20 | 5,400 | 5,000 |           20
        39 | 5,400 | 5,000 |           40
        40 | 5,400 | 5,500 |           40
       100 | 5,310 | 5,400 |          100
       199 | 5,310 | 5,400 |          200
       200 | 5,310 | 5,300 |          200
     9,999 | 5,349 | 5,300 |       10,000
""")


@pytest.mark.parametrize(
    ("count", "of", "count_shown", "of_shown", "percent", "low", "high"), SHARES
)
def test_a_share_is_that_of_rounded_counts(
    count: str, of: str, count_shown: str, of_shown: str, percent: str, low: str, high: str
) -> None:
    figure = shown(Share(number(count), number(of)))
    assert (figure.count, figure.denominator) == (number(count_shown), number(of_shown))
    assert figure.value == float(percent)
    assert figure.interval == (float(low), float(high))


@pytest.mark.parametrize(("people", "mean", "mean_shown", "people_shown"), MEANS)
def test_a_mean_is_rounded_the_more_the_fewer_it_is_of(
    people: str, mean: str, mean_shown: str, people_shown: str
) -> None:
    count, value = number(people), number(mean)
    figure = shown(Sample(count, float(count * value), count * (value**2 + 3_000.0**2)))
    assert figure.value == number(mean_shown)
    assert figure.count == figure.denominator == number(people_shown)
    assert figure.interval.lower <= figure.value <= figure.interval.upper


def test_a_population_is_public_and_stays_as_it_is() -> None:
    figure = shown(Share(92, 417, of_population=True))
    assert (figure.count, figure.denominator) == (90, 417)
    assert figure.value == 22


walks = st.floats(0, RESIDENT_STEPS_MAX)


@settings(deadline=None)
@given(
    st.lists(walks, min_size=20, max_size=60), walks, st.sampled_from(["comes", "goes", "changes"])
)
def test_no_resident_moves_a_mean_by_more_than_a_step(
    values: list[float], other: float, what: str
) -> None:
    after = {"comes": [*values, other], "goes": values[1:], "changes": [other, *values[1:]]}[what]
    before_shown, after_shown = (
        shown(Sample(len(people), sum(people), sum(value**2 for value in people)))
        for people in (values, after)
    )
    step = next(s for s in MEAN_STEPS if s * min(len(values), len(after)) >= RESIDENT_STEPS_MAX)
    # Where the step itself changes with the number of people, it is one of the greater step.
    assert abs(before_shown.value - after_shown.value) <= step
    for before_end, after_end in zip(before_shown.interval, after_shown.interval, strict=True):
        assert abs(before_end - after_end) <= 4 * step
    assert abs(before_shown.count - after_shown.count) in {0, COUNT_STEP}


@given(st.integers(40, 500).flatmap(lambda n: st.tuples(st.integers(20, n - 20), st.just(n))))
def test_a_resident_who_passes_the_target_is_mostly_not_seen_at_all(share: tuple[int, int]) -> None:
    count, denominator = share
    before, after = shown(Share(count, denominator)), shown(Share(count + 1, denominator))
    same = count % COUNT_STEP != 2  # From 22 to 23 the count passes from 20 to 25.
    assert (before == after) == same or count + 1 == denominator
