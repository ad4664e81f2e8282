"""What the schemas of Open mHealth and IEEE 1752.1 measure, and how they name it.

Names are those of github.com/openmhealth/schemas and opensource.ieee.org/omh/1752. What both share is one row here.
"""

from typing import Final, NamedTuple

from wellness_api.health.metrics.catalogue import METRIC_BY_CODE
from wellness_api.health.metrics.metric import Metric

OWN_NAMESPACE: Final = "wellness"
"""For data points that have no public schema: named after the metric, with a UCUM unit."""


class Measure(NamedTuple):
    """A property of a body, and its metric.

    `bare_unit`: the unit of a number without a unit in some version of the schema, as the schemas name units.
    """

    property: str
    metric: Metric
    bare_unit: str | None = None


def _measures(**metrics: str) -> tuple[Measure, ...]:
    return tuple(Measure(name, METRIC_BY_CODE[code]) for name, code in metrics.items())


SLEEP_STAGES: Final = {
    "light_sleep_duration": "light_sleep_minutes",
    "deep_sleep_duration": "deep_sleep_minutes",
    "rem_sleep_duration": "rem_sleep_minutes",
    "wake_after_sleep_onset": "awake_in_bed_minutes",
}

MEASURES: Final[dict[str, tuple[Measure, ...]]] = {
    # In versions 1.0 and 2.0 the count is a number alone.
    "step-count": (Measure("step_count", METRIC_BY_CODE["steps"], bare_unit="steps"),),
    "heart-rate": _measures(heart_rate="heart_rate"),
    "blood-pressure": _measures(
        systolic_blood_pressure="systolic_pressure", diastolic_blood_pressure="diastolic_pressure"
    ),
    "body-weight": _measures(body_weight="body_weight"),
    "body-height": _measures(body_height="body_height"),
    "body-mass-index": _measures(body_mass_index="body_mass_index"),
    "body-temperature": _measures(body_temperature="body_temperature"),
    "body-fat-percentage": _measures(body_fat_percentage="body_fat"),
    "blood-glucose": _measures(blood_glucose="blood_glucose"),
    "oxygen-saturation": _measures(oxygen_saturation="oxygen_saturation"),
    "respiratory-rate": _measures(respiratory_rate="respiratory_rate"),
    "sleep-duration": _measures(sleep_duration="sleep_minutes"),
    "total-sleep-time": _measures(total_sleep_time="sleep_minutes"),
    "sleep-episode": _measures(total_sleep_time="sleep_minutes", **SLEEP_STAGES),
    "physical-activity": _measures(
        base_movement_quantity="steps", distance="distance_walked", kcal_burned="active_energy"
    ),
    "calories-burned": _measures(kcal_burned="active_energy"),
    "minutes-moderate-activity": _measures(minutes_moderate_activity="active_minutes"),
}
"""By the name of the schema."""

RESTING: Final = METRIC_BY_CODE["resting_heart_rate"]
AT_REST: Final = "at rest"

ON_FOOT: Final = frozenset({"walking_minutes", "running_minutes"})
"""Activities whose distance was walked."""

DAILY_SUMMARY: Final = "summary"
"""A name with this word is no episode, but a day's totals."""

UCUM_OF_UNIT: Final = {
    "Metric Ton": "t",
    "gr": "[gr]",
    "oz": "[oz_av]",
    "lb": "[lb_av]",
    "in": "[in_i]",
    "ft": "[ft_i]",
    "yd": "[yd_i]",
    "mi": "[mi_i]",
    "sec": "s",
}
MS_OF_UNIT: Final = {
    "ms": 1.0,
    "sec": 1_000.0,
    "s": 1_000.0,
    "min": 60_000.0,
    "h": 3_600_000.0,
    "d": 86_400_000.0,
}

POSTURE_WORDS: Final = {
    "sitting": "sitting",
    "standing": "standing",
    "lying": "lying down",
    "reclining": "semi-recumbent",
}
SITE_WORDS: Final = {
    "left_upper_arm": "left upper arm",
    "right_upper_arm": "right upper arm",
    "left_wrist": "left wrist",
    "right_wrist": "right wrist",
}
"""Both by our own names; the words are those of body-posture and body-location."""

MEAL_WORDS: Final = {
    "fasting": "fasting",
    "before meal": "before_meal",
    "before breakfast": "before_meal",
    "before lunch": "before_meal",
    "before dinner": "before_meal",
    "after meal": "after_meal",
    "after breakfast": "after_meal",
    "after lunch": "after_meal",
    "after dinner": "after_meal",
    "2 hours postprandial": "after_meal",
}
AVERAGES: Final = frozenset({"average", "mean", "median"})
"""The only statistics of a measurement that can stand for a sample of it."""

TOTALS: Final = frozenset({"sum"})
"""The only statistic of a count that can stand for it: all that was counted in the interval."""


def own_schema(metric: Metric) -> str:
    """The name of our own schema for the metric."""
    return metric.code.replace("_", "-")


OWN_SCHEMAS: Final = {own_schema(metric): metric for metric in METRIC_BY_CODE.values()}
