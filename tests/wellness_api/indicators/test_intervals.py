"""95% intervals, against figures of the papers that they are from and of printed tables."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wellness_api.indicators.intervals import (
    Interval,
    Sample,
    difference_of_means,
    difference_of_shares,
    mean_interval,
    share_interval,
    student_95,
)


def of(values: list[float]) -> Sample:
    return Sample(len(values), sum(values), sum(value**2 for value in values))


def about(interval: Interval | None, lower: float, upper: float, within: float = 5e-5) -> None:
    assert interval is not None
    assert interval.lower == pytest.approx(lower, abs=within)
    assert interval.upper == pytest.approx(upper, abs=within)


def test_the_interval_of_a_share_is_that_of_the_literature() -> None:
    # Newcombe, Two-sided confidence intervals for the single proportion (1998), table I.
    about(share_interval(81, 263), 0.2553, 0.3662)
    about(share_interval(15, 148), 0.0624, 0.1605)
    about(share_interval(0, 20), 0.0, 0.1611)
    about(share_interval(1, 29), 0.0061, 0.1718)


def test_the_interval_of_two_shares_difference_is_that_of_the_literature() -> None:
    # Newcombe, Interval estimation for the difference (1998), table II, method 10.
    about(difference_of_shares((56, 70), (48, 80)), 0.0524, 0.3339)
    about(difference_of_shares((9, 10), (3, 10)), 0.1705, 0.8090)
    about(difference_of_shares((10, 10), (0, 20)), 0.6791, 1.0)


@pytest.mark.parametrize(
    ("freedom", "printed"), [(10, 2.2281), (19, 2.0930), (30, 2.0423), (120, 1.9799)]
)
def test_students_percentile_is_the_printed_one(freedom: int, printed: float) -> None:
    assert student_95(freedom) == pytest.approx(printed, abs=1e-4)


def test_the_interval_of_a_mean_is_worked_by_hand() -> None:
    # Eleven values with a mean of 6 and a standard deviation of the square root of 11.
    about(mean_interval(of([float(value) for value in range(1, 12)])), 6 - 2.2281, 6 + 2.2281, 1e-3)


def test_the_interval_of_two_means_difference_is_welchs() -> None:
    # An example of many textbooks: t is -2.46 with 25 degrees of freedom, of which the percentile printed is 2.0595.
    first = [
        27.5,
        21.0,
        19.0,
        23.6,
        17.0,
        17.9,
        16.9,
        20.1,
        21.9,
        22.6,
        23.1,
        19.6,
        19.0,
        21.7,
        21.4,
    ]
    second = [
        27.1,
        22.0,
        20.8,
        23.4,
        23.4,
        23.5,
        25.8,
        22.0,
        24.8,
        20.2,
        21.9,
        22.1,
        22.9,
        20.5,
        24.4,
    ]
    interval = difference_of_means(of(first), of(second))
    assert interval is not None
    middle, half = (interval.lower + interval.upper) / 2, (interval.upper - interval.lower) / 2
    assert middle / half * 2.0595 == pytest.approx(-2.46, abs=0.006)


def test_one_alone_has_no_interval() -> None:
    assert mean_interval(of([5_000.0])) is None
    assert difference_of_means(of([5_000.0]), of([4_000.0, 6_000.0])) is None


def test_where_nobody_differs_the_interval_is_the_difference_itself() -> None:
    assert difference_of_means(of([5_000.0] * 20), of([5_100.0] * 30)) == Interval(-100.0, -100.0)


@given(st.integers(1, 500).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_an_interval_of_a_share_holds_the_share(share: tuple[int, int]) -> None:
    lower, upper = share_interval(*share)
    assert 0 <= lower <= share[0] / share[1] <= upper <= 1
