"""Counters that start at midnight beside devices that count by the minute; and samples that cannot be true."""

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.town import NOON, Town, local_morning, ms, steps
from tests.wellness_api.health.samples.layers import Told, layer, layer_of_records
from wellness_api.health.days.counting import counted_day, local_day, measured_samples
from wellness_api.health.metrics.catalogue import METRIC_BY_CODE
from wellness_api.health.metrics.metric import Metric
from wellness_api.health.samples.living import Living, PlaceOfSegment, living_samples
from wellness_api.health.samples.local_days import utc_midnight_ms
from wellness_api.health.samples.segments import TOMBSTONE
from wellness_api.health.sources.orders import SourceOrder

DAY = date(2026, 11, 24)
MIDNIGHT_MS = utc_midnight_ms(DAY)
STEPS = METRIC_BY_CODE["steps"]
TOTAL = METRIC_BY_CODE["steps_day_total"]
HEART_RATE = METRIC_BY_CODE["heart_rate"]
MINUTE_MS = 60_000

Readings = dict[int, int]
"""Value by minute of the day."""


def living(metric: Metric, samples: Readings) -> Living:
    one = layer(
        1,
        {
            (minute * MINUTE_MS, metric.usual_length_ms): value * metric.parts_per_multiple
            if value != TOMBSTONE
            else TOMBSTONE
            for minute, value in samples.items()
        },
    )
    (only,) = living_samples({(metric.number, "phone:p"): {DAY: [one]}}, time_zone="UTC").values()
    return only


