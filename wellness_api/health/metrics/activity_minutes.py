"""Minutes of sleep and of what people do. Each is a metric with at most 1 in a minute, so that sources can be compared.

None has a LOINC code: no public list has a code for exactly this (docs/decisions/0013-metric-codes.md).
"""

from typing import Final

from wellness_api.health.metrics.metric import MINUTES_OF_A_DAY_MAX, Metric


def _minutes(number: int, code: str) -> Metric:
    return Metric(
        code=code,
        number=number,
        loinc=None,
        unit="min",
        minimum=0,
        maximum=1,
        day_maximum=MINUTES_OF_A_DAY_MAX,
        resolution=0.1,
        daily="sum",
        sample_time="minute",
        recorded_by="anyone",
        category="activity",
        digits=0,
        page_name=None,
        molar_mass_g_per_mol=None,
        is_worn=True,
    )


ACTIVITY_MINUTES: Final[tuple[Metric, ...]] = (
    _minutes(24, "light_sleep_minutes"),
    _minutes(25, "deep_sleep_minutes"),
    _minutes(26, "rem_sleep_minutes"),
    _minutes(27, "awake_in_bed_minutes"),
    _minutes(28, "walking_minutes"),
    _minutes(29, "running_minutes"),
    _minutes(30, "cycling_minutes"),
    _minutes(31, "swimming_minutes"),
    _minutes(32, "skiing_minutes"),
    _minutes(33, "strength_minutes"),
    _minutes(34, "indoor_exercise_minutes"),
)
