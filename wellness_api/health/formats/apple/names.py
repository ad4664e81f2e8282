"""HealthKit's names, as apps read them from HealthKit and as they stand in an export.xml.

Both ways must give the same samples and sources, so that a resident who sends an export and later uses an app is not
counted twice. Names: Apple's documentation of HKQuantityTypeIdentifier, HKCategoryValueSleepAnalysis,
HKWorkoutActivityType.
"""

import hashlib
import re
import unicodedata
from typing import Final

from points.said import said
from wellness_api.health.formats.activities import minute_columns, named_activity
from wellness_api.health.formats.amounts import amount, columns
from wellness_api.health.formats.items import ItemRefused
from wellness_api.health.formats.naming import source_name
from wellness_api.health.metrics.catalogue import METRIC_BY_CODE
from wellness_api.health.metrics.metric import Metric
from wellness_api.health.samples.records import Column

QUANTITY_PREFIX: Final = "HKQuantityTypeIdentifier"
SLEEP_TYPE: Final = "HKCategoryTypeIdentifierSleepAnalysis"
SLEEP_VALUE_PREFIX: Final = "HKCategoryValueSleepAnalysis"
BLOOD_PRESSURE_TYPE: Final = "HKCorrelationTypeIdentifierBloodPressure"
WORKOUT_TYPES: Final = ("HKWorkoutTypeIdentifier", "HKWorkout")
WORKOUT_PREFIX: Final = "HKWorkoutActivityType"
MEAL_TIME_KEY: Final = "HKBloodGlucoseMealTime"
WORKOUT_NAME_KEY: Final = "HKWorkoutBrandName"
TYPED_KEY: Final = "HKWasUserEntered"

METRIC_OF_QUANTITY: Final = {
    f"{QUANTITY_PREFIX}{name}": METRIC_BY_CODE[code]
    for name, code in {
        "StepCount": "steps",
        "DistanceWalkingRunning": "distance_walked",
        "FlightsClimbed": "floors_climbed",
        "ActiveEnergyBurned": "active_energy",
        "BasalEnergyBurned": "basal_energy",
        "AppleExerciseTime": "active_minutes",
        "HeartRate": "heart_rate",
        "RestingHeartRate": "resting_heart_rate",
        "HeartRateVariabilitySDNN": "hrv_sdnn",
        "OxygenSaturation": "oxygen_saturation",
        "RespiratoryRate": "respiratory_rate",
        "BodyTemperature": "body_temperature",
        "BloodPressureSystolic": "systolic_pressure",
        "BloodPressureDiastolic": "diastolic_pressure",
        "BloodGlucose": "blood_glucose",
        "BodyMass": "body_weight",
        "BodyFatPercentage": "body_fat",
        "BodyMassIndex": "body_mass_index",
        "Height": "body_height",
        "WaistCircumference": "waist",
    }.items()
}
"""The metric of each type of quantity. The metric says whether a sample is of a moment or of an interval."""

UCUM_OF_HK_UNIT: Final = {
    "count": "1",
    # HKUnit.percent() is a fraction from 0 to 1, in export.xml as well.
    "%": "1",
    "count/min": "/min",
    "count/s": "/s",
    "mmHg": "mm[Hg]",
    "kPa": "kPa",
    "g": "g",
    "kg": "kg",
    "oz": "[oz_av]",
    "lb": "[lb_av]",
    "st": "[stone_av]",
    "mm": "mm",
    "cm": "cm",
    "m": "m",
    "km": "km",
    "in": "[in_i]",
    "ft": "[ft_i]",
    "yd": "[yd_i]",
    "mi": "[mi_i]",
    "cal": "cal",
    "kcal": "kcal",
    # The large calorie.
    "Cal": "kcal",
    "J": "J",
    "kJ": "kJ",
    "degC": "Cel",
    "degF": "[degF]",
    "K": "K",
    "ms": "ms",
    "s": "s",
    "min": "min",
    "hr": "h",
    "mg/dL": "mg/dL",
    "mmol/L": "mmol/L",
}