def count(
    minutes: dict[str, Readings],
    totals: dict[str, Readings],
    choices: tuple[SourceOrder, ...] = (),
) -> list[tuple[int, int, int]]:
    """What counts: from and until which minute of the day, and how much, where that is anything."""
    samples = {(STEPS.number, source): living(STEPS, of) for source, of in minutes.items()}
    samples |= {(TOTAL.number, source): living(TOTAL, of) for source, of in totals.items()}
    pieces = counted_day(STEPS, local_day(DAY, "UTC"), samples, choices).pieces
    columns = (pieces.starts - MIDNIGHT_MS) // MINUTE_MS, (pieces.ends - MIDNIGHT_MS) // MINUTE_MS
    return list(
        zip(
            *(column.tolist() for column in columns),
            (pieces.amounts // 1_000).tolist(),
            strict=True,
        )
    )


def steps_of(minutes: dict[str, Readings], totals: dict[str, Readings]) -> int:
    return sum(amount for _, _, amount in count(minutes, totals))


DAYS: dict[str, tuple[dict[str, Readings], dict[str, Readings], list[tuple[int, int, int]]]] = {
    "what lies between two readings was counted between them": (
        {},
        {"phone:p": {480: 1_000, 720: 3_500, 1_200: 5_321}},
        [(0, 480, 1_000), (480, 720, 2_500), (720, 1_200, 1_821)],
    ),
    "a lower reading takes back what was too much": (
        {},
        {"phone:p": {480: 1_000, 720: 3_500, 1_200: 2_900}},
        [(0, 480, 1_000), (480, 720, 1_900), (720, 1_200, 0)],
    ),
    "a reading taken back is as if it never was": (
        {},
        {"phone:p": {480: 1_000, 720: TOMBSTONE, 1_200: 2_900}},
        [(0, 480, 1_000), (480, 1_200, 1_900)],
    ),
    "an absurd reading is passed over": (
        {},
        {"phone:p": {480: 1_000, 720: 3_000_000, 1_200: 2_900}},
        [(0, 480, 1_000), (480, 1_200, 1_900)],
    ),
    "what a watch saw is taken from what a phone's counter says of that time": (
        {"watch:w": {500: 90, 501: 80}},
        {"phone:p": {480: 1_000, 720: 1_408}},
        [(0, 480, 1_000), (480, 500, 20), (500, 501, 90), (501, 502, 80), (502, 720, 218)],
    ),
    "a watch that saw nothing in the time is made up for": (
        {"watch:w": {1_300: 90}},
        {"phone:p": {480: 1_000, 720: 1_400}},
        [(0, 480, 1_000), (480, 720, 400), (1_300, 1_301, 90)],
    ),
    "of a source that sends both the minutes tell when the counter's were": (
        {"phone:p": {470: 90}},
        {"phone:p": {480: 90}},
        [(0, 470, 0), (470, 471, 90), (471, 480, 0)],
    ),
    "a counter of a watch counts before a phone's minutes": (
        {"phone:p": {500: 90, 700: 70}},
        {"watch:w": {600: 500}},
        [(0, 600, 500), (700, 701, 70)],
    ),
    "a counter that stood still says that nobody walked": (
        {"station:s": {500: 90}},
        {"phone:p": {480: 0, 600: 0}},
        [(0, 480, 0), (480, 600, 0)],
    ),
}


@pytest.mark.parametrize(("minutes", "totals", "expected"), DAYS.values(), ids=DAYS.keys())
def test_readings_of_a_counter(
    minutes: dict[str, Readings],
    totals: dict[str, Readings],
    expected: list[tuple[int, int, int]],
) -> None:
    assert count(minutes, totals) == expected


def test_a_residents_choice_of_sources_holds_for_counters_too() -> None:
    minutes, totals = {"watch:w": {500: 90}}, {"phone:p": {600: 40}}
    chosen = SourceOrder(STEPS.number, DAY, ["phone:p", "watch:w"])
    assert sum(amount for *_, amount in count(minutes, totals)) == 90
    assert count(minutes, totals, (chosen,)) == [(0, 600, 40)]


readings = st.dictionaries(st.integers(0, 1_439), st.integers(0, 20_000), max_size=8)


@settings(deadline=None)
@given(readings)
def test_a_counter_alone_makes_a_day_of_its_last_reading_that_can_be(of: Readings) -> None:
    """A minute after midnight nobody has walked 20,000 steps."""
    can_be = [
        value for minute, value in sorted(of.items()) if value <= STEPS.maximum * max(minute, 1)
    ]
    assert steps_of({}, {"phone:p": of}) == (can_be[-1] if can_be else 0)


@settings(deadline=None)
@given(
    st.dictionaries(st.sampled_from(["watch:a", "phone:b"]), readings),
    st.dictionaries(st.sampled_from(["watch:c", "phone:d", "station:e"]), readings),
)
def test_no_time_is_counted_twice(
    minutes: dict[str, Readings], totals: dict[str, Readings]
) -> None:
    """The day is at most what the sources say when each is taken for itself."""
    alone = sum(value for of in minutes.values() for value in of.values() if value <= STEPS.maximum)
    alone += sum(max(of.values()) for of in totals.values() if of)
    counted = count(minutes, totals)
    assert sum(amount for *_, amount in counted) <= alone
    assert [start for start, *_ in counted] == sorted(start for start, *_ in counted)


def measured(*sources: tuple[str, list[Told] | dict[int, int]]) -> dict[int, int]:
    """What counts of heart rates by second of the day; of records or of samples that none has."""
    samples: dict[PlaceOfSegment, Living] = {}
    for source, told in sources:
        one = (
            layer(1, {(second * 1_000, 0): value for second, value in told.items()})
            if isinstance(told, dict)
            else layer_of_records(1, [record._replace(time=record.time * 1_000) for record in told])
        )
        place = HEART_RATE.number, source
        samples |= living_samples({place: {DAY: [one]}}, time_zone="UTC")
    samples_that_count = measured_samples(HEART_RATE, local_day(DAY, "UTC"), samples, ())
    seconds = ((samples_that_count.times_ms - MIDNIGHT_MS) // 1_000).tolist()
    assert seconds == sorted(set(seconds))
    return dict(zip(seconds, samples_that_count.values.tolist(), strict=True))


def test_of_a_minute_the_best_source_that_can_be_true_is_measured() -> None:
    watch = {59: 60, 120: 60, 180: 900}
    phone = {0: 90, 60: 90, 119: 91, 179: 90, 190: 70}
    assert measured(("phone:p", phone), ("watch:w", watch)) == {
        59: 60,
        60: 90,
        119: 91,
        120: 60,
        190: 70,
    }


def test_what_lies_outside_of_the_day_is_not_measured_in_it() -> None:
    assert measured(("watch:w", {-1: 50, 0: 60, 86_399: 70, 86_400: 80})) == {0: 60, 86_399: 70}
    assert measured(("watch:w", {-1: 50})) == {}


def test_of_one_moment_of_a_source_what_was_changed_last_is_measured() -> None:
    """An edit may come under an id of its own."""
    edited = [Told(60, 0, 7, 61, changed=5), Told(60, 0, 8, 62, changed=4)]
    assert measured(("watch:w", edited)) == {60: 61}
    alike = [told._replace(changed=5) for told in edited]
    assert measured(("watch:w", alike)) == {60: 62}
    assert measured(("watch:w", list(reversed(alike)))) == {60: 62}


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
            "from": (local_morning(NOON.date()) - timedelta(hours=6)).isoformat(),
            "to": NOON.isoformat(),
        },
        headers=hanako.headers,
    )
    assert read.json["values"] == [1_500, 2_400, 200], "since midnight, and between readings"


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
            "limit": "0 to 400 {steps} in a minute",
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
