"""Counters that start at midnight beside devices that count by the minute; and samples that cannot be true."""

from datetime import date
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.town import NOON, Town, local_morning, ms, steps
from wellness_api.health.days.counting import counted_samples
from wellness_api.health.metrics.catalogue import METRIC_BY_CODE
from wellness_api.health.samples.merging import Layer
from wellness_api.health.samples.segments import TOMBSTONE
from wellness_api.health.sources.orders import SourceOrder

DAY = date(2026, 11, 24)
STEPS = METRIC_BY_CODE["steps"]
TOTAL = METRIC_BY_CODE["steps_day_total"]
MINUTE_MS = 60_000

Readings = dict[int, int]
"""Value by minute of the day."""


def layer(samples: Readings) -> list[Layer]:
    minutes = sorted(samples)
    return [
        Layer(
            1,
            0,
            np.array(minutes, np.int32) * MINUTE_MS,
            np.array([samples[minute] for minute in minutes], np.int32),
        )
    ]


def count(
    minutes: dict[str, Readings],
    totals: dict[str, Readings],
    choices: tuple[SourceOrder, ...] = (),
) -> Readings:
    """What counts, by minute of the day."""
    layers = {
        STEPS.number: {source: layer(of) for source, of in minutes.items()},
        TOTAL.number: {source: layer(of) for source, of in totals.items()},
    }
    samples = counted_samples(STEPS, DAY, layers, choices)
    times = samples.times // MINUTE_MS
    return dict(zip(times.tolist(), samples.values.tolist(), strict=True))


DAYS: dict[str, tuple[dict[str, Readings], dict[str, Readings], Readings]] = {
    "a later reading takes the place of those before it": (
        {},
        {"phone:p": {480: 1_000, 720: 3_500, 1_200: 5_321}},
        {480: 1_000, 720: 2_500, 1_200: 1_821},
    ),
    "a lower reading takes back what was too much": (
        {},
        {"phone:p": {480: 1_000, 720: 3_500, 1_200: 2_900}},
        {480: 1_000, 720: 1_900, 1_200: 0},
    ),
    "a reading taken back is as if it never was": (
        {},
        {"phone:p": {480: 1_000, 720: TOMBSTONE, 1_200: 2_900}},
        {480: 1_000, 1_200: 1_900},
    ),
    "an absurd reading is passed over": (
        {},
        {"phone:p": {480: 1_000, 720: 3_000_000, 1_200: 2_900}},
        {480: 1_000, 1_200: 1_900},
    ),
    "where a watch saw anything the counter adds nothing": (
        {"watch:w": {500: 90, 501: 80}},
        {"phone:p": {480: 1_000, 720: 1_400, 1_200: 2_000}},
        {480: 1_000, 500: 90, 501: 80, 1_200: 600},
    ),
    "a watch that saw nothing in the time is made up for": (
        {"watch:w": {1_300: 90}},
        {"phone:p": {480: 1_000, 720: 1_400}},
        {480: 1_000, 720: 400, 1_300: 90},
    ),
    "of a source that sends both the minutes count": (
        {"phone:p": {500: 90}},
        {"phone:p": {480: 1_000}},
        {500: 90},
    ),
    "of two counters the better one covers its time": (
        {},
        {"watch:w": {600: 500}, "phone:p": {300: 100, 700: 900, 800: 1_000}},
        {600: 500, 800: 100},
    ),
    "a counter of a watch counts before a phone's minutes": (
        {"phone:p": {500: 90, 700: 70}},
        {"watch:w": {600: 500}},
        {600: 500, 700: 70},
    ),
    "a counter that stood still says that nobody walked": (
        {"station:s": {500: 90}},
        {"phone:p": {480: 0, 600: 0}},
        {480: 0, 600: 0},
    ),
}


@pytest.mark.parametrize(("minutes", "totals", "expected"), DAYS.values(), ids=DAYS.keys())
def test_readings_of_a_counter(
    minutes: dict[str, Readings], totals: dict[str, Readings], expected: Readings
) -> None:
    assert count(minutes, totals) == expected