MOLES_OF_SOMETHING: Final = re.compile(r"mmol<[0-9.]{1,24}>/L")
"""HealthKit writes the molar mass into the unit: mmol<180.1558800000541>/L is glucose."""

SLEEP_VALUES: Final = (
    "InBed",
    "AsleepUnspecified",
    "Awake",
    "AsleepCore",
    "AsleepDeep",
    "AsleepREM",
)
"""The names in the order of the numbers of HKCategoryValueSleepAnalysis."""

METRICS_OF_SLEEP: Final[dict[str, tuple[str, ...]]] = {
    # Time in bed says nothing about sleep.
    "InBed": (),
    "Asleep": ("sleep_minutes",),
    "AsleepUnspecified": ("sleep_minutes",),
    "Awake": ("awake_in_bed_minutes",),
    "AsleepCore": ("sleep_minutes", "light_sleep_minutes"),
    "AsleepDeep": ("sleep_minutes", "deep_sleep_minutes"),
    "AsleepREM": ("sleep_minutes", "rem_sleep_minutes"),
}

WORKOUT_METRICS: Final[dict[str, dict[int, str]]] = {
    "walking_minutes": {24: "Hiking", 52: "Walking"},
    "running_minutes": {37: "Running"},
    "cycling_minutes": {13: "Cycling", 74: "HandCycling"},
    "swimming_minutes": {46: "Swimming"},
    "skiing_minutes": {60: "CrossCountrySkiing", 61: "DownhillSkiing"},
    "strength_minutes": {
        20: "FunctionalStrengthTraining",
        50: "TraditionalStrengthTraining",
        59: "CoreTraining",
    },
    "indoor_exercise_minutes": {
        11: "CrossTraining",
        16: "Elliptical",
        22: "Gymnastics",
        44: "StairClimbing",
        57: "Yoga",
        58: "Barre",
        62: "Flexibility",
        63: "HighIntensityIntervalTraining",
        64: "JumpRope",
        66: "Pilates",
        68: "Stairs",
        69: "StepTraining",
        72: "TaiChi",
        73: "MixedCardio",
        76: "FitnessGaming",
        77: "CardioDance",
    },
}
"""By metric, the HKWorkoutActivityTypes with their numbers. All other types count as active minutes only."""

METRIC_OF_WORKOUT: Final[dict[int | str, str]] = {
    known: metric
    for metric, types in WORKOUT_METRICS.items()
    for number, name in types.items()
    for known in (number, name.casefold())
}

MEAL_RELATION: Final = {1: 3, 2: 4}
"""HKBloodGlucoseMealTime before and after a meal, as values of glucose_meal_relation."""

WATCH: Final = re.compile(r"Watch\d{1,3},\d{1,3}")
HARDWARE: Final = re.compile(r"\bhardware:([A-Za-z]{1,20}\d{1,3},\d{1,3})")
NAME_DIGEST_BYTES: Final = 4


def apple_source(name: str, product_type: str | None) -> str:
    """The source for a sample of HealthKit's source with that name. `product_type`: its hardware, as "Watch6,1".

    The name tells two sources apart, but often holds a person's name, so only a digest of it is kept. Only a watch's
    hardware is part of the source: export.xml lacks the hardware of other devices where an app wrote the sample.
    """
    # The same name comes with ordinary and with no-break spaces, and in two forms of Unicode.
    same = " ".join(unicodedata.normalize("NFKC", name).split())
    digest = hashlib.blake2b(same.encode("utf-8", "surrogatepass"), digest_size=NAME_DIGEST_BYTES)
    if product_type is not None and WATCH.fullmatch(product_type):
        return source_name("watch", product_type.replace(",", "."), digest.hexdigest())
    return source_name("phone", digest.hexdigest())


