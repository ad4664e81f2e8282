"""Turns the body of a data point into columns."""

from collections.abc import Mapping
from typing import Final

import msgspec

from points.said import said
from wellness_api.health.formats.activities import (
    activity_metric,
    minute_columns,
    named_activity,
)
from wellness_api.health.formats.amounts import amount, columns
from wellness_api.health.formats.bounds import check_members
from wellness_api.health.formats.decoding import ItemDecoder
from wellness_api.health.formats.fhir.codes import MEAL, POSTURE, SITE, SYSTOLIC, code_of
from wellness_api.health.formats.format import Context
from wellness_api.health.formats.items import ItemRefused
from wellness_api.health.formats.open_mhealth.frames import (
    FRAME,
    Span,
    TimeFrame,
    UnitValue,
    span_of,
)
from wellness_api.health.formats.open_mhealth.schemas import (
    AT_REST,
    AVERAGES,
    DAILY_SUMMARY,
    MEAL_WORDS,
    MEASURES,
    ON_FOOT,
    OWN_NAMESPACE,
    OWN_SCHEMAS,
    POSTURE_WORDS,
    RESTING,
    SITE_WORDS,
    TOTALS,
    UCUM_OF_UNIT,
)
from wellness_api.health.metrics.metric import Metric
from wellness_api.health.metrics.units import UnknownUnit
from wellness_api.health.samples.records import Column

Body = Mapping[str, msgspec.Raw]


class _Location(msgspec.Struct, kw_only=True):
    """The location as our own exports once wrote it. The schemas have one word for a place and its side."""

    body_structure: str | None = None
    laterality: str | None = None


class _Circumstances(msgspec.Struct, kw_only=True):
    """What bodies say besides their measures."""

    effective_time_frame: TimeFrame = msgspec.field(default_factory=TimeFrame)
    descriptive_statistic: str | None = None
    descriptive_statistic_denominator: str | None = None
    activity_name: str | None = None
    temporal_relationship_to_physical_activity: str | None = None
    temporal_relationship_to_meal: str | None = None
    body_posture: str | None = None
    position_during_measurement: str | None = None
    measurement_location: str | _Location | None = None


_unit_value: Final = msgspec.json.Decoder(UnitValue)
_number_or_unit_value: Final = msgspec.json.Decoder(float | UnitValue)
_circumstances: Final = ItemDecoder(
    _Circumstances,
    "effective_time_frame.time_interval.duration",
    # The code looks at what a statistic or an activity means where it matters. Without a readable activity there are no
    # activity minutes, and calories are refused.
    "activity_name",
    "temporal_relationship_to_physical_activity",
    "temporal_relationship_to_meal",
    "body_posture",
    "position_during_measurement",
    "measurement_location",
    inside="body.",
)
_properties: Final = msgspec.json.Decoder(dict[str, msgspec.Raw])
_text: Final = msgspec.json.Decoder(str)


def columns_of(
    namespace: str, schema: str, raw: msgspec.Raw, context: Context
) -> dict[str, Column]:
    """The samples, by metric code. Raises ItemRefused or msgspec's errors."""
    check_members(raw)
    told, body = _circumstances.decode(raw), _properties.decode(raw)
    span = span_of(told.effective_time_frame, context)
    if namespace == OWN_NAMESPACE:
        return _own(OWN_SCHEMAS[schema], body, span)
    measured = _measured(schema, body, told, span)
    if schema == "physical-activity":
        measured |= _activity(told.activity_name or "", span)
    if schema == "sleep-episode" and not span.moment:
        # Only the interval is required. A sender that says no more means sleep throughout.
        measured = minute_columns(span.start_ms, span.end_ms, "sleep_minutes") | measured
    if not measured:
        names = " or ".join(measure.property for measure in MEASURES[schema])
        raise ItemRefused(field="body", limit=names, detail=said("refusal.nothing_kept_of_body"))
    return measured | _how_measured(told, measured, span)


def _measured(schema: str, body: Body, told: _Circumstances, span: Span) -> dict[str, Column]:
    measured: dict[str, Column] = {}
    for name, metric, bare_unit in MEASURES[schema]:
        if name not in body or not _means(schema, name, metric, body, told):
            continue
        at_rest = told.temporal_relationship_to_physical_activity == AT_REST
        meant = RESTING if at_rest and metric.code == "heart_rate" else metric
        quantity = _quantity(body[name], bare_unit)
        ucum = UCUM_OF_UNIT.get(quantity.unit, quantity.unit)
        measured |= _columns(quantity, ucum, meant, name, told, span)
    return measured


