"""Health Connect's names: its record types, its units as apps write them into JSON, and its enumerations.

The names are those of androidx.health.connect.client.records and .units; bridges to other languages keep them.
"""

import re
from collections.abc import Mapping
from typing import Final, NamedTuple

from device_bridge.wire import SaidOrigin
from wellness_api.health.formats.naming import Kind
from wellness_api.health.metrics.catalogue import METRIC_BY_CODE
from wellness_api.health.metrics.metric import Metric


class Measured(NamedTuple):
    """A field of a record, its metric, and the UCUM unit of a bare number, where the type has one."""

    field: str
    metric: Metric
    unit: str | None = None


MEASURED: Final[dict[str, tuple[Measured, ...]]] = {
    "Steps": (Measured("count", METRIC_BY_CODE["steps"], "1"),),
    "Distance": (Measured("distance", METRIC_BY_CODE["distance_walked"]),),
    "FloorsClimbed": (Measured("floors", METRIC_BY_CODE["floors_climbed"], "1"),),
    "ActiveCaloriesBurned": (Measured("energy", METRIC_BY_CODE["active_energy"]),),
    "RestingHeartRate": (Measured("beatsPerMinute", METRIC_BY_CODE["resting_heart_rate"], "/min"),),
    "HeartRateVariabilityRmssd": (
        Measured("heartRateVariabilityMillis", METRIC_BY_CODE["hrv_rmssd"], "ms"),
    ),
    "BloodPressure": (
        Measured("systolic", METRIC_BY_CODE["systolic_pressure"]),
        Measured("diastolic", METRIC_BY_CODE["diastolic_pressure"]),
    ),
    "BloodGlucose": (Measured("level", METRIC_BY_CODE["blood_glucose"]),),
    "OxygenSaturation": (Measured("percentage", METRIC_BY_CODE["oxygen_saturation"], "%"),),
    "RespiratoryRate": (Measured("rate", METRIC_BY_CODE["respiratory_rate"], "/min"),),
    "BodyTemperature": (Measured("temperature", METRIC_BY_CODE["body_temperature"]),),
    "Weight": (Measured("weight", METRIC_BY_CODE["body_weight"]),),
    "Height": (Measured("height", METRIC_BY_CODE["body_height"]),),
    "BodyFat": (Measured("percentage", METRIC_BY_CODE["body_fat"], "%"),),
}
"""The records that hold one quantity or two. The metric says whether a record is of an interval, as steps, or of a
moment, as a weight.
"""

RECORD_TYPES: Final = (*MEASURED, "HeartRate", "SleepSession", "ExerciseSession")

OTHER_RECORD_TYPES: Final = {"HeartRateSeries": "HeartRate"}
"""Record types with other names: the plug-in for Capacitor keeps a name that Health Connect itself gave up."""

UCUM_OF_UNIT: Final = {
    "kilograms": "kg",
    "grams": "g",
    "pounds": "[lb_av]",
    "ounces": "[oz_av]",
    "milligrams": "mg",
    "micrograms": "ug",
    "meters": "m",
    "kilometers": "km",
    "miles": "[mi_i]",
    "feet": "[ft_i]",
    "inches": "[in_i]",
    "kilocalories": "kcal",
    "calories": "cal",
    "kilojoules": "kJ",
    "joules": "J",
    "millimetersOfMercury": "mm[Hg]",
    "celsius": "Cel",
    "fahrenheit": "[degF]",
    "milligramsPerDeciliter": "mg/dL",
    "millimolesPerLiter": "mmol/L",
    "percent": "%",
}
"""For a quantity that comes as {"value": 62.4, "unit": "kilograms"}."""

UCUM_OF_SINGULAR: Final = {
    "gram": "g",
    "kilogram": "kg",
    "milligram": "mg",
    "microgram": "ug",
    "ounce": "[oz_av]",
    "pound": "[lb_av]",
    "meter": "m",
    "kilometer": "km",
    "mile": "[mi_i]",
    "inch": "[in_i]",
    "kcal": "kcal",
    "mmHg": "mm[Hg]",
}
"""The names that the plug-ins for Capacitor use."""

UCUM_OF_PROPERTY: Final = {
    f"in{name[0].upper()}{name[1:]}": unit for name, unit in UCUM_OF_UNIT.items()
}
"""For a quantity that comes as {"inKilograms": 62.4, "inPounds": …}: the first one in this order is read."""

