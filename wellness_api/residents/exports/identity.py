"""Ids for exported data. They are the same each time, so that other systems know what they have already."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from wellness_api.health.formats.fhir.codes import POSTURE, SITE, name_of
from wellness_api.health.metrics.metric import Metric
from wellness_api.health.samples.digests import digest
from wellness_api.health.samples.records import exported_id
from wellness_api.residents.exports.window import Key


def measurement_id(resident_id: int, key: Key) -> UUID:
    """The id of one measurement of a resident."""
    name = f"{key.time_ms}/{key.source}/{key.group}/{key.length_ms}/{key.record}"
    return exported_id(f"measurement/{resident_id}/{name}".encode())


def of_metric(key: Key, metric: Metric) -> Key:
    """The key of one metric's value where it is exported alone."""
    return key._replace(group=metric.number)


def nameless(values: Mapping[str, float]) -> list[Metric]:
    """The posture and the site whose values mean nothing: no blood pressure has a place for them."""
    return [
        metric
        for metric in (POSTURE, SITE)
        if metric.code in values and name_of(metric, values[metric.code]) is None
    ]


def resident_urn(resident_id: int) -> str:
    """The URN of the resident, which does not reveal who it is."""
    return digest(f"resident/{resident_id}".encode()).urn


def moment(time_ms: int, zone: ZoneInfo) -> str:
    """RFC 3339 with the resident's offset."""
    return datetime.fromtimestamp(time_ms / 1000, zone).isoformat(timespec="milliseconds")
