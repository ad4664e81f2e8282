"""The indicators: the one place that says what an indicator is."""

from typing import Final

import msgspec


class Indicator(msgspec.Struct, frozen=True, kw_only=True):
    """What one indicator is; its figures are computed by the column of its code in figures_by_zone.sql."""

    code: str
    unit: str
    higher_is_better: bool


INDICATORS: Final = (
    Indicator(
        code="participation",
        unit="%",
        higher_is_better=True,
    ),
    Indicator(
        code="mean_steps",
        unit="{steps}/d",
        higher_is_better=True,
    ),
    Indicator(
        code="below_target",
        unit="%",
        higher_is_better=False,
    ),
)

INDICATOR_BY_CODE: Final = {indicator.code: indicator for indicator in INDICATORS}

STEP_TARGET_ADULT: Final = 8_000
STEP_TARGET_FROM_65: Final = 6_000
"""Daily steps that 健康日本21 (third term) aims at for ages 20 to 64 and from 65."""
