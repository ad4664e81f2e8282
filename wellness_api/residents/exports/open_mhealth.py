"""Measurements as data points: bodies of Open mHealth, under headers of IEEE 1752.1.

Metrics for which no public schema has a place use our own namespace, in the same shape.
"""

from typing import Any, Final, NamedTuple
from zoneinfo import ZoneInfo

from wellness_api.health.formats.fhir.codes import DIASTOLIC, POSTURE, SITE, SYSTOLIC, name_of
from wellness_api.health.formats.open_mhealth.schemas import (
    AT_REST,
    OWN_NAMESPACE,
    POSTURE_WORDS,
    SITE_WORDS,
    own_schema,
)
from wellness_api.health.metrics.catalogue import METRIC_BY_CODE
from wellness_api.health.metrics.coded import QUESTIONS
from wellness_api.health.metrics.metric import Metric
from wellness_api.residents.exports.identity import (
    measurement_id,
    moment,
    nameless,
    of_metric,
)
from wellness_api.residents.exports.window import Key, Measurement

OWN_VERSION: Final = "1.0"
ACTIVE_ENERGY_ACTIVITY: Final = "physical activity"
"""The name says that these calories were burned by activity; without it they would be all calories."""


class Schema(NamedTuple):
    """The place of a metric: the schema, its version, the property, its unit, and further parts of the body."""

    name: str
    version: str
    property: str
    unit: str
    besides: tuple[tuple[str, str], ...] = ()


SCHEMA_OF: Final = {
    "steps": Schema("step-count", "3.0", "step_count", "steps"),
    "heart_rate": Schema("heart-rate", "2.0", "heart_rate", "beats/min"),
    "resting_heart_rate": Schema(
        "heart-rate",
        "2.0",
        "heart_rate",
        "beats/min",
        (("temporal_relationship_to_physical_activity", AT_REST),),
    ),
    "body_weight": Schema("body-weight", "3.0", "body_weight", "kg"),
    "body_height": Schema("body-height", "2.0", "body_height", "cm"),
    "body_mass_index": Schema("body-mass-index", "3.0", "body_mass_index", "kg/m^2"),
    "body_temperature": Schema("body-temperature", "4.0", "body_temperature", "C"),
    "body_fat": Schema("body-fat-percentage", "2.0", "body_fat_percentage", "%"),
    "blood_glucose": Schema("blood-glucose", "4.0", "blood_glucose", "mg/dL"),
    "oxygen_saturation": Schema("oxygen-saturation", "2.0", "oxygen_saturation", "%"),
    "respiratory_rate": Schema("respiratory-rate", "2.0", "respiratory_rate", "breaths/min"),
    "sleep_minutes": Schema("sleep-duration", "2.0", "sleep_duration", "min"),
    "active_energy": Schema(
        "calories-burned",
        "2.0",
        "kcal_burned",
        "kcal",
        (("activity_name", ACTIVE_ENERGY_ACTIVITY),),
    ),
}
"""By metric. The units are other names for the metrics' own units, so values are copied unchanged."""

Body = dict[str, Any]


def data_points(measurement: Measurement, *, resident_id: int, zone: ZoneInfo) -> list[Body]:
    """The measurement as a data point, or as one data point for each value where the values belong to different
    schemas.
    """
    values = measurement.values
    if values.keys() >= {SYSTOLIC.code, DIASTOLIC.code}:
        header = _header(measurement.key, resident_id, zone, ("omh", "blood-pressure", "4.0"))
        return [
            {"header": header, "body": _pressure(measurement, zone)},
            *(
                _data_point(metric, values[metric.code], measurement, resident_id, zone)
                for metric in nameless(values)
            ),
        ]
    return [
        _data_point(METRIC_BY_CODE[code], value, measurement, resident_id, zone)
        for code, value in values.items()
    ]


def _pressure(measurement: Measurement, zone: ZoneInfo) -> Body:
    values = measurement.values
    body: Body = {
        "systolic_blood_pressure": {"value": values[SYSTOLIC.code], "unit": "mmHg"},
        "diastolic_blood_pressure": {"value": values[DIASTOLIC.code], "unit": "mmHg"},
        "effective_time_frame": {"date_time": moment(measurement.key.time_ms, zone)},
    }
    posture = name_of(POSTURE, values.get(POSTURE.code))
    if posture is not None:
        body["body_posture"] = POSTURE_WORDS[posture]
    site = name_of(SITE, values.get(SITE.code))
    if site is not None:
        body["measurement_location"] = SITE_WORDS[site]
    return body


def _data_point(
    metric: Metric, value: float, measurement: Measurement, resident_id: int, zone: ZoneInfo
) -> Body:
    schema = SCHEMA_OF.get(metric.code)
    frame = {"effective_time_frame": _frame(metric, measurement.key, zone)}
    if schema is None:
        schema_id = (OWN_NAMESPACE, own_schema(metric), OWN_VERSION)
        answer = name_of(metric, value)
        body: Body = {metric.code: answer or {"value": value, "unit": metric.unit}} | frame
    else:
        schema_id = ("omh", schema.name, schema.version)
        measured = {"value": value, "unit": schema.unit}
        body = {schema.property: measured, **frame, **dict(schema.besides)}
    header = _header(of_metric(measurement.key, metric), resident_id, zone, schema_id)
    if metric in QUESTIONS:
        header["modality"] = "self-reported"
    return {"header": header, "body": body}


def _frame(metric: Metric, key: Key, zone: ZoneInfo) -> Body:
    if metric.sample_time == "moment":
        return {"date_time": moment(key.time_ms, zone)}
    return {
        "time_interval": {
            "start_date_time": moment(key.time_ms, zone),
            "end_date_time": moment(key.time_ms + key.length_ms, zone),
        }
    }


def _header(key: Key, resident_id: int, zone: ZoneInfo, schema_id: tuple[str, str, str]) -> Body:
    namespace, name, version = schema_id
    return {
        "uuid": str(measurement_id(resident_id, key)),
        "schema_id": {"namespace": namespace, "name": name, "version": version},
        "source_creation_date_time": moment(key.time_ms, zone),
        "modality": "sensed",
        "acquisition_provenance": {"source_name": key.source},
    }
