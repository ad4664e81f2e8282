"""The indicators. This is the one place that says what an indicator is."""

from collections.abc import Callable
from typing import Final

import msgspec

from wellness_api.indicators.figures import Figures
from wellness_api.indicators.intervals import Sample
from wellness_api.indicators.rounding import Measure, Share


class Indicator(msgspec.Struct, frozen=True, kw_only=True):
    """What one indicator is.

    `figure`: the figure of days that it needs (health.figures). `measure`: turns a zone's figures, which are the
    columns of figures_by_zone.sql, into this indicator's measure; before disclosure control, and for its last step.
    """

    code: str
    figure: str
    unit: str
    higher_is_better: bool
    measure: Callable[[Figures], Measure]


INDICATORS: Final = (
    Indicator(
        code="participation",
        figure="steps",
        unit="%",
        higher_is_better=True,
        measure=lambda zone: Share(zone.walkers, zone.population, of_population=True),
    ),
    Indicator(
        code="mean_steps",
        figure="steps",
        unit="{steps}/d",
        higher_is_better=True,
        measure=lambda zone: Sample(zone.walkers, zone.steps, zone.steps_squared),
    ),
    Indicator(
        code="below_target",
        figure="steps",
        unit="%",
        higher_is_better=False,
        measure=lambda zone: Share(zone.below_target, zone.walkers),
    ),
)

(FIGURE,) = {indicator.figure for indicator in INDICATORS}
"""One statement reads a zone's figures for all indicators, since a resident who is hidden in one is hidden in each."""

INDICATOR_BY_CODE: Final = {indicator.code: indicator for indicator in INDICATORS}

STEP_TARGET_ADULT: Final = 8_000
STEP_TARGET_FROM_65: Final = 6_000
"""Daily steps that 健康日本21 (third term) aims at for ages 20 to 64 and from 65."""
