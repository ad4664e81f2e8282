"""Samples of Apple's HealthKit, as an iOS app posts them after an anchored query.

A HealthKit sample never changes. When somebody edits it, HealthKit deletes it and makes a new one with another UUID. So
no sample has a revision, and a deletion is final.
"""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Annotated, Final

import msgspec

from device_bridge.wire import JSON, SaidOrigin, WholeStates
from points.said import said
from wellness_api.health.formats.apple.names import (
    BLOOD_PRESSURE_TYPE,
    METRIC_OF_QUANTITY,
    SLEEP_TYPE,
    TYPED_KEY,
    WORKOUT_TYPES,
    apple_source,
    meal_columns,
    quantity_columns,
    sleep_columns,
    workout_columns,
)
from wellness_api.health.formats.bounds import NOT_LISTED, check_item, check_values, items_of
from wellness_api.health.formats.decoding import ItemDecoder
from wellness_api.health.formats.format import Context, Format, ReadItems
from wellness_api.health.formats.items import ItemRefused, end_ms_of, read_each, time_ms_of
from wellness_api.health.samples.records import Column, DeletedRecord, Record

SAMPLES_MAX: Final = 20_000
"""An upload of more samples in this form is refused with 422 and this limit."""

UUID_LENGTH_MAX: Final = 200
"""In characters; a longer id is refused."""

CORRELATED_MAX: Final = 10
"""A correlation of more samples is refused."""

SampleId = Annotated[str, msgspec.Meta(min_length=1, max_length=UUID_LENGTH_MAX)]


class Source(msgspec.Struct, kw_only=True):
    """HKSource: the app or device that wrote the sample; only a digest of its name is kept."""

    name: str


class SourceRevision(msgspec.Struct, kw_only=True, rename="camel"):
    """HKSourceRevision. `productType` is what the source runs on, as "Watch6,1"."""

    source: Source
    product_type: str | None = None


class AppleDevice(msgspec.Struct, kw_only=True, rename="camel"):
    """HKDevice: what measured. Where there is one, its hardware counts and not the product type."""

    hardware_version: str | None = None


class SampleMetadata(msgspec.Struct, kw_only=True):
    """The keys of HealthKit's metadata that are read."""

    meal_time: int | None = msgspec.field(default=None, name="HKBloodGlucoseMealTime")
    workout_name: str | None = msgspec.field(default=None, name="HKWorkoutBrandName")
    was_typed: bool | int = msgspec.field(default=False, name=TYPED_KEY)


class CorrelatedSample(msgspec.Struct, kw_only=True):
    """One of the two quantities of a blood pressure."""

    type: str
    value: float
    unit: str


class HealthKitSample(msgspec.Struct, kw_only=True, rename="camel"):
    """A quantity, a night's stage, a workout or a blood pressure.

    `type`: the full identifier. `value`: a quantity in `unit` (an HKUnit's string), or the value of sleep analysis as its
    number or name. `objects`: of a correlation. `workoutActivityType`: number or name. `duration`: seconds, without
    pauses.
    """

    uuid: SampleId
    type: str
    start_date: datetime
    end_date: datetime
    source_revision: SourceRevision
    value: float | str | None = None
    unit: str | None = None
    device: AppleDevice | None = None
    metadata: SampleMetadata | None = None
    objects: Annotated[list[CorrelatedSample], msgspec.Meta(max_length=CORRELATED_MAX)] = []
    workout_activity_type: int | str | None = None
    duration: float | None = None


class HealthKitChanges(msgspec.Struct, kw_only=True):
    """New samples, and the UUIDs of deleted ones. `whole_states`: the spans of which these are all samples."""

    samples: Annotated[list[HealthKitSample], msgspec.Meta(max_length=SAMPLES_MAX)] = []
    deleted: Annotated[list[SampleId], msgspec.Meta(max_length=SAMPLES_MAX)] = []
    whole_states: WholeStates = []


class _Unread(msgspec.Struct, kw_only=True):
    samples: msgspec.Raw = NOT_LISTED
    deleted: msgspec.Raw = NOT_LISTED
    whole_states: WholeStates = []


_body: Final = msgspec.json.Decoder(_Unread)
SECOND_MS: Final = 1_000

_sample: Final = ItemDecoder(
    HealthKitSample,
    "sourceRevision.productType",
    "device.hardwareVersion",
    "device",
    "metadata.HKBloodGlucoseMealTime",
    "metadata.HKWorkoutBrandName",
    f"metadata.{TYPED_KEY}",
    "metadata",
    # A sample whose type needs these fields is refused without them.
    "value",
    "unit",
    "objects",
    "workoutActivityType",
    "duration",
)
_id: Final = msgspec.json.Decoder(SampleId)


def _second_ms(time_ms: int) -> int:
    """The moment cut to its second. The export of the same phone has no fractions of a second, and both must give the same."""
    return time_ms // SECOND_MS * SECOND_MS


