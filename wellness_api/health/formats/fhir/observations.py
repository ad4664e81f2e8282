"""Turns what an Observation measured into columns."""

import re
from datetime import date, datetime
from typing import Final

import msgspec

from points.said import said
from wellness_api.health.formats.amounts import amount, columns
from wellness_api.health.formats.fhir.codes import (
    DIASTOLIC,
    MEAL,
    POSTURE,
    POSTURE_OF_SNOMED,
    PRESSURE_PANELS,
    PULSE,
    SITE,
    SITE_OF_SNOMED,
    STEPS_IN_24_HOURS,
    SYSTOLIC,
    UCUM_OF_WORD,
    code_of,
    loinc_of,
    meaning_of,
    snomed_in,
)
from wellness_api.health.formats.fhir.japan import ANSWER_SYSTEMS, Meaning
from wellness_api.health.formats.fhir.resources import (
    BODY_POSITION_URL,
    METRIC_SYSTEM,
    UCUM_SYSTEM,
    CodeableConcept,
    Observation,
    Quantity,
)
from wellness_api.health.formats.format import Context
from wellness_api.health.formats.items import ItemRefused, end_ms_of, time_ms_of
from wellness_api.health.formats.whole_days import first_moment_ms, whole_day
from wellness_api.health.metrics.metric import Metric
from wellness_api.health.metrics.units import UnknownUnit
from wellness_api.health.samples.records import Column
from wellness_api.health.samples.times_in_words import no_time

DATE_ALONE: Final = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)

PRESSURES: Final = (SYSTOLIC, DIASTOLIC)
UNITLESS: Final = frozenset({"1", "{steps}", "{floors}"})
"""Units that may be missing, because the quantity is counted."""


def columns_of(observation: Observation, context: Context) -> dict[str, Column]:
    """The samples, by metric code. Raises ItemRefused."""
    loinc = loinc_of(observation.code)
    meaning = meaning_of(observation.code)
    if loinc in PRESSURE_PANELS or (meaning is None and _holds_pressures(observation)):
        return _pressures(observation, context)
    if meaning is None:
        raise ItemRefused(
            field="code",
            limit="a LOINC code of GET /v1/metrics, or one that docs/formats/fhir.md names",
            detail=said("refusal.no_code_kept"),
        )
    if (
        loinc == STEPS_IN_24_HOURS
        and observation.effective_period is None
        and _date_alone(observation) is None
    ):
        raise ItemRefused(
            field="effectivePeriod",
            limit="the 24 hours as an effectivePeriod, or the day as a date",
            detail=said("refusal.which_24_hours"),
        )
    measured = _values(observation, meaning, context)
    if meaning.metric in PRESSURES:
        measured |= _how_measured(observation, _moment(observation, context))
    return _as_the_code_says(measured, meaning)


def _as_the_code_says(measured: dict[str, Column], meaning: Meaning) -> dict[str, Column]:
    """Adds what only the code says: how the value stood to a meal, and which of the day's readings it is.

    A checkup has the same date for its first and second pressure. One millisecond for each reading keeps them apart.
    """
    if meaning.meal is not None:
        times_ms = measured[meaning.metric.code].times_ms
        measured[MEAL.code] = Column(times_ms, [code_of(MEAL, meaning.meal)] * len(times_ms))
    if not meaning.reading:
        return measured
    return {
        code: Column([time_ms + meaning.reading for time_ms in column.times_ms], column.values)
        for code, column in measured.items()
    }


def _values(observation: Observation, meaning: Meaning, context: Context) -> dict[str, Column]:
    metric = meaning.metric
    if metric.codes and observation.value_codeable_concept is not None:
        time_ms = _moment(observation, context)
        return {
            metric.code: Column([time_ms], [_answer(observation.value_codeable_concept, metric)])
        }
    value = quantity_in(observation.value_quantity, meaning, field="valueQuantity")
    day, period = _date_alone(observation), observation.effective_period
    if day is not None:
        return {metric.code: whole_day(day, value, metric, context)}
    if metric.sample_time == "minute" and period is not None:
        return columns(
            _time_ms(period.start, context, field="effectivePeriod.start"),
            _end_ms(period.end, context, field="effectivePeriod.end"),
            value,
            metric,
        )
    return {metric.code: Column([_moment(observation, context)], [value])}


def _date_alone(observation: Observation) -> date | None:
    """The Observation's day, if it has no time of day. A period includes its end, as FHIR says."""
    period = observation.effective_period
    first = observation.effective_date_time if period is None else period.start
    last = first if period is None else period.end
    if first is None or first != last or not DATE_ALONE.fullmatch(first):
        return None
    try:
        return date.fromisoformat(first)
    except ValueError:
        return None  # There is no such day; the Observation is refused because it has no time.


def _holds_pressures(observation: Observation) -> bool:
    """Whether the Observation is a panel under a code that only its hospital knows."""
    meanings = [meaning_of(part.code) for part in observation.component]
    return any(meaning is not None and meaning.metric in PRESSURES for meaning in meanings)


