"""Which codes of FHIR's world stand for which metric.

A code is here if somebody read its number and its name together in a published list, as for the catalogue
(docs/decisions/0013-metric-codes.md). docs/formats/fhir.md says in which list.
"""

from typing import Final

from wellness_api.health.formats.fhir.japan import Meaning, japanese_meaning
from wellness_api.health.formats.fhir.resources import LOINC_SYSTEM, METRIC_SYSTEM, CodeableConcept
from wellness_api.health.metrics.catalogue import METRIC_BY_CODE, METRICS
from wellness_api.health.metrics.metric import Metric

SYSTOLIC: Final = METRIC_BY_CODE["systolic_pressure"]
DIASTOLIC: Final = METRIC_BY_CODE["diastolic_pressure"]
PULSE: Final = METRIC_BY_CODE["heart_rate"]
POSTURE: Final = METRIC_BY_CODE["blood_pressure_posture"]
SITE: Final = METRIC_BY_CODE["blood_pressure_site"]
MEAL: Final = METRIC_BY_CODE["glucose_meal_relation"]

PRESSURE_PANEL: Final = "85354-9"
PRESSURE_PANELS: Final = frozenset({PRESSURE_PANEL, "55284-4"})
"""Blood pressure panel with all children optional; and blood pressure systolic and diastolic, which the former replaced."""

STEPS_IN_24_HOURS: Final = "41950-7"

SIBLINGS: Final = {
    "2708-6": "oxygen_saturation",
    "3141-9": "body_weight",
    "15074-8": "blood_glucose",
    "41653-7": "blood_glucose",
    STEPS_IN_24_HOURS: "steps",
}
"""Codes of the same quantity that was measured or counted in another way, by the metric that takes them."""

METRIC_OF_LOINC: Final[dict[str, Metric]] = {
    code: METRIC_BY_CODE[metric] for code, metric in SIBLINGS.items()
} | {metric.loinc: metric for metric in METRICS if metric.loinc is not None}

SNOMED_OF_POSTURE: Final = {
    "sitting": ("33586001", "Sitting position"),
    "standing": ("10904000", "Orthostatic body position"),
    "lying": ("102538003", "Recumbent body position"),
    "reclining": ("272580008", "Semi-erect body position"),
}
SNOMED_OF_SITE: Final = {
    "left_upper_arm": ("368208006", "Left upper arm structure"),
    "right_upper_arm": ("368209003", "Right upper arm structure"),
    "left_wrist": ("5951000", "Structure of left wrist region"),
    "right_wrist": ("9736006", "Structure of right wrist region"),
}
OTHER_SNOMED_POSTURES: Final = {"40199007": "lying"}
"""Lying on the back is lying."""

POSTURE_OF_SNOMED: Final = {
    code: posture for posture, (code, _) in SNOMED_OF_POSTURE.items()
} | OTHER_SNOMED_POSTURES
SITE_OF_SNOMED: Final = {code: site for site, (code, _) in SNOMED_OF_SITE.items()}

UCUM_OF_WORD: Final = {"/d": "{steps}"}
"""UCUM units that senders use with another meaning: of what we take, only steps come by the day."""


def code_of(metric: Metric, name: str) -> float:
    """The value of the coded metric that stands for the name."""
    return next(answer.value for answer in metric.codes if answer.code == name)


def name_of(metric: Metric, value: float | None) -> str | None:
    """The name of the coded metric's value; None for a value without a name."""
    return next((answer.code for answer in metric.codes if answer.value == value), None)


def loinc_of(concept: CodeableConcept) -> str | None:
    """The first LOINC code of the concept that we know."""
    return next(
        (
            coding.code
            for coding in concept.coding
            if coding.system == LOINC_SYSTEM
            and coding.code is not None
            and (coding.code in METRIC_OF_LOINC or coding.code in PRESSURE_PANELS)
        ),
        None,
    )


def meaning_of(concept: CodeableConcept) -> Meaning | None:
    """What the concept says by LOINC, by our own system, or by the codes of Japan's hospitals and checkups."""
    loinc = loinc_of(concept)
    if loinc in METRIC_OF_LOINC:
        return Meaning(METRIC_OF_LOINC[loinc])
    own = (
        Meaning(METRIC_BY_CODE[coding.code])
        for coding in concept.coding
        if coding.system == METRIC_SYSTEM and coding.code in METRIC_BY_CODE
    )
    japanese = (japanese_meaning(coding.system, coding.code) for coding in concept.coding)
    return next(own, None) or next((meaning for meaning in japanese if meaning), None)


def snomed_in(concept: CodeableConcept | None, known: dict[str, str]) -> str | None:
    """What the first SNOMED CT code of the concept stands for that is known here."""
    codes = [] if concept is None else [coding.code for coding in concept.coding]
    return next((known[code] for code in codes if code in known), None)