def product_type_of(device: str | None) -> str | None:
    """The hardware in export.xml's attribute `device`, "<<HKDevice: 0x1>, name:…, hardware:Watch6,1, software:…>"."""
    hardware = HARDWARE.search(device or "")
    return hardware and hardware[1]


def quantity_columns(
    identifier: str, start_ms: int, end_ms: int, value: float, unit: str
) -> dict[str, Column]:
    """The columns of a quantity sample. `identifier`: its type's full identifier. `value`: in the HKUnit.

    Raises ItemRefused for an unknown type or unit, an impossible interval, or a number that measures nothing; UnknownUnit
    for a unit of another kind.
    """
    metric = METRIC_OF_QUANTITY.get(identifier)
    if metric is None:
        raise ItemRefused(
            field="type",
            limit=", ".join(METRIC_OF_QUANTITY),
            detail=said("refusal.quantity_not_kept", kind=repr(identifier[:100])),
        )
    converted = amount(value, ucum_unit(unit, metric), metric)
    return columns(start_ms, end_ms, converted, metric)


def ucum_unit(unit: str, metric: Metric) -> str:
    """The UCUM unit that the HKUnit's string stands for. Raises ItemRefused."""
    if metric.code == "body_mass_index" and unit == "count":
        # HealthKit holds the index as a plain number.
        return metric.unit
    if MOLES_OF_SOMETHING.fullmatch(unit):
        return "mmol/L"
    known = UCUM_OF_HK_UNIT.get(unit)
    if known is None:
        raise ItemRefused(
            field="unit",
            limit=", ".join(UCUM_OF_HK_UNIT),
            detail=said("refusal.unknown_hk_unit", unit=repr(unit[:40])),
        )
    return known


def meal_columns(start_ms: int, meal_time: int) -> dict[str, Column]:
    """How a glucose sample of that time stood to a meal; no columns for an unknown number."""
    relation = MEAL_RELATION.get(meal_time)
    return {} if relation is None else {"glucose_meal_relation": Column([start_ms], [relation])}


def sleep_columns(value: int | str, start_ms: int, end_ms: int) -> dict[str, Column]:
    """The columns of a sleep sample. `value`: a number, a full name or a short one. Raises ItemRefused."""
    if isinstance(value, int):
        name = SLEEP_VALUES[value] if 0 <= value < len(SLEEP_VALUES) else ""
    else:
        name = value.removeprefix(SLEEP_VALUE_PREFIX)
        name = name[:1].upper() + name[1:]
    metrics = METRICS_OF_SLEEP.get(name)
    if metrics is None:
        raise ItemRefused(
            field="value",
            limit=f"0 to {len(SLEEP_VALUES) - 1}, or {SLEEP_VALUE_PREFIX} and {', '.join(SLEEP_VALUES)}",
            detail=said("refusal.no_sleep_value"),
        )
    return minute_columns(start_ms, end_ms, *metrics)


def workout_columns(
    activity: int | str,
    start_ms: int,
    end_ms: int,
    *,
    source: str,
    spent_ms: float | None = None,
    name: str | None = None,
) -> dict[str, Column]:
    """The columns of a workout: minutes of its activity, and active minutes.

    `activity`: the HKWorkoutActivityType as a number, a full name or a short one. `spent_ms`: without pauses. `name`: its
    HKWorkoutBrandName. Raises ItemRefused for an impossible interval.
    """
    if isinstance(activity, str):
        activity = activity.removeprefix(WORKOUT_PREFIX).casefold()
    metrics = [METRIC_OF_WORKOUT.get(activity), named_activity(name)]
    if not source.startswith("watch:"):
        # A watch itself says which minutes of a workout count as exercise, by AppleExerciseTime.
        metrics.append("active_minutes")
    return minute_columns(
        start_ms, end_ms, *(metric for metric in metrics if metric is not None), spent_ms=spent_ms
    )
