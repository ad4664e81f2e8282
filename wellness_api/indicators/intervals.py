"""95% intervals of shares and means, and of the difference between a zone and the rest of the city.

Sources: E. B. Wilson, "Probable inference, the law of succession, and statistical inference", JASA 22 (1927), for a
share; R. G. Newcombe, "Interval estimation for the difference between independent proportions: comparison of eleven
methods", Statistics in Medicine 17 (1998), method 10, for the difference of two; B. L. Welch, "The generalization of
'Student's' problem when several different population variances are involved", Biometrika 34 (1947), for the difference
of two means.
"""

from math import hypot, sqrt
from typing import Final, NamedTuple

import msgspec

Z_95: Final = 1.959963984540054
"""The 97.5th percentile of the standard normal distribution."""

SAMPLE_MIN: Final = 2
"""From the value of one person alone nobody knows how much people differ."""


class Interval(NamedTuple):
    """From `lower` to `upper`, both included."""

    lower: float
    upper: float


class Sample(msgspec.Struct, frozen=True):
    """People's values: how many there are, their sum, and the sum of their squares."""

    count: int
    total: float
    squares: float

    @property
    def mean(self) -> float:
        """The mean of at least one value."""
        return self.total / self.count

    @property
    def squared_error(self) -> float:
        """The square of the mean's standard error, for at least SAMPLE_MIN values."""
        spread = max(0.0, self.squares - self.total**2 / self.count)
        return spread / (self.count - 1) / self.count


def share_interval(count: int, denominator: int) -> Interval:
    """Wilson's score interval of the share `count` out of `denominator`, which is above zero."""
    assert 0 <= count <= denominator > 0, "a share is of somebody"
    share, z_squared = count / denominator, Z_95**2
    scale = 1 + z_squared / denominator
    middle = (share + z_squared / (2 * denominator)) / scale
    half = Z_95 * sqrt(share * (1 - share) / denominator + z_squared / (4 * denominator**2)) / scale
    # In floating-point numbers the interval of 0 out of n begins at 1e-17.
    return Interval(
        0.0 if count == 0 else max(0.0, middle - half),
        1.0 if count == denominator else min(1.0, middle + half),
    )


def difference_of_shares(one: tuple[int, int], other: tuple[int, int]) -> Interval:
    """The interval of the difference of two shares, each as count and denominator: Newcombe's method 10, which combines
    Wilson's intervals.
    """
    first, second = share_interval(*one), share_interval(*other)
    share, other_share = one[0] / one[1], other[0] / other[1]
    difference = share - other_share
    return Interval(
        difference - hypot(share - first.lower, second.upper - other_share),
        difference + hypot(first.upper - share, other_share - second.lower),
    )


def mean_interval(sample: Sample) -> Interval | None:
    """Student's interval of the mean; None for fewer than SAMPLE_MIN values."""
    if sample.count < SAMPLE_MIN:
        return None
    half = student_95(sample.count - 1) * sqrt(sample.squared_error)
    return Interval(sample.mean - half, sample.mean + half)


def difference_of_means(one: Sample, other: Sample) -> Interval | None:
    """Welch's interval of the difference of two means, for groups whose variances may differ. None where one group has
    fewer than SAMPLE_MIN values.
    """
    if min(one.count, other.count) < SAMPLE_MIN:
        return None
    difference = one.mean - other.mean
    error, other_error = one.squared_error, other.squared_error
    both = error + other_error
    if both == 0:
        return Interval(difference, difference)
    freedom = both**2 / (error**2 / (one.count - 1) + other_error**2 / (other.count - 1))
    half = student_95(freedom) * sqrt(both)
    return Interval(difference - half, difference + half)


def student_95(freedom: float) -> float:
    """The 97.5th percentile of Student's distribution; right to 0.001 from 10 degrees of freedom on.

    Abramowitz and Stegun, Handbook of Mathematical Functions (1964), 26.7.5. A city may set a threshold of two to ten
    residents. Intervals from so few are then a little too narrow: 4.27 instead of 4.30 with two degrees of freedom.
    """
    z = Z_95
    terms = (
        (z**3 + z) / 4,
        (5 * z**5 + 16 * z**3 + 3 * z) / 96,
        (3 * z**7 + 19 * z**5 + 17 * z**3 - 15 * z) / 384,
        (79 * z**9 + 776 * z**7 + 1482 * z**5 - 1920 * z**3 - 945 * z) / 92160,
    )
    return z + sum(term / freedom**power for power, term in enumerate(terms, start=1))