def _quantity(raw: msgspec.Raw, bare_unit: str | None) -> UnitValue:
    if bare_unit is None:
        return _unit_value.decode(raw)
    quantity = _number_or_unit_value.decode(raw)
    return (
        quantity if isinstance(quantity, UnitValue) else UnitValue(value=quantity, unit=bare_unit)
    )


def _means(schema: str, name: str, metric: Metric, body: Body, told: _Circumstances) -> bool:
    """Whether the property is the metric in this body, or something else for which the schema uses the same property."""
    if schema == "calories-burned" and told.activity_name is None:
        raise ItemRefused(
            field="body.activity_name",
            limit="the activity that burned them",
            detail=said("refusal.resting_energy"),
        )
    if schema != "physical-activity":
        return True
    if metric.code == "steps":
        return _unit_value.decode(body[name]).unit == "steps"
    if metric.code == "distance_walked":
        activity = told.activity_name or ""
        return DAILY_SUMMARY in activity.casefold() or activity_metric(activity) in ON_FOOT
    return True


def _columns(
    quantity: UnitValue,
    ucum: str,
    metric: Metric,
    name: str,
    told: _Circumstances,
    span: Span,
) -> dict[str, Column]:
    counted = metric.sample_time == "minute"
    _check_statistic(told, counted=counted)
    if counted and span.moment:
        raise ItemRefused(
            field=FRAME, limit="a time_interval", detail=said("refusal.interval_missing")
        )
    try:
        own = amount(quantity.value, ucum, metric, field=f"body.{name}.value")
    except UnknownUnit as error:
        raise ItemRefused(
            field=f"body.{name}.unit", limit=error.limit, detail=error.sentence
        ) from error
    return columns(span.start_ms, span.end_ms, own, metric)


def _check_statistic(told: _Circumstances, *, counted: bool) -> None:
    """Raises ItemRefused for a statistic that cannot stand for a sample."""
    statistic = told.descriptive_statistic
    if statistic is None:
        return
    per = told.descriptive_statistic_denominator
    if statistic not in (TOTALS if counted else AVERAGES) or (counted and per is not None):
        raise ItemRefused(
            field="body.descriptive_statistic",
            limit=f"none; {', '.join(sorted(AVERAGES))} of what is measured; sum of what is counted",
            detail=said("refusal.statistic"),
        )


def _activity(name: str, span: Span) -> dict[str, Column]:
    """The minutes of an episode. A day's summary is not an episode."""
    if span.moment or not name or DAILY_SUMMARY in name.casefold():
        return {}
    metric = named_activity(name) or activity_metric(name)
    return minute_columns(
        span.start_ms, span.end_ms, "active_minutes", *([metric] if metric else [])
    )


def _how_measured(
    told: _Circumstances, columns: Mapping[str, Column], span: Span
) -> dict[str, Column]:
    how: dict[str, Column] = {}
    if SYSTOLIC.code in columns:
        posture = told.body_posture or told.position_during_measurement
        for ours, words in POSTURE_WORDS.items():
            if words == posture:
                how[POSTURE.code] = Column([span.start_ms], [code_of(POSTURE, ours)])
        place = told.measurement_location
        if isinstance(place, _Location):
            place = f"{place.laterality} {place.body_structure}"
        for ours, words in SITE_WORDS.items():
            if words == place:
                how[SITE.code] = Column([span.start_ms], [code_of(SITE, ours)])
    if "blood_glucose" in columns and told.temporal_relationship_to_meal in MEAL_WORDS:
        meal = MEAL_WORDS[told.temporal_relationship_to_meal]
        how[MEAL.code] = Column([span.start_ms], [code_of(MEAL, meal)])
    return how


def _own(metric: Metric, body: Body, span: Span) -> dict[str, Column]:
    """The samples of a data point in our own schema: the metric's value in a UCUM unit, or its answer."""
    if metric.code not in body:
        raise ItemRefused(
            field=f"body.{metric.code}", limit="a value", detail=said("refusal.not_in_body")
        )
    if metric.codes and bytes(body[metric.code]).startswith(b'"'):
        answer = _text.decode(body[metric.code])
        values = [code.value for code in metric.codes if code.code == answer]
        if not values:
            raise ItemRefused(
                field=f"body.{metric.code}",
                limit=", ".join(code.code for code in metric.codes),
                detail=said("refusal.no_answer"),
            )
        return {metric.code: Column([span.start_ms], [values[0]])}
    quantity = _unit_value.decode(body[metric.code])
    return _columns(quantity, quantity.unit, metric, metric.code, _Circumstances(), span)
