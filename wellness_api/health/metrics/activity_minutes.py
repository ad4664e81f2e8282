"""Minutes of sleep and of what people do, each its own metric: one sample a minute, at most 1, so that sources compare.

None has a LOINC code: no public list names one for just this (docs/decisions/0013-metric-codes.md).
"""

from typing import Final

from wellness_api.health.metrics.metric import MINUTES_OF_A_DAY_MAX, Metric
from wellness_api.process.names import Name


def _minutes(number: int, code: str, ja: str, en: str) -> Metric:
    return Metric(
        code=code,
        number=number,
        name=Name(ja=ja, en=en),
        loinc=None,
        unit="min",
        minimum=0,
        maximum=1,
        day_maximum=MINUTES_OF_A_DAY_MAX,
        resolution=0.1,
        daily="sum",
        sample_time="minute",
        recorded_by="anyone",
    )


ACTIVITY_MINUTES: Final[tuple[Metric, ...]] = (
    _minutes(24, "light_sleep_minutes", "浅い眠り", "Light sleep minutes"),
    _minutes(25, "deep_sleep_minutes", "深い眠り", "Deep sleep minutes"),
    _minutes(26, "rem_sleep_minutes", "レム睡眠", "Dream sleep minutes"),
    _minutes(27, "awake_in_bed_minutes", "床の中で目が覚めていた時間", "Awake in bed minutes"),
    _minutes(28, "walking_minutes", "歩いた時間", "Walking minutes"),
    _minutes(29, "running_minutes", "走った時間", "Running minutes"),
    _minutes(30, "cycling_minutes", "自転車の時間", "Cycling minutes"),
    _minutes(31, "swimming_minutes", "泳いだ時間", "Swimming minutes"),
    _minutes(32, "skiing_minutes", "スキーの時間", "Skiing minutes"),
    _minutes(33, "strength_minutes", "筋力運動の時間", "Strength training minutes"),
    _minutes(34, "indoor_exercise_minutes", "体操・室内運動の時間", "Indoor exercise minutes"),
)
