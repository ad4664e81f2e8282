"""Data points of Open mHealth and IEEE 1752.1: a header that says what it is, and a body (openmhealth.org, IEEE 1752.1).

One format takes both namespaces, because senders mix them: an `omh` body under a header of IEEE's is usual.
"""

import re
from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Final

import msgspec

from device_bridge.wire import JSON, SOURCE_PATTERN, SaidOrigin
from points.said import said
from wellness_api.health.formats.bounds import check_item, check_values, items_of
from wellness_api.health.formats.decoding import ItemDecoder
from wellness_api.health.formats.fhir.sources import kind_of
from wellness_api.health.formats.format import Context, Format, ReadItems
from wellness_api.health.formats.items import ItemRefused, read_each, revision_of
from wellness_api.health.formats.naming import source_name
from wellness_api.health.formats.open_mhealth.bodies import columns_of
from wellness_api.health.formats.open_mhealth.schemas import MEASURES, OWN_NAMESPACE, OWN_SCHEMAS
from wellness_api.health.samples.records import Record

POINTS_MAX: Final = 20_000
"""An upload of more data points is refused with 422 and this limit."""

NAMESPACE: Final = "open-mhealth:"
NAMESPACES: Final = ("omh", "ieee", OWN_NAMESPACE)
OWN_SOURCE: Final = re.compile(SOURCE_PATTERN)
ORIGIN_OF_MODALITY: Final[dict[str | None, SaidOrigin]] = {
    "sensed": "device",
    "self-reported": "typed",
}


class SchemaId(msgspec.Struct, kw_only=True):
    """The schema of the body. All versions are read alike."""

    namespace: str
    name: str


class Provenance(msgspec.Struct, kw_only=True):
    """How the data point came about."""

    source_name: str | None = None
    source_creation_date_time: datetime | None = None
    source_last_modification_date_time: datetime | None = None


class Datasheet(msgspec.Struct, kw_only=True):
    """What IEEE's header says of a device."""

    datasheet_type: str | None = None
    datasheet_reference: str | None = None


class Header(msgspec.Struct, kw_only=True):
    """What the data point is. `id` is Open mHealth's and `uuid` IEEE's, as for the two times of creation. `modality`:
    sensed or self-reported.
    """

    schema_id: SchemaId
    id: str | None = None
    uuid: str | None = None
    creation_date_time: datetime | None = None
    source_creation_date_time: datetime | None = None
    acquisition_provenance: Provenance | None = None
    external_datasheets: list[Datasheet] = []
    modality: str | None = None


class DataPoint(msgspec.Struct, kw_only=True):
    """What was measured, and what there is to say about it."""

    header: Header
    body: msgspec.Raw


class DataPoints(msgspec.Struct, kw_only=True):
    """At most 20,000 data points. A bare list of them, or a single one, is taken as well."""

    items: Annotated[list[msgspec.Raw], msgspec.Meta(max_length=POINTS_MAX)]


NO_ITEMS: Final = msgspec.Raw()


class _Unread(msgspec.Struct, kw_only=True):
    items: msgspec.Raw = NO_ITEMS


_object: Final = msgspec.json.Decoder(_Unread)
_point: Final = ItemDecoder(
    DataPoint,
    "header.id",
    "header.uuid",
    "header.creation_date_time",
    "header.source_creation_date_time",
    "header.acquisition_provenance.source_name",
    "header.acquisition_provenance.source_creation_date_time",
    "header.acquisition_provenance.source_last_modification_date_time",
    "header.acquisition_provenance",
    "header.external_datasheets[]",
    "header.external_datasheets",
    "header.modality",
)


def read_open_mhealth(body: bytes, context: Context) -> ReadItems:
    """Reads a record from each data point."""

    def read_point(raw: msgspec.Raw | bytes) -> Sequence[Record]:
        check_item(raw)
        return [_read(_point.decode(raw), context)]

    check_values(body)
    return read_each(_points(body), read_point)


def _points(body: bytes) -> Sequence[msgspec.Raw | bytes]:
    if body.lstrip()[:1] == b"[":
        return items_of(body, items_max=POINTS_MAX, path="$")
    items = _object.decode(body).items
    return [body] if items == NO_ITEMS else items_of(items, items_max=POINTS_MAX, path="$")


def _read(point: DataPoint, context: Context) -> Record:
    header = point.header
    schema = header.schema_id
    known = OWN_SCHEMAS if schema.namespace == OWN_NAMESPACE else MEASURES
    if schema.namespace not in NAMESPACES or schema.name not in known:
        raise ItemRefused(
            field="header.schema_id",
            limit=f"{' or '.join(NAMESPACES)}, with a name of docs/formats/open-mhealth.md",
            detail=said("refusal.schema_not_kept", schema=f"{schema.namespace}:{schema.name}"),
        )
    point_id = header.id or header.uuid
    return Record(
        source=_source(header),
        columns=columns_of(schema.namespace, schema.name, point.body, context),
        record_id=f"{NAMESPACE}{point_id}" if point_id else None,
        revision=_revision(header, context),
        origin=ORIGIN_OF_MODALITY.get(header.modality),
    )


def _source(header: Header) -> str:
    """The source that we gave it ourselves, or else one named after the header's app or device."""
    provenance = header.acquisition_provenance
    name = None if provenance is None else provenance.source_name
    if name is not None and OWN_SOURCE.fullmatch(name):
        return name
    sheets = [
        external_datasheet.datasheet_reference for external_datasheet in header.external_datasheets
    ]
    named = name or next((sheet for sheet in sheets if sheet), None) or "open-mhealth"
    return source_name(kind_of(named, "phone"), named)


def _revision(header: Header, context: Context) -> int:
    """When the data point was last changed, in Unix milliseconds; 0 where no readable time says so."""
    provenance = header.acquisition_provenance or Provenance()
    said = (
        provenance.source_last_modification_date_time,
        header.creation_date_time,
        header.source_creation_date_time,
        provenance.source_creation_date_time,
    )
    return next((revision for moment in said if (revision := revision_of(moment, context))), 0)


EXAMPLE: Final = {
    "header": {
        "uuid": "7e6f2c1e-6a35-4d0b-9d3c-1f0b6f5f7a11",
        "schema_id": {"namespace": "omh", "name": "body-weight", "version": "3.0"},
        "source_creation_date_time": "2026-09-21T22:14:00+09:00",
        "modality": "sensed",
        "acquisition_provenance": {"source_name": "phone:example"},
    },
    "body": {
        "body_weight": {"value": 62.4, "unit": "kg"},
        "effective_time_frame": {"date_time": "2026-09-21T22:14:00+09:00"},
    },
}

OPEN_MHEALTH: Final = Format(
    name="open-mhealth",
    title="Open mHealth and IEEE 1752.1 data points",
    about="One data point, a list of them, or an object with `items`.",
    media_types=(JSON,),
    read=read_open_mhealth,
    example={"items": [EXAMPLE]},
    shape=DataPoints,
)
