"""Measurements as FHIR R4 Observations.

No profile is claimed. The codes alone satisfy R4's vital signs profiles. The profiles of JP Core need a patient and
categories that a resident's app has no use for.
"""

from typing import Final
from zoneinfo import ZoneInfo

from wellness_api.health.formats.fhir.codes import (
    DIASTOLIC,
    POSTURE,
    PRESSURE_PANEL,
    SITE,
    SNOMED_OF_POSTURE,
    SNOMED_OF_SITE,
    SYSTOLIC,
    name_of,
)
from wellness_api.health.formats.fhir.resources import (
    ABSENT_SYSTEM,
    BODY_POSITION_URL,
    CATEGORY_SYSTEM,
    LOINC_SYSTEM,
    METRIC_SYSTEM,
    SNOMED_SYSTEM,
    SOURCE_SYSTEM,
    UCUM_SYSTEM,
    CodeableConcept,
    Coding,
    Component,
    EffectivePeriod,
    Extension,
    Identifier,
    Observation,
    Quantity,
    Reference,
)
from wellness_api.health.metrics.catalogue import METRIC_BY_CODE
from wellness_api.health.metrics.metric import Metric
from wellness_api.residents.exports.identity import (
    measurement_id,
    moment,
    nameless,
    of_metric,
    resident_urn,
)
from wellness_api.residents.exports.window import Key, Measurement
from wellness_api.words.languages import named

PANEL_NAME: Final = "Blood pressure panel with all children optional"
ARTERIAL_SATURATION: Final = Coding(
    system=LOINC_SYSTEM, code="2708-6", display="Oxygen saturation in Arterial blood"
)
"""The code that R4's oxygen saturation profile requires, beside the code that means pulse oximetry."""


def observations(
    measurement: Measurement, *, resident_id: int, zone: ZoneInfo
) -> list[Observation]:
    """The measurement as an Observation: the panel for a blood pressure, the value for everything else.

    Posture and site are Observations of their own where no pressure came, or where there is no code for them.
    """
    values = measurement.values
    if values.keys() & {SYSTOLIC.code, DIASTOLIC.code}:
        return [
            _panel(measurement, resident_id, zone),
            *(
                _single(metric, values[metric.code], measurement, resident_id, zone)
                for metric in nameless(values)
            ),
        ]
    return [
        _single(METRIC_BY_CODE[code], value, measurement, resident_id, zone)
        for code, value in values.items()
    ]


def _panel(measurement: Measurement, resident_id: int, zone: ZoneInfo) -> Observation:
    values = measurement.values
    observation = _observation(measurement.key, resident_id)
    observation.category = [_category("vital-signs")]
    observation.code = _concept(LOINC_SYSTEM, PRESSURE_PANEL, PANEL_NAME)
    observation.effective_date_time = moment(measurement.key.time_ms, zone)
    observation.component = [
        _component(metric, values.get(metric.code)) for metric in (SYSTOLIC, DIASTOLIC)
    ]
    posture = SNOMED_OF_POSTURE.get(name_of(POSTURE, values.get(POSTURE.code)) or "")
    if posture is not None:
        observation.extension = [
            Extension(
                url=BODY_POSITION_URL, value_codeable_concept=_concept(SNOMED_SYSTEM, *posture)
            )
        ]
    site = SNOMED_OF_SITE.get(name_of(SITE, values.get(SITE.code)) or "")
    if site is not None:
        observation.body_site = _concept(SNOMED_SYSTEM, *site)
    return observation


def _component(metric: Metric, value: float | None) -> Component:
    """The panel always has both pressures; a pressure that is not known says so."""
    code = _code(metric)
    if value is None:
        return Component(
            code=code, data_absent_reason=_concept(ABSENT_SYSTEM, "unknown", "Unknown")
        )
    return Component(code=code, value_quantity=_quantity(metric, value))


def _single(
    metric: Metric, value: float, measurement: Measurement, resident_id: int, zone: ZoneInfo
) -> Observation:
    observation = _observation(of_metric(measurement.key, metric), resident_id)
    observation.category = [_category(metric.category)]
    observation.code = _code(metric)
    at_ms = measurement.key.time_ms
    if metric.sample_time == "minute":
        observation.effective_period = EffectivePeriod(
            start=moment(at_ms, zone), end=moment(at_ms + measurement.key.length_ms, zone)
        )
    else:
        observation.effective_date_time = moment(at_ms, zone)
    answer = name_of(metric, value)
    if answer is not None:
        observation.value_codeable_concept = _concept(f"{METRIC_SYSTEM}:{metric.code}", answer)
    else:
        observation.value_quantity = _quantity(metric, value)
    return observation


def _observation(key: Key, resident_id: int) -> Observation:
    return Observation(
        id=str(measurement_id(resident_id, key)),
        status="final",
        subject=Reference(reference=resident_urn(resident_id)),
        device=Reference(
            identifier=Identifier(system=SOURCE_SYSTEM, value=key.source), display=key.source
        ),
    )


def _category(code: str) -> CodeableConcept:
    return _concept(CATEGORY_SYSTEM, code)


def _code(metric: Metric) -> CodeableConcept:
    """The metric's LOINC code and our own code; a program may read either."""
    own = Coding(system=METRIC_SYSTEM, code=metric.code, display=named("metric", metric.code)["en"])
    loinc = [] if metric.loinc is None else [Coding(system=LOINC_SYSTEM, code=metric.loinc)]
    arterial = [ARTERIAL_SATURATION] if metric.code == "oxygen_saturation" else []
    return CodeableConcept(coding=[*loinc, *arterial, own], text=named("metric", metric.code)["ja"])


def _quantity(metric: Metric, value: float) -> Quantity:
    return Quantity(value=value, unit=metric.unit, system=UCUM_SYSTEM, code=metric.unit)


def _concept(system: str, code: str, display: str | None = None) -> CodeableConcept:
    return CodeableConcept(coding=[Coding(system=system, code=code, display=display)])
