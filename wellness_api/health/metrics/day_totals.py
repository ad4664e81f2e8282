"""Counters that start at midnight: a phone that only says "5,321 steps so far today".

Each sample states the day so far, and a later one takes the place of those before it; they are never added. What
became of the differences between them: wellness_api.health.days.totals.
"""

from typing import Final

from wellness_api.health.metrics.metric import Metric
from wellness_api.process.names import Name


def _total(
    number: int, total_of: str, ja: str, en: str, unit: str, maximum: float, resolution: float
) -> Metric:
    return Metric(
        code=f"{total_of}_day_total",
        number=number,
        name=Name(ja=ja, en=en),
        loinc=None,
        unit=unit,
        minimum=0,
        maximum=maximum,
        day_maximum=None,
        resolution=resolution,
        daily="last",
        sample_time="moment",
        recorded_by="anyone",
        total_of=total_of,
    )


DAY_TOTALS: Final[tuple[Metric, ...]] = (
    _total(35, "steps", "今日ここまでの歩数", "Steps so far today", "{steps}", 100_000, 1),
    _total(36, "distance_walked", "今日ここまでの距離", "Distance so far today", "m", 200_000, 0.1),
    _total(
        37, "floors_climbed", "今日ここまでの階数", "Floors so far today", "{floors}", 1_000, 0.1
    ),
    _total(
        38,
        "active_energy",
        "今日ここまでの消費エネルギー",
        "Energy so far today",
        "kcal",
        20_000,
        0.01,
    ),
)
