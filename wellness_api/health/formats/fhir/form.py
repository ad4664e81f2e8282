"""FHIR R4: an Observation, or a Bundle of them (hl7.org/fhir/R4/observation.html, bundle.html).

The format takes vital signs as R4 and JP Core have them, and counts over a period. A transaction is all or nothing, as
FHIR says; in every other Bundle a bad entry is refused alone.
"""

import re
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Annotated, Final

import msgspec

from device_bridge.wire import JSON
from points.said import said
from wellness_api.health.formats.bounds import NOT_LISTED, check_item, check_values, items_of
from wellness_api.health.formats.decoding import ItemDecoder
from wellness_api.health.formats.fhir.answer import SINGLE, TRANSACTION, fhir_answer, fhir_status
from wellness_api.health.formats.fhir.observations import columns_of
from wellness_api.health.formats.fhir.resources import (
    FHIR_JSON,
    AnsweredBundle,
    Identifier,
    Meta,
    Observation,
)
from wellness_api.health.formats.fhir.sources import source_of
from wellness_api.health.formats.format import Context, Format, ReadItems
from wellness_api.health.formats.items import ItemRefused, read_each, revision_of
from wellness_api.health.samples.problems import InvalidUpload
from wellness_api.health.samples.records import DeletedRecord, Record
from wellness_api.http.misfits_in_words import wrong_said

ENTRIES_MAX: Final = 20_000
"""A bundle of more entries is refused with 422 and this limit."""

BUNDLE_TYPES: Final = (TRANSACTION, "batch", "collection", "searchset", "document")
"""`GET /v1/me/fhir` gives a searchset, which can be sent back as it is. A checkup's results come as a document."""

TAKEN: Final = frozenset({"final", "amended", "corrected", "preliminary"})
WITHDRAWN: Final = frozenset({"entered-in-error", "cancelled"})

REVISION_DIGITS_MAX: Final = 18
"""A longer version is not read as a number, and the time of the last update counts instead."""

NAMESPACE: Final = "fhir:"
BY_ID: Final = re.compile(r"(?:^|/)Observation/(?P<id>[A-Za-z0-9.-]{1,64})$")
BY_IDENTIFIER: Final = re.compile(r"(?:^|/)Observation\?identifier=(?P<identifier>[^&]+)$")


class FhirUpload(msgspec.Struct, kw_only=True, rename="camel"):
    """An Observation, or a Bundle of at most 20,000. `type` and `entry` belong to a Bundle."""

    resource_type: str
    type: str | None = None
    entry: Annotated[list[msgspec.Raw], msgspec.Meta(max_length=ENTRIES_MAX)] = []


class _Unread(msgspec.Struct, kw_only=True, rename="camel"):
    resource_type: str
    type: str | None = None
    entry: msgspec.Raw = NOT_LISTED


NO_RESOURCE: Final = msgspec.Raw()


class _Request(msgspec.Struct, kw_only=True):
    method: str = "POST"
    url: str = ""


class _Entry(msgspec.Struct, kw_only=True, rename="camel"):
    full_url: str | None = None
    resource: msgspec.Raw = NO_RESOURCE
    request: _Request = msgspec.field(default_factory=_Request)


_body: Final = msgspec.json.Decoder(_Unread)
_entry: Final = ItemDecoder(_Entry, "fullUrl")
_observation: Final = ItemDecoder(
    Observation,
    "id",
    "meta.versionId",
    "meta.lastUpdated",
    "meta",
    "contained[]",
    "contained",
    "extension",
    "identifier[]",
    "identifier",
    "category",
    "subject",
    "code.coding[]",
    "code.text",
    "valueQuantity.unit",
    "valueQuantity.system",
    # A question whose answer needs this field is refused without it.
    "valueCodeableConcept",
    "bodySite",
    "device.identifier",
    "device",
    "component[]",
    "component",
    times=("effectiveDateTime", "effectiveInstant", "effectivePeriod.start", "effectivePeriod.end"),
)


def read_fhir(body: bytes, context: Context) -> ReadItems:
    """Reads a record from each Observation, or its deletion.

    Raises InvalidUpload for a body that is neither an Observation nor a Bundle, and for a transaction with an entry that
    cannot be taken.
    """
    check_values(body)
    upload = _body.decode(body)
    entries = items_of(upload.entry, items_max=ENTRIES_MAX, path="$.entry")
    if upload.resource_type == "Observation":

        def read_single(raw: bytes) -> Sequence[Record | DeletedRecord]:
            return [_read(_observation_of(raw), None, context)]

        return read_each([body], read_single)._replace(variety=SINGLE)
    if upload.resource_type != "Bundle" or upload.type not in BUNDLE_TYPES:
        bundle = upload.resource_type == "Bundle"
        raise InvalidUpload(
            field="type" if bundle else "resourceType",
            limit=", ".join(BUNDLE_TYPES) if bundle else "Observation or Bundle",
            detail=said("refusal.no_observation"),
        )
    read = read_each(entries, _entry_reader(context))._replace(variety=upload.type)
    if upload.type == TRANSACTION and read.refused:
        first = read.refused[0]
        raise InvalidUpload(
            field=f"entry[{first.item}].{first.field}",
            limit=first.limit,
            detail=said("refusal.transaction", problem=wrong_said(first.detail)),
        )
    return read