def read_healthkit(body: bytes, context: Context) -> ReadItems:
    """Reads the samples and then the deletions, and counts them as items in this order."""

    def read_sample(raw: msgspec.Raw) -> Sequence[Record]:
        check_item(raw)
        sample = _sample.decode(raw)
        source = apple_source(sample.source_revision.source.name, _product_type(sample))
        start_ms = _second_ms(time_ms_of(sample.start_date, context, field="startDate"))
        end_ms = _second_ms(end_ms_of(sample.end_date, context, field="endDate"))
        columns = _columns(sample, start_ms, end_ms, source)
        return [
            Record(
                source=source,
                columns=columns,
                record_id=_record_id(sample.uuid),
                origin=_origin(sample),
            )
        ]

    def read_deletion(raw: msgspec.Raw) -> Sequence[DeletedRecord]:
        return [DeletedRecord(record_id=_record_id(_id.decode(raw)))]

    check_values(body)
    changes = _body.decode(body)
    samples = items_of(changes.samples, items_max=SAMPLES_MAX, path="$.samples")
    deleted = items_of(changes.deleted, items_max=SAMPLES_MAX, path="$.deleted")
    readers: list[tuple[Callable[[msgspec.Raw], Sequence[Record | DeletedRecord]], msgspec.Raw]]
    readers = [(read_sample, raw) for raw in samples]
    readers += [(read_deletion, raw) for raw in deleted]
    read = read_each(readers, lambda item: item[0](item[1]))
    return read._replace(whole_states=changes.whole_states)


def _record_id(uuid: str) -> str:
    # Swift writes UUIDs in capitals, other languages do not.
    return f"healthkit:{uuid.lower()}"


def _product_type(sample: HealthKitSample) -> str | None:
    if sample.device is None:
        return sample.source_revision.product_type
    return sample.device.hardware_version


def _origin(sample: HealthKitSample) -> SaidOrigin | None:
    """The sample's origin. It is None where there is no device: an app wrote the sample, or its sender left the device out."""
    if sample.metadata is not None and sample.metadata.was_typed:
        return "typed"
    return None if sample.device is None else "device"


def _columns(sample: HealthKitSample, start_ms: int, end_ms: int, source: str) -> dict[str, Column]:
    metadata = sample.metadata or SampleMetadata()
    if sample.type in METRIC_OF_QUANTITY:
        columns = _quantity(sample, start_ms, end_ms)
        if "blood_glucose" in columns and metadata.meal_time is not None:
            columns |= meal_columns(start_ms, metadata.meal_time)
        return columns
    if sample.type == SLEEP_TYPE:
        return sleep_columns(_sleep_value(sample.value), start_ms, end_ms)
    if sample.type == BLOOD_PRESSURE_TYPE:
        return _blood_pressure(sample, start_ms, end_ms)
    if sample.type in WORKOUT_TYPES:
        return workout_columns(
            _activity(sample),
            start_ms,
            end_ms,
            source=source,
            spent_ms=None if sample.duration is None else sample.duration * 1000,
            name=metadata.workout_name,
        )
    raise ItemRefused(
        field="type",
        limit=", ".join((*METRIC_OF_QUANTITY, SLEEP_TYPE, BLOOD_PRESSURE_TYPE, *WORKOUT_TYPES)),
        detail=said("refusal.kind_not_kept", kind=repr(sample.type[:100])),
    )


def _quantity(sample: HealthKitSample, start_ms: int, end_ms: int) -> dict[str, Column]:
    if not isinstance(sample.value, float) or sample.unit is None:
        raise ItemRefused(
            field="value",
            limit="a number as value, and its unit",
            detail=said("refusal.half_quantity"),
        )
    return quantity_columns(sample.type, start_ms, end_ms, sample.value, sample.unit)


def _sleep_value(value: float | str | None) -> int | str:
    if isinstance(value, float):
        return int(value) if value.is_integer() else -1
    return value or ""


def _blood_pressure(sample: HealthKitSample, start_ms: int, end_ms: int) -> dict[str, Column]:
    columns: dict[str, Column] = {}
    for part in sample.objects:
        columns |= quantity_columns(part.type, start_ms, end_ms, part.value, part.unit)
    if columns.keys() != {"systolic_pressure", "diastolic_pressure"}:
        raise ItemRefused(
            field="objects",
            limit="the samples BloodPressureSystolic and BloodPressureDiastolic",
            detail=said("refusal.half_pressure"),
        )
    return columns


def _activity(sample: HealthKitSample) -> int | str:
    if sample.workout_activity_type is None:
        raise ItemRefused(
            field="workoutActivityType",
            limit="an HKWorkoutActivityType, as 52 or HKWorkoutActivityTypeWalking",
            detail=said("refusal.workout_unsaid"),
        )
    return sample.workout_activity_type


EXAMPLE: Final = {
    "samples": [
        {
            "uuid": "7C1B2F0E-52B7-4E0B-9E0F-1D2A6C3B4A01",
            "type": "HKQuantityTypeIdentifierStepCount",
            "startDate": "2026-09-21T08:30:00+09:00",
            "endDate": "2026-09-21T08:50:00+09:00",
            "value": 1840,
            "unit": "count",
            "sourceRevision": {"source": {"name": "Apple Watch"}, "productType": "Watch6,1"},
        },
        {
            "uuid": "7C1B2F0E-52B7-4E0B-9E0F-1D2A6C3B4A02",
            "type": "HKQuantityTypeIdentifierOxygenSaturation",
            "startDate": "2026-09-21T22:14:00+09:00",
            "endDate": "2026-09-21T22:14:00+09:00",
            "value": 0.97,
            "unit": "%",
            "sourceRevision": {"source": {"name": "Apple Watch"}, "productType": "Watch6,1"},
        },
    ],
    "deleted": ["7C1B2F0E-52B7-4E0B-9E0F-1D2A6C3B4A99"],
}

HEALTHKIT: Final = Format(
    name="healthkit",
    title="samples of Apple's HealthKit",
    about=(
        "HealthKit's samples with their UUIDs, as an anchored query gives them; a deletion by UUID is final."
        " docs/formats/healthkit.md says what each type becomes."
    ),
    media_types=(JSON,),
    read=read_healthkit,
    example=EXAMPLE,
    shape=HealthKitChanges,
)
