"""Tiers: each pays its points from an amount on, and the highest that is reached counts. A city can set tiers by age."""

from collections.abc import Sequence
from itertools import pairwise
from typing import Annotated, Final

import msgspec
import numpy as np
from numpy.typing import NDArray

from points.cohort import IntMatrix
from points.said import Argument, Said, Several, amount_said, said
from points.view import Integers, dtype_for

AGE_MAX: Final = 150
"""In years. A programme that names a higher age is refused."""

OUT_OF_REACH: Final = np.iinfo(np.int32).max

TierPoints = Annotated[int, msgspec.Meta(ge=1, le=10_000)]


class Tier(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Pays `points` from `at_least` whole steps, minutes, days or times on."""

    at_least: Annotated[int, msgspec.Meta(ge=1, le=10_000_000)]
    points: TierPoints


class AgeBand(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The tiers of residents from `age_from` to `age_to`; both ages are included.

    The age is the one that the resident reaches in the day's calendar year, because only the year of birth is kept.
    """

    tiers: Annotated[list[Tier], msgspec.Meta(min_length=1, max_length=50)]
    age_from: Annotated[int, msgspec.Meta(ge=0, le=AGE_MAX)] = 0
    age_to: Annotated[int, msgspec.Meta(ge=0, le=AGE_MAX)] = AGE_MAX

    def __post_init__(self) -> None:
        """Refuses an upside-down range of ages, and tiers out of order."""
        if self.age_to < self.age_from:
            raise ValueError("age_to must not be below age_from")
        for lower, higher in pairwise(self.tiers):
            if not (lower.at_least < higher.at_least and lower.points < higher.points):
                raise ValueError("each tier must ask for more than the one before it, and pay more")

    @property
    def is_for_all(self) -> bool:
        """Whether no age is left out."""
        return self.age_from == 0 and self.age_to == AGE_MAX

    def reached(self, amount: int) -> Tier | None:
        """The highest tier that the amount reaches."""
        return next((tier for tier in reversed(self.tiers) if tier.at_least <= amount), None)

    def above(self, amount: int) -> Tier | None:
        """The lowest tier that the amount does not reach."""
        return next((tier for tier in self.tiers if tier.at_least > amount), None)


Bands = Annotated[list[AgeBand], msgspec.Meta(min_length=1, max_length=20)]


def check_bands(bands: Sequence[AgeBand]) -> None:
    """Raises ValueError on two bands that hold the same age."""
    for younger, older in pairwise(sorted(bands, key=lambda band: band.age_from)):
        if older.age_from <= younger.age_to:
            raise ValueError(f"two bands hold the age of {older.age_from}")


def tier_points(bands: Sequence[AgeBand], amounts: IntMatrix, ages: NDArray[np.int32]) -> Integers:
    """The points of the tier that each amount reaches, in the band of the age at the same place; 0 for an age in no
    band.

    `amounts`: shape (residents, periods). `ages`: a shape that broadcasts to it. Returns int16.
    """
    if len(bands) == 1 and bands[0].is_for_all:
        return _of_one_band(bands[0].tiers, amounts)
    steps_max = max(len(band.tiers) for band in bands)
    # Place 0 stands for no band. In a band with fewer tiers than the longest, the remaining tiers are out of reach.
    asked = np.full((len(bands) + 1, steps_max), OUT_OF_REACH, np.int32)
    more = np.zeros((len(bands) + 1, steps_max), np.int16)
    of_age = np.zeros(AGE_MAX + 1, np.intp)
    for place, band in enumerate(bands, start=1):
        asked[place, : len(band.tiers)] = [tier.at_least for tier in band.tiers]
        more[place, : len(band.tiers)] = np.diff([tier.points for tier in band.tiers], prepend=0)
        of_age[band.age_from : band.age_to + 1] = place
    band_of = of_age[np.clip(ages, 0, AGE_MAX)]
    points = np.zeros(amounts.shape, np.int16, order="F")
    for step in range(steps_max):
        points += (amounts >= asked[band_of, step]) * more[band_of, step]
    return points


def _of_one_band(tiers: Sequence[Tier], amounts: IntMatrix) -> Integers:
    """Adds what each reached tier pays more than the one below it: comparing and adding is faster than looking up."""
    dtype = dtype_for(tiers[-1].points)
    is_reached = amounts >= tiers[0].at_least
    points = np.multiply(is_reached.view(np.uint8), dtype.type(tiers[0].points))
    for lower, higher in pairwise(tiers):
        np.greater_equal(amounts, higher.at_least, out=is_reached)
        points += is_reached.view(np.uint8) * dtype.type(higher.points - lower.points)
    return points


def band_of_age(bands: Sequence[AgeBand], age: int) -> AgeBand | None:
    """The band that the age is in."""
    return next((band for band in bands if band.age_from <= age <= band.age_to), None)


def reached_said(
    bands: Sequence[AgeBand], figures: Sequence[str], amount: int, *, age: int
) -> Said:
    """The tier that the amount reaches and the next one above it; also the age, where tiers go by age."""
    band = band_of_age(bands, age)
    if band is None:
        return said("tiers.no_band", age=age)
    reached = said("tiers.reached_none")
    if (tier := band.reached(amount)) is not None:
        least = amount_said(figures, tier.at_least)
        reached = said("tiers.reached", asked=least, points=tier.points)
    if (tier := band.above(amount)) is not None:
        least = amount_said(figures, tier.at_least)
        reached = said("tiers.and_next", reached=reached, next=least, next_points=tier.points)
    if not band.is_for_all:
        reached = said("tiers.at_age", reached=reached, age=age)
    return reached


def bands_said(bands: Sequence[AgeBand], figures: Sequence[str]) -> Several:
    """What the tiers of all bands pay."""
    return Several([_band_said(band, figures) for band in bands], said("tiers.between_bands"))


def _band_said(band: AgeBand, figures: Sequence[str]) -> Argument:
    tiers = Several(
        [
            said("tiers.tier", amount=amount_said(figures, tier.at_least), points=tier.points)
            for tier in band.tiers
        ],
        said("tiers.between"),
    )
    if band.is_for_all:
        return tiers
    if band.age_from == 0:
        return said("tiers.to_age", age=band.age_to, tiers=tiers)
    if band.age_to == AGE_MAX:
        return said("tiers.from_age", age=band.age_from, tiers=tiers)
    return said("tiers.of_ages", first=band.age_from, last=band.age_to, tiers=tiers)
