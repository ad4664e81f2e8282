"""Codes of Japan's hospitals and checkups: JLAC10, the items of specific health checkups, and MEDIS's nursing
observations.

JP Core and eCheckup name what was measured by these codes and not by LOINC. docs/formats/fhir.md says where we read each
code.
"""

from typing import Final, NamedTuple

from wellness_api.health.metrics.catalogue import METRIC_BY_CODE
from wellness_api.health.metrics.metric import Metric


class Meaning(NamedTuple):
    """What a code says.

    `unit`: the UCUM unit of a number that comes without one. `reading`: which of the day's readings it is, from 0.
    `meal`: how it stood to a meal, as an answer of glucose_meal_relation.
    """

    metric: Metric
    unit: str | None = None
    reading: int = 0
    meal: str | None = None


def _meaning(code: str, unit: str | None = None, *, reading: int = 0) -> Meaning:
    return Meaning(METRIC_BY_CODE[code], unit, reading)


CHECKUP_SYSTEM: Final = "urn:oid:1.2.392.200119.6.1005"
"""Items of specific health checkups: JLAC10 codes with a choice of their own."""

JLAC10_SYSTEMS: Final = frozenset(
    {
        CHECKUP_SYSTEM,
        "urn:oid:1.2.392.200119.4.504",
        "http://medis.or.jp/CodeSystem/master-JLAC10-17digits",
        "http://jpfhir.jp/fhir/clins/CodeSystem/JP_CLINS_ObsLabResult_CoreLabo_CS",
    }
)
NURSING_SYSTEMS: Final = frozenset(
    {
        "urn:oid:1.2.392.200119.4.804",
        "http://medis.or.jp/CodeSystem/master-nursingObservationKeyCode",
        "http://jpfhir.jp/fhir/core/CodeSystem/JP_ObservationBodyMeasurementCode_CS",
    }
)

_GLUCOSE: Final = _meaning("blood_glucose", "mg/dL")
_FASTING_GLUCOSE: Final = _GLUCOSE._replace(meal="fasting")
_CASUAL_GLUCOSE: Final = _GLUCOSE._replace(meal="general")

FASTING_GLUCOSES: Final = frozenset(
    {"3D010000001926101", "3D010000002227101", "3D010000001927201", "3D010000001999901"}
)
"""As items of a checkup, these codes mean fasting. In JLAC10 itself they mean glucose at any time."""

JLAC10: Final[dict[str, Meaning]] = {
    "9N001000000000001": _meaning("body_height", "cm"),
    "9N006000000000001": _meaning("body_weight", "kg"),
    "9N011000000000001": _meaning("body_mass_index", "kg/m2"),
    # Measured, measured by oneself, and as the person says it is.
    "9N016160100000001": _meaning("waist", "cm"),
    "9N016160200000001": _meaning("waist", "cm"),
    "9N016160300000001": _meaning("waist", "cm"),
    # The first reading, the second one, and another one, which is the one that the checkup uses.
    "9A751000000000001": _meaning("systolic_pressure", "mm[Hg]"),
    "9A752000000000001": _meaning("systolic_pressure", "mm[Hg]", reading=1),
    "9A755000000000001": _meaning("systolic_pressure", "mm[Hg]", reading=2),
    "9A761000000000001": _meaning("diastolic_pressure", "mm[Hg]"),
    "9A762000000000001": _meaning("diastolic_pressure", "mm[Hg]", reading=1),
    "9A765000000000001": _meaning("diastolic_pressure", "mm[Hg]", reading=2),
    "9N121000000000001": _meaning("heart_rate", "/min"),
    **dict.fromkeys(FASTING_GLUCOSES, _GLUCOSE),
    "3D010129901926101": _CASUAL_GLUCOSE,
    "3D010129902227101": _CASUAL_GLUCOSE,
    "3D010129901927201": _CASUAL_GLUCOSE,
    "3D010129901999901": _CASUAL_GLUCOSE,
    "9N746000000000011": _meaning("exercise_habit"),
    "9N751000000000011": _meaning("daily_walking_habit"),
    "9N756000000000011": _meaning("fast_walking"),
    "9N796000000000011": _meaning("rested_by_sleep"),
    "9N801000000000011": _meaning("stage_of_change"),
}

NURSING: Final[dict[str, Meaning]] = {
    "31000001": _meaning("oxygen_saturation"),
    "31000296": _meaning("body_weight", "kg"),
    "31000297": _meaning("body_weight", "g"),
    "31000298": _meaning("body_height"),
    "31000300": _meaning("waist"),
    "31000301": _meaning("waist"),
    "31001368": _meaning("body_temperature"),
    "31001369": _meaning("respiratory_rate"),
    "31001390": _meaning("heart_rate"),
    "31001697": _meaning("body_fat"),
    "31001848": _meaning("systolic_pressure"),
    "31001849": _meaning("diastolic_pressure"),
    "31003020": _meaning("body_mass_index"),
}

_YES_OR_NO: Final = "urn:oid:1.2.392.200119.6.2003"

ANSWER_SYSTEMS: Final = {
    "exercise_habit": _YES_OR_NO,
    "daily_walking_habit": _YES_OR_NO,
    "fast_walking": _YES_OR_NO,
    "rested_by_sleep": _YES_OR_NO,
    "stage_of_change": "urn:oid:1.2.392.200119.6.2007",
}
"""The systems of the questions' answers. Their codes are the metrics' own values."""


def japanese_meaning(system: str | None, code: str | None) -> Meaning | None:
    """What the code of that system says, if it is one of these."""
    if code is None:
        return None
    if system == CHECKUP_SYSTEM and code in FASTING_GLUCOSES:
        return _FASTING_GLUCOSE
    if system in JLAC10_SYSTEMS:
        return JLAC10.get(code)
    return NURSING.get(code) if system in NURSING_SYSTEMS else None