def _entry_reader(
    context: Context,
) -> Callable[[msgspec.Raw], Sequence[Record | DeletedRecord]]:
    def read_entry(raw: msgspec.Raw) -> Sequence[Record | DeletedRecord]:
        entry = _entry.decode(raw)
        match entry.request.method:
            case "POST" | "PUT":
                if entry.resource == NO_RESOURCE:
                    raise ItemRefused(
                        field="resource", limit="an Observation", detail=said("refusal.empty_entry")
                    )
                return [_read(_observation_of(entry.resource), entry.full_url, context)]
            case "DELETE":
                return [DeletedRecord(record_id=_deleted(entry.request.url))]
            case _:
                raise ItemRefused(
                    field="request.method",
                    limit="POST, PUT or DELETE",
                    detail=said("refusal.other_method"),
                )

    return read_entry


def _observation_of(raw: msgspec.Raw | bytes) -> Observation:
    check_item(raw)
    return _observation.decode(raw)


def _read(
    observation: Observation, full_url: str | None, context: Context
) -> Record | DeletedRecord:
    record_id = _record_id(observation, full_url)
    if observation.status in WITHDRAWN:
        if record_id is None:
            raise ItemRefused(
                field="identifier",
                limit="an identifier, an id or a fullUrl",
                detail=said("refusal.withdrawn_unsaid"),
            )
        return DeletedRecord(record_id=record_id)
    if observation.status not in TAKEN:
        raise ItemRefused(
            field="status",
            limit=", ".join(sorted(TAKEN | WITHDRAWN)),
            detail=said("refusal.other_status"),
        )
    return Record(
        source=source_of(observation),
        columns=columns_of(observation, context),
        record_id=record_id,
        revision=_revision(observation.meta, context),
        # Without a device, the value may be a person's word, or come from a system that does not say what it measured
        # with.
        origin=None if observation.device is None else "device",
    )


def _record_id(observation: Observation, full_url: str | None) -> str | None:
    """The record's id. Identifiers stay the same on every server, ids only on one, and a fullUrl may be made up for one Bundle."""
    identifier = next(
        (identifier for identifier in observation.identifier if identifier.value), None
    )
    if identifier is not None:
        return _of_identifier(identifier)
    if observation.id:
        return f"{NAMESPACE}Observation/{observation.id}"
    return f"{NAMESPACE}{full_url}" if full_url else None


def _of_identifier(identifier: Identifier) -> str:
    return f"{NAMESPACE}{identifier.system or ''}|{identifier.value}"


def _deleted(url: str) -> str:
    """The record that a DELETE names, by its id or by its identifier."""
    if match := BY_ID.search(url):
        return f"{NAMESPACE}Observation/{match['id']}"
    if match := BY_IDENTIFIER.search(url):
        system, separator, value = match["identifier"].rpartition("|")
        if value:
            return f"{NAMESPACE}{system}|{value}" if separator else f"{NAMESPACE}|{value}"
    raise ItemRefused(
        field="request.url",
        limit="Observation/<id> or Observation?identifier=<system>|<value>",
        detail=said("refusal.deleted_unsaid"),
    )


def _revision(meta: Meta | None, context: Context) -> int:
    """The version if it is a number, else the time of the last update; 0 if neither can be read."""
    if meta is None:
        return 0
    version = meta.version_id or ""
    if len(version) <= REVISION_DIGITS_MAX and version.isascii() and version.isdecimal():
        return int(version)
    try:
        updated = msgspec.convert(meta.last_updated, datetime | None)
    except msgspec.ValidationError:
        return 0
    return revision_of(updated, context)


EXAMPLE: Final = {
    "resourceType": "Observation",
    "status": "final",
    "code": {"coding": [{"system": "http://loinc.org", "code": "29463-7"}]},
    "effectiveDateTime": "2026-09-21T22:14:00+09:00",
    "valueQuantity": {"value": 62.4, "system": "http://unitsofmeasure.org", "code": "kg"},
}

FHIR: Final = Format(
    name="fhir",
    title="FHIR R4 Observations",
    about=(
        "An Observation, or a Bundle of them: transaction (all or nothing), batch, collection, searchset or"
        " document. LOINC codes or those of JP Core and of Japan's checkups, UCUM units."
    ),
    media_types=(FHIR_JSON, JSON),
    read=read_fhir,
    example=EXAMPLE,
    shape=FhirUpload,
    answer=fhir_answer,
    status=fhir_status,
    answer_shape=AnsweredBundle,
    answer_media_type=FHIR_JSON,
)
