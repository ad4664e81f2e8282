"""Records of Android's Health Connect, as an app posts them after reading its Changes API.

Each record has Health Connect's own id, so edits and deletions arrive as Health Connect tells them: an edit is the whole
record with a later `lastModifiedTime`, and a deletion is an id.
"""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Annotated, Final

import msgspec

from device_bridge.wire import JSON, WholeStates
from points.said import said
from wellness_api.health.formats.bounds import (
    NOT_LISTED,
    OBJECTS_PER_SERIES_MAX,
    check_item,
    check_values,
    items_of,
)
from wellness_api.health.formats.decoding import ItemDecoder
from wellness_api.health.formats.format import Context, Format, ReadItems
from wellness_api.health.formats.health_connect.names import (
    DEVICE_TYPES,
    KIND_OF_DEVICE,
    ORIGIN_OF_METHOD,
    OTHER_RECORD_TYPES,
    RECORDING_METHODS,
    name_of,
)
from wellness_api.health.formats.health_connect.records import Span, record_columns
from wellness_api.health.formats.intervals import check_interval
from wellness_api.health.formats.items import (
    ItemRefused,
    end_ms_of,
    read_each,
    revision_of,
    time_ms_of,
)
from wellness_api.health.formats.naming import source_name
from wellness_api.health.samples.records import DeletedRecord, Record

RECORDS_MAX: Final = 20_000
"""An upload of more records in this form is refused with 422 and this limit."""

RECORD_ID_LENGTH_MAX: Final = 200
"""In characters; a longer id is refused."""

RecordId = Annotated[str, msgspec.Meta(min_length=1, max_length=RECORD_ID_LENGTH_MAX)]


class DataOrigin(msgspec.Struct, kw_only=True, rename="camel"):
    """The app that wrote the record."""

    package_name: str


class Device(msgspec.Struct, kw_only=True):
    """What measured it. `type`: Health Connect's constant or its name."""

    type: int | str = 0


class Metadata(msgspec.Struct, kw_only=True, rename="camel"):
    """The record's id, its app and device, and which edit it is: the first one, where `lastModifiedTime` cannot be read.

    `recordingMethod`: whether it was recorded or typed in, as Health Connect's constant or its name.
    """

    id: RecordId
    last_modified_time: datetime | None = None
    data_origin: DataOrigin | str
    device: Device | None = None
    recording_method: int | str = 0


class HealthConnectRecord(msgspec.Struct, kw_only=True, rename="camel"):
    """What every record has. The record's values stand beside these fields, named as in Kotlin.

    `type` or `recordType`: with or without "Record" at the end. `time`, or `startTime` and `endTime`: RFC 3339.
    """

    metadata: Metadata
    type: str | None = None
    record_type: str | None = None
    time: datetime | None = None
    start_time: datetime | None = None
    end_time: datetime | None = None


class HealthConnectChanges(msgspec.Struct, kw_only=True):
    """Records inserted or changed, and the ids of deleted ones. `whole_states`: the spans of which these are all records."""

    records: Annotated[list[HealthConnectRecord], msgspec.Meta(max_length=RECORDS_MAX)] = []
    deleted: Annotated[list[RecordId], msgspec.Meta(max_length=RECORDS_MAX)] = []
    whole_states: WholeStates = []


class _Unread(msgspec.Struct, kw_only=True):
    records: msgspec.Raw = NOT_LISTED
    deleted: msgspec.Raw = NOT_LISTED
    whole_states: WholeStates = []


_body: Final = msgspec.json.Decoder(_Unread)
_record: Final = ItemDecoder(
    HealthConnectRecord,
    "metadata.lastModifiedTime",
    "metadata.device",
    "metadata.recordingMethod",
    "type",
    "recordType",
)
_id: Final = msgspec.json.Decoder(RecordId)


