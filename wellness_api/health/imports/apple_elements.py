"""Turns an element of an Apple Health export into samples of its source."""

from collections.abc import Mapping
from datetime import datetime
from functools import lru_cache
from typing import Final

from device_bridge.wire import SaidOrigin
from points.said import said
from wellness_api.health.formats.apple.names import (
    MEAL_TIME_KEY,
    SLEEP_TYPE,
    TYPED_KEY,
    WORKOUT_NAME_KEY,
    apple_source,
    meal_columns,
    product_type_of,
    quantity_columns,
    sleep_columns,
    workout_columns,
)
from wellness_api.health.formats.format import Context
from wellness_api.health.formats.items import ItemRefused, end_ms_of, time_ms_of
from wellness_api.health.imports.xml_stream import UNREADABLE
from wellness_api.health.samples.records import Column
from wellness_api.health.samples.times_in_words import no_time

Texts = Mapping[str, str]
"""An element's attributes or metadata, by name."""

WORKOUT: Final = "Workout"

SOURCES_REMEMBERED_MAX: Final = 1_024
"""When there are more, the source whose name was used least recently is forgotten and is worked out again."""

DURATION_MS: Final = {"s": 1_000.0, "min": 60_000.0, "hr": 3_600_000.0}
OFFSET_AT: Final = len("2026-11-18 06:05:00")


def samples_of(
    kind: str, attributes: Texts, metadata: Texts, context: Context
) -> tuple[str, dict[str, Column]]:
    """The source, and the samples by metric code. `kind`: a record's type, or `Workout`.

    Raises ItemRefused, and UnknownUnit for a unit of another kind.
    """
    name = _required(attributes, "sourceName").replace(UNREADABLE, "")
    source = _source(name, product_type_of(attributes.get("device")))
    start_ms = _time_ms(attributes, "startDate", context)
    end_ms = _time_ms(attributes, "endDate", context)
    if kind == SLEEP_TYPE:
        return source, sleep_columns(_required(attributes, "value"), start_ms, end_ms)
    if kind == WORKOUT:
        return source, workout_columns(
            _required(attributes, "workoutActivityType"),
            start_ms,
            end_ms,
            source=source,
            spent_ms=_spent_ms(attributes),
            name=metadata.get(WORKOUT_NAME_KEY),
        )
    value = _number(_required(attributes, "value"))
    if value is None:
        raise ItemRefused(field="value", limit="a number", detail=said("refusal.value_no_number"))
    columns = quantity_columns(kind, start_ms, end_ms, value, _required(attributes, "unit"))
    meal_time = metadata.get(MEAL_TIME_KEY, "")
    if "blood_glucose" in columns and meal_time.isdecimal():
        columns |= meal_columns(start_ms, int(meal_time[:2]))
    return source, columns


def origin_of_element(metadata: Texts) -> SaidOrigin:
    """The origin: typed where the Health app says so. All other samples we only know to be read from a file."""
    return "typed" if metadata.get(TYPED_KEY) == "1" else "file"


def _required(attributes: Texts, name: str) -> str:
    value = attributes.get(name)
    if value is None:
        raise ItemRefused(
            field=name, limit="the attribute", detail=said("refusal.field_missing", field=name)
        )
    return value


def _time_ms(attributes: Texts, name: str, context: Context) -> int:
    text = _required(attributes, name)
    try:
        # Apple writes a space before the offset, which ISO 8601 does not allow.
        moment = datetime.fromisoformat(text[:OFFSET_AT] + text[OFFSET_AT:].lstrip(" "))
    except ValueError as error:
        raise ItemRefused(
            field=name,
            limit="a time as 2026-11-18 06:05:00 +0900",
            detail=no_time(text),
        ) from error
    read = end_ms_of if name == "endDate" else time_ms_of
    return read(moment, context, field=name)


def _spent_ms(attributes: Texts) -> float | None:
    """How much of a workout's time was spent on it, where that can be read."""
    unit_ms = DURATION_MS.get(attributes.get("durationUnit", ""))
    duration = _number(attributes.get("duration", ""))
    return None if unit_ms is None or duration is None else duration * unit_ms


@lru_cache(maxsize=SOURCES_REMEMBERED_MAX)
def _source(name: str, product_type: str | None) -> str:
    return apple_source(name, product_type)


def _number(text: str) -> float | None:
    try:
        # Python reads 6_2 as 62.
        return float(text.replace("_", UNREADABLE))
    except ValueError:
        return None
