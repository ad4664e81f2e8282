"""What each type of Health Connect's records becomes."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final, NamedTuple

import msgspec

from points.said import said
from wellness_api.health.formats.activities import minute_columns, named_activity
from wellness_api.health.formats.amounts import amount, columns
from wellness_api.health.formats.bounds import check_members
from wellness_api.health.formats.decoding import ItemDecoder
from wellness_api.health.formats.format import Context
from wellness_api.health.formats.health_connect.names import (
    BODY_POSITIONS,
    MEAL_RELATION,
    MEASURED,
    MEASUREMENT_LOCATIONS,
    METRIC_OF_EXERCISE,
    METRICS_OF_STAGE,
    POSTURE,
    RECORD_TYPES,
    RELATIONS_TO_MEAL,
    SITE,
    SLEEP_STAGES,
    UCUM_OF_PROPERTY,
    UCUM_OF_SINGULAR,
    UCUM_OF_UNIT,
    Measured,
    Names,
    name_of,
)
from wellness_api.health.formats.items import ItemRefused, end_ms_of, time_ms_of
from wellness_api.health.metrics.catalogue import METRIC_BY_CODE
from wellness_api.health.samples.records import Column

Columns = dict[str, Column]


class Span(NamedTuple):
    """When the record was. `ended`: whether the record had an end."""

    start_ms: int
    end_ms: int
    ended: bool


class _HowMeasured(msgspec.Struct, kw_only=True, rename="camel"):
    body_position: int | str = 0
    measurement_location: int | str = 0
    relation_to_meal: int | str = 0


class _Beat(msgspec.Struct, kw_only=True, rename="camel"):
    time: datetime
    beats_per_minute: float


class _Beats(msgspec.Struct, kw_only=True):
    samples: list[_Beat]


class _Stage(msgspec.Struct, kw_only=True, rename="camel"):
    start_time: datetime
    end_time: datetime
    stage: int | str


class _Night(msgspec.Struct, kw_only=True):
    stages: list[_Stage] | None = None


class _Exercise(msgspec.Struct, kw_only=True, rename="camel"):
    exercise_type: int | str
    title: str | None = None


_fields: Final = msgspec.json.Decoder(dict[str, msgspec.Raw])
_quantity: Final = msgspec.json.Decoder(float | dict[str, float | str | None])
_how_measured: Final = ItemDecoder(
    _HowMeasured, "bodyPosition", "measurementLocation", "relationToMeal"
)
_beats: Final = ItemDecoder(_Beats)
_night: Final = ItemDecoder(_Night)
_exercise: Final = ItemDecoder(_Exercise, "title")


def record_columns(record_type: str, raw: msgspec.Raw, span: Span, context: Context) -> Columns:
    """The columns of a record. `record_type`: without "Record" at the end. Raises ItemRefused and msgspec's errors."""
    if record_type in MEASURED:
        return _measured(MEASURED[record_type], raw, span)
    match record_type:
        case "HeartRate":
            return _heart_rate(_beats.decode(raw), context)
        case "SleepSession":
            return _sleep(_night.decode(raw), _ended(span), context)
        case "ExerciseSession":
            return _exercise_minutes(_exercise.decode(raw), _ended(span))
        case _:
            raise ItemRefused(
                field="type",
                limit=", ".join(f"{name}Record" for name in RECORD_TYPES),
                detail=said("refusal.record_type_not_kept", kind=repr(record_type[:100])),
            )


def _ended(span: Span) -> Span:
    if not span.ended:
        raise ItemRefused(
            field="endTime",
            limit="startTime and endTime",
            detail=said("refusal.one_time"),
        )
    return span


def _measured(parts: Sequence[Measured], raw: msgspec.Raw, span: Span) -> Columns:
    check_members(raw)
    fields = _fields.decode(raw)
    measured: Columns = {}
    for part in parts:
        if part.metric.sample_time == "minute":
            _ended(span)
        value = _in_metric_unit(fields, part)
        measured |= columns(span.start_ms, span.end_ms, value, part.metric)
    return measured | _measured_how(parts[0].metric.code, raw, span.start_ms)