def _pressures(observation: Observation, context: Context) -> dict[str, Column]:
    """The panel's pressures, and the pulse that the cuff counted. We know nothing of other components."""
    time_ms = _moment(observation, context)
    columns: dict[str, Column] = {}
    for place, part in enumerate(observation.component):
        meaning = meaning_of(part.code)
        if meaning is None or meaning.metric not in (*PRESSURES, PULSE):
            continue
        if part.data_absent_reason is None:
            field = f"component[{place}].valueQuantity"
            columns[meaning.metric.code] = Column(
                [time_ms], [quantity_in(part.value_quantity, meaning, field=field)]
            )
    if not columns.keys() & {SYSTOLIC.code, DIASTOLIC.code}:
        raise ItemRefused(
            field="component",
            limit="8480-6 (systolic) or 8462-4 (diastolic) with a valueQuantity",
            detail=said("refusal.no_pressure"),
        )
    return columns | _how_measured(observation, time_ms)


def _how_measured(observation: Observation, time_ms: int) -> dict[str, Column]:
    """Posture and site where their codes are known. Other codes are left out."""
    position = next(
        (
            extension.value_codeable_concept
            for extension in observation.extension
            if extension.url == BODY_POSITION_URL
        ),
        None,
    )
    columns: dict[str, Column] = {}
    if (posture := snomed_in(position, POSTURE_OF_SNOMED)) is not None:
        columns[POSTURE.code] = Column([time_ms], [code_of(POSTURE, posture)])
    if (site := snomed_in(observation.body_site, SITE_OF_SNOMED)) is not None:
        columns[SITE.code] = Column([time_ms], [code_of(SITE, site)])
    return columns


def _answer(concept: CodeableConcept, metric: Metric) -> float:
    system = f"{METRIC_SYSTEM}:{metric.code}"
    own_codes = [coding.code for coding in concept.coding if coding.system == system]
    checkup_system = ANSWER_SYSTEMS.get(metric.code)
    of_checkup = [
        coding.code
        for coding in concept.coding
        if checkup_system is not None and coding.system == checkup_system
    ]
    for code in metric.codes:
        if code.code in own_codes or str(code.value) in of_checkup:
            return code.value
    raise ItemRefused(
        field="valueCodeableConcept",
        limit=f"a code of {system}: {', '.join(code.code for code in metric.codes)}",
        detail=said("refusal.no_answer"),
    )


def quantity_in(quantity: Quantity | None, meaning: Meaning, *, field: str) -> float:
    """The quantity in the metric's unit. Raises ItemRefused."""
    metric = meaning.metric
    if quantity is None or quantity.value is None:
        raise ItemRefused(field=field, limit="a value", detail=said("refusal.no_value"))
    if quantity.comparator is not None:
        raise ItemRefused(
            field=f"{field}.comparator",
            limit="no comparator",
            detail=said("refusal.comparator"),
        )
    unit = _unit_of(quantity) or meaning.unit or (metric.unit if metric.unit in UNITLESS else None)
    if unit is None:
        raise ItemRefused(
            field=f"{field}.code", limit="a UCUM code", detail=said("refusal.unit_missing")
        )
    try:
        return amount(quantity.value, UCUM_OF_WORD.get(unit, unit), metric, field=f"{field}.value")
    except UnknownUnit as error:
        raise ItemRefused(
            field=f"{field}.code", limit=error.limit, detail=error.sentence
        ) from error


def _unit_of(quantity: Quantity) -> str | None:
    """The unit's code, or its name for people where the code's system is known only to a hospital."""
    if quantity.system in (None, UCUM_SYSTEM):
        return quantity.code or quantity.unit or None
    return quantity.unit or quantity.code or None


def _moment(observation: Observation, context: Context) -> int:
    """When it was measured, in Unix milliseconds: the start of a period, or the first moment of a date alone."""
    day = _date_alone(observation)
    if day is not None:
        return first_moment_ms(day, context)
    period = observation.effective_period
    if period is not None:
        return _time_ms(period.start, context, field="effectivePeriod.start")
    if observation.effective_instant is not None:
        return _time_ms(observation.effective_instant, context, field="effectiveInstant")
    return _time_ms(observation.effective_date_time, context, field="effectiveDateTime")


def _time_ms(text: str | None, context: Context, *, field: str) -> int:
    return time_ms_of(_moment_of(text, field=field), context, field=field)


def _end_ms(text: str | None, context: Context, *, field: str) -> int:
    return end_ms_of(_moment_of(text, field=field), context, field=field)


def _moment_of(text: str | None, *, field: str) -> datetime:
    try:
        return msgspec.convert(text, datetime)
    except msgspec.ValidationError as error:
        raise ItemRefused(
            field=field,
            limit="a date with time and offset, as 2026-11-18T07:30:00+09:00, or a whole date",
            detail=(said("refusal.no_time_said") if text is None else no_time(text)),
        ) from error
