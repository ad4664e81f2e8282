"""Counters that start at midnight: a phone that only says "5,321 steps so far today".

Each sample states the day so far, and a later one replaces those before it; they are never added.
wellness_api.health.days.between_readings says what becomes of the differences between them.
"""

from typing import Final

from wellness_api.health.metrics.metric import Metric


def _total(number: int, total_of: str, unit: str, maximum: float, resolution: float) -> Metric:
    return Metric(
        code=f"{total_of}_day_total",
        number=number,
        loinc=None,
        unit=unit,
        minimum=0,
        maximum=maximum,
        day_maximum=None,
        resolution=resolution,
        daily="last",
        sample_time="moment",
        recorded_by="anyone",
        category="activity",
        digits=0,
        page_name=None,
        molar_mass_g_per_mol=None,
        is_worn=True,
        total_of=total_of,
    )


DAY_TOTALS: Final[tuple[Metric, ...]] = (
    _total(35, "steps", "{steps}", 100_000, 1),
    _total(36, "distance_walked", "m", 200_000, 0.1),
    _total(37, "floors_climbed", "{floors}", 1_000, 0.1),
    _total(
        38,
        "active_energy",
        "kcal",
        20_000,
        0.01,
    ),
)