def test_a_residents_choice_of_sources_holds_for_counters_too() -> None:
    minutes, totals = {"watch:w": {500: 90}}, {"phone:p": {600: 500}}
    chosen = SourceOrder(STEPS.number, DAY, ["phone:p", "watch:w"])
    assert count(minutes, totals) == {500: 90}
    assert count(minutes, totals, (chosen,)) == {600: 500}


readings = st.dictionaries(st.integers(0, 1_439), st.integers(0, 20_000), max_size=8)


@settings(deadline=None)
@given(readings)
def test_a_counter_alone_makes_a_day_of_its_last_reading(of: Readings) -> None:
    assert sum(count({}, {"phone:p": of}).values()) == (of[max(of)] if of else 0)


@settings(deadline=None)
@given(
    st.dictionaries(st.sampled_from(["watch:a", "phone:b"]), readings),
    st.dictionaries(st.sampled_from(["watch:c", "phone:d", "station:e"]), readings),
)
def test_no_time_is_counted_twice(
    minutes: dict[str, Readings], totals: dict[str, Readings]
) -> None:
    """The day is at most what the sources say when each is taken for itself."""
    alone = sum(sum(of.values()) for of in minutes.values())
    alone += sum(of[max(of)] for of in totals.values() if of)
    plausible = {
        source: {minute: value for minute, value in of.items() if value <= STEPS.maximum}
        for source, of in minutes.items()
    }
    found = count(minutes, totals)
    assert sum(found.values()) <= alone
    assert found == count(plausible, totals)
    assert list(found) == sorted(found)


def total(*readings: tuple[int, int], source: str = "phone:test") -> dict[str, Any]:
    first = ms(local_morning(NOON.date()))
    return {
        "metric": "steps_day_total",
        "source": source,
        "times_ms": [first + MINUTE_MS * minute for minute, _ in readings],
        "values": [value for _, value in readings],
    }


async def test_a_phone_that_only_knows_its_day_so_far_earns_points(town: Town) -> None:
    await town.put_in_force()
    hanako = await town.resident()
    await town.upload(hanako, total((0, 1_500), (60, 3_900)))
    await town.settle()
    await town.upload(hanako, total((120, 4_100)))
    await town.settle()
    today = (await town.get("/v1/me/today", hanako)).json
    assert (today["steps"], today["points_today"]) == (4_100, 2)
    read = await town.call(
        "GET",
        "/v1/me/samples",
        params={
            "metric": "steps",
            "from": local_morning(NOON.date()).isoformat(),
            "to": NOON.isoformat(),
        },
        headers=hanako.headers,
    )
    assert read.json["values"] == [1_500, 2_400, 200]


async def test_an_implausible_value_is_kept_shown_and_counted_nowhere(town: Town) -> None:
    await town.put_in_force()
    hanako = await town.resident()
    await town.upload(hanako, steps([100, 5_000, 100]))
    await town.settle()
    today = (await town.get("/v1/me/today", hanako)).json
    assert (today["steps"], today["points_today"]) == (200, 0)
    shown = (await town.get("/v1/me/flagged-samples", hanako)).json
    assert shown["count"] == 1
    assert shown["items"] == [
        {
            "metric": "steps",
            "source": "phone:test",
            "time": "2026-11-17T21:01:00Z",
            "value": 5_000,
            "unit": "{steps}",
            "limit": "0 to 400 {steps}",
        }
    ]


async def test_an_implausible_value_that_is_corrected_is_shown_no_more(town: Town) -> None:
    hanako = await town.resident()
    await town.upload(hanako, steps([100, -3, 1e12]))
    assert (await town.get("/v1/me/flagged-samples", hanako)).json["count"] == 2
    await town.upload(hanako, steps([100, 90, None]))
    await town.settle()
    assert (await town.get("/v1/me/flagged-samples", hanako)).json["items"] == []
    assert (await town.get("/v1/me/today", hanako)).json["steps"] == 190


async def test_nobody_sees_another_residents_implausible_values(town: Town) -> None:
    hanako, taro = await town.residents(2)
    await town.upload(hanako, steps([5_000]))
    assert (await town.get("/v1/me/flagged-samples", taro)).json == {"count": 0, "items": []}