def read_health_connect(body: bytes, context: Context) -> ReadItems:
    """Reads the records and then the deletions, and counts them as items in this order."""

    def read_record(raw: msgspec.Raw) -> Sequence[Record]:
        check_item(raw, objects_max=OBJECTS_PER_SERIES_MAX)
        head = _record.decode(raw)
        metadata = head.metadata
        named = (head.type or head.record_type or "").removesuffix("Record")
        record_type = OTHER_RECORD_TYPES.get(named, named)
        columns = record_columns(record_type, raw, _span(head, context), context)
        return [
            Record(
                source=_source(metadata),
                columns=columns,
                record_id=_record_id(metadata.id),
                revision=revision_of(metadata.last_modified_time, context),
                origin=ORIGIN_OF_METHOD.get(
                    name_of(metadata.recording_method, RECORDING_METHODS) or "unknown"
                ),
            )
        ]

    def read_deletion(raw: msgspec.Raw) -> Sequence[DeletedRecord]:
        return [DeletedRecord(record_id=_record_id(_id.decode(raw)))]

    check_values(body)
    changes = _body.decode(body)
    records = items_of(changes.records, items_max=RECORDS_MAX, path="$.records")
    deleted = items_of(changes.deleted, items_max=RECORDS_MAX, path="$.deleted")
    readers: list[tuple[Callable[[msgspec.Raw], Sequence[Record | DeletedRecord]], msgspec.Raw]]
    readers = [(read_record, raw) for raw in records]
    readers += [(read_deletion, raw) for raw in deleted]
    read = read_each(readers, lambda item: item[0](item[1]))
    return read._replace(whole_states=changes.whole_states)


def _record_id(health_connect_id: str) -> str:
    return f"health-connect:{health_connect_id}"


def _source(metadata: Metadata) -> str:
    origin = metadata.data_origin
    device = name_of(metadata.device.type if metadata.device else 0, DEVICE_TYPES)
    return source_name(
        KIND_OF_DEVICE.get(device or "unknown", "phone"),
        origin if isinstance(origin, str) else origin.package_name,
    )


def _span(head: HealthConnectRecord, context: Context) -> Span:
    start, field = (
        (head.time, "time") if head.start_time is None else (head.start_time, "startTime")
    )
    if start is None:
        raise ItemRefused(
            field="time",
            limit="time, or startTime and endTime",
            detail=said("refusal.record_time_unsaid"),
        )
    start_ms = time_ms_of(start, context, field=field)
    if head.end_time is None:
        return Span(start_ms, start_ms, ended=False)
    end_ms = end_ms_of(head.end_time, context, field="endTime")
    check_interval(start_ms, end_ms, field="endTime")
    return Span(start_ms, end_ms, ended=True)


EXAMPLE: Final = {
    "records": [
        {
            "type": "StepsRecord",
            "metadata": {
                "id": "0a4c2f7e-6f0b-4c79-8a52-7a4f2a6d1e01",
                "lastModifiedTime": "2026-09-21T09:02:11.480Z",
                "dataOrigin": {"packageName": "com.example.walking"},
                "device": {"type": 6},
                "recordingMethod": 2,
            },
            "startTime": "2026-09-21T08:30:00Z",
            "endTime": "2026-09-21T08:50:00Z",
            "count": 1840,
        },
        {
            "type": "WeightRecord",
            "metadata": {
                "id": "0a4c2f7e-6f0b-4c79-8a52-7a4f2a6d1e02",
                "lastModifiedTime": "2026-09-21T22:14:05Z",
                "dataOrigin": "com.example.scale",
                "device": {"type": 3},
                "recordingMethod": "RECORDING_METHOD_MANUAL_ENTRY",
            },
            "time": "2026-09-21T22:14:00Z",
            "weight": {"inKilograms": 62.4},
        },
    ],
    "deleted": ["0a4c2f7e-6f0b-4c79-8a52-7a4f2a6d1e99"],
}

HEALTH_CONNECT: Final = Format(
    name="health-connect",
    title="records of Android's Health Connect",
    about=(
        "Health Connect's records with their own ids: an edit with a later lastModifiedTime takes the record's place, a"
        " deletion by id is final. docs/formats/health-connect.md says what each record type becomes."
    ),
    media_types=(JSON,),
    read=read_health_connect,
    example=EXAMPLE,
    shape=HealthConnectChanges,
)