Names = Mapping[int | str, str]
"""An enumeration, by its constants and by their names."""


def _names(*names: str) -> Names:
    return {known: name for number, name in enumerate(names) for known in (number, name) if name}


DEVICE_TYPES: Final = _names(
    "unknown",
    "watch",
    "phone",
    "scale",
    "ring",
    "head_mounted",
    "fitness_band",
    "chest_strap",
    "smart_display",
)
RECORDING_METHODS: Final = _names(
    "unknown", "actively_recorded", "automatically_recorded", "manual_entry"
)
SLEEP_STAGES: Final = _names(
    "unknown", "awake", "sleeping", "out_of_bed", "light", "deep", "rem", "awake_in_bed"
)
BODY_POSITIONS: Final = _names("unknown", "standing_up", "sitting_down", "lying_down", "reclining")
MEASUREMENT_LOCATIONS: Final = _names(
    "unknown", "left_wrist", "right_wrist", "left_upper_arm", "right_upper_arm"
)
RELATIONS_TO_MEAL: Final = _names("unknown", "general", "fasting", "before_meal", "after_meal")

KIND_OF_DEVICE: Final[dict[str, Kind]] = {
    "watch": "watch",
    "ring": "watch",
    "fitness_band": "watch",
    "chest_strap": "watch",
    "scale": "station",
}
"""What is worn counts as a watch. What is not listed counts as a phone."""

ORIGIN_OF_METHOD: Final[dict[str, SaidOrigin]] = {
    "actively_recorded": "device",
    "automatically_recorded": "device",
    "manual_entry": "typed",
}
"""A device recorded it, whether a person began the recording or not."""

METRICS_OF_STAGE: Final[dict[str, tuple[str, ...]]] = {
    "unknown": (),
    "awake": ("awake_in_bed_minutes",),
    "sleeping": ("sleep_minutes",),
    "out_of_bed": (),
    "light": ("sleep_minutes", "light_sleep_minutes"),
    "deep": ("sleep_minutes", "deep_sleep_minutes"),
    "rem": ("sleep_minutes", "rem_sleep_minutes"),
    "awake_in_bed": ("awake_in_bed_minutes",),
}

POSTURE: Final = {"sitting_down": 1, "standing_up": 2, "lying_down": 3, "reclining": 4}
SITE: Final = {"left_upper_arm": 1, "right_upper_arm": 2, "left_wrist": 3, "right_wrist": 4}
MEAL_RELATION: Final = {"general": 1, "fasting": 2, "before_meal": 3, "after_meal": 4}
"""The last three: the values of the coded metrics."""

EXERCISE_METRICS: Final[dict[str, dict[int, str]]] = {
    "walking_minutes": {37: "hiking", 63: "snowshoeing", 79: "walking"},
    "running_minutes": {56: "running", 57: "running_treadmill"},
    "cycling_minutes": {8: "biking", 9: "biking_stationary"},
    "swimming_minutes": {73: "swimming_open_water", 74: "swimming_pool"},
    "skiing_minutes": {61: "skiing"},
    "strength_minutes": {70: "strength_training", 81: "weightlifting"},
    "indoor_exercise_minutes": {
        10: "boot_camp",
        13: "calisthenics",
        16: "dancing",
        25: "elliptical",
        26: "exercise_class",
        34: "gymnastics",
        36: "high_intensity_interval_training",
        48: "pilates",
        54: "rowing_machine",
        68: "stair_climbing",
        69: "stair_climbing_machine",
        71: "stretching",
        83: "yoga",
    },
}
"""By metric, the exercise types with their constants. All other types count as active minutes only."""

METRIC_OF_EXERCISE: Final[Names] = {
    known: metric
    for metric, types in EXERCISE_METRICS.items()
    for number, name in types.items()
    for known in (number, name)
}

CONSTANT_PREFIX: Final = re.compile(
    r"^(exercise_type|stage_type|body_position|measurement_location|relation_to_meal|recording_method|type)_"
)


def name_of(value: int | str, names: Names) -> str | None:
    """The name of the constant, which may come as 4, "light", "LIGHT" or "STAGE_TYPE_LIGHT"; None for an unknown one."""
    if isinstance(value, int):
        return names.get(value)
    return names.get(CONSTANT_PREFIX.sub("", value.casefold()))