def _in_metric_unit(fields: Mapping[str, msgspec.Raw], part: Measured) -> float:
    if part.field not in fields:
        raise ItemRefused(
            field=part.field,
            limit="the record's value",
            detail=said("refusal.field_missing", field=part.field),
        )
    value, unit = _value_and_unit(fields[part.field], part)
    if unit is None or not isinstance(value, float):
        raise ItemRefused(
            field=part.field,
            limit=f"value and unit, of {', '.join(UCUM_OF_UNIT)}; or inKilograms and the like",
            detail=said("refusal.quantity_unread"),
        )
    return amount(value, unit, part.metric, field=part.field)


def _value_and_unit(raw: msgspec.Raw, part: Measured) -> tuple[float | str | None, str | None]:
    """The quantity and its UCUM unit, in any of the three ways in which it may be written."""
    try:
        quantity = _quantity.decode(raw)
    except msgspec.ValidationError:
        return None, None
    if isinstance(quantity, float):
        return quantity, part.unit
    if "value" in quantity:
        named = quantity.get("unit")
        if named is None:
            return quantity["value"], part.unit
        named = str(named)
        return quantity["value"], UCUM_OF_UNIT.get(named) or UCUM_OF_SINGULAR.get(named)
    name = next((name for name in UCUM_OF_PROPERTY if name in quantity), "")
    return quantity.get(name), UCUM_OF_PROPERTY.get(name)


def _measured_how(code: str, raw: msgspec.Raw, time_ms: int) -> Columns:
    """Posture and site of a blood pressure, or the meal of a glucose, where the record says them."""
    if code not in ("systolic_pressure", "blood_glucose"):
        return {}
    how = _how_measured.decode(raw)
    said: tuple[tuple[str, int | str, Names, dict[str, int]], ...] = (
        ("blood_pressure_posture", how.body_position, BODY_POSITIONS, POSTURE),
        ("blood_pressure_site", how.measurement_location, MEASUREMENT_LOCATIONS, SITE),
    )
    if code == "blood_glucose":
        said = (("glucose_meal_relation", how.relation_to_meal, RELATIONS_TO_MEAL, MEAL_RELATION),)
    return {
        coded: Column([time_ms], [values[name]])
        for coded, constant, names, values in said
        # A name that we do not know does not make the measurement any less true.
        if (name := name_of(constant, names)) in values
    }


def _heart_rate(beats: _Beats, context: Context) -> Columns:
    metric = METRIC_BY_CODE["heart_rate"]
    return {
        metric.code: Column(
            [
                time_ms_of(beat.time, context, field=f"samples[{place}].time")
                for place, beat in enumerate(beats.samples)
            ],
            [
                amount(beat.beats_per_minute, "/min", metric, field="samples")
                for beat in beats.samples
            ],
        )
    }


def _sleep(night: _Night, span: Span, context: Context) -> Columns:
    if not night.stages:
        return minute_columns(span.start_ms, span.end_ms, "sleep_minutes")
    times_ms: defaultdict[str, list[int]] = defaultdict(list)
    values: defaultdict[str, list[float | None]] = defaultdict(list)
    lengths_ms: defaultdict[str, list[int]] = defaultdict(list)
    before_ms = span.start_ms
    for start_ms, end_ms, name in sorted(
        (
            time_ms_of(stage.start_time, context, field=f"stages[{place}].startTime"),
            end_ms_of(stage.end_time, context, field=f"stages[{place}].endTime"),
            name_of(stage.stage, SLEEP_STAGES) or "",
        )
        for place, stage in enumerate(night.stages)
    ):
        # Stages that follow each other also bound what a short text can unfold to.
        if not name or not before_ms <= start_ms <= end_ms <= span.end_ms:
            raise ItemRefused(
                field="stages",
                limit=f"one after the other, within the session, each {', '.join(METRICS_OF_STAGE)}",
                detail=said("refusal.stages"),
            )
        before_ms = end_ms
        for code, part in minute_columns(start_ms, end_ms, *METRICS_OF_STAGE[name]).items():
            times_ms[code].extend(part.times_ms)
            values[code].extend(part.values)
            lengths_ms[code].extend(part.lengths_ms)
    return {code: Column(times_ms[code], values[code], lengths_ms[code]) for code in times_ms}


def _exercise_minutes(exercise: _Exercise, span: Span) -> Columns:
    activity = named_activity(exercise.title) or name_of(exercise.exercise_type, METRIC_OF_EXERCISE)
    return minute_columns(
        span.start_ms, span.end_ms, "active_minutes", *([activity] if activity else [])
    )
