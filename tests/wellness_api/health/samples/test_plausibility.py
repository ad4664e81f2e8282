"""What cannot be true of a sample, of its minute, or of its day counts nowhere, and is said."""

from collections import defaultdict
from datetime import timedelta
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from device_bridge.wire import LENGTH_MS_MAX
from tests.town import NOON, Town, local_morning, ms, steps
from tests.wellness_api.health.samples.layers import Span, layer
from wellness_api.health.days.plausible_spans import most_of, plausible_records
from wellness_api.health.days.spans import Records
from wellness_api.health.days.summarise import StoredDay, summarise_days
from wellness_api.health.metrics.catalogue import METRIC_BY_CODE, METRICS, STEPS
from wellness_api.health.metrics.metric import Metric
from wellness_api.health.samples.folding import StoredSegment
from wellness_api.health.samples.plausibility import FLAWS, MULTIPLE_MAX, flaws_of, in_parts
from wellness_api.health.samples.segments import TOMBSTONE

SUMMED = [metric for metric in METRICS if metric.daily == "sum"]
SLEEP = METRIC_BY_CODE["sleep_minutes"]
ALMOST_A_MULTIPLE = 999
"""In thousandths: so much more may come of rounding up."""

MINUTE_MS = 60_000
MOST = MULTIPLE_MAX * STEPS.parts_per_multiple
EDGES = (TOMBSTONE, -MOST, -1, 0, 1, MOST - 1, MOST)

Samples = dict[Span, int]
"""Values in parts, by milliseconds of the day and length."""


def flaws(samples: Samples, metric: Metric) -> dict[Span, str | None]:
    one = layer(1, samples)
    assert one.lengths is not None
    places = flaws_of(one.times, one.lengths, one.values, metric)
    names = [None, *FLAWS]
    return {span: names[flaw] for span, flaw in zip(sorted(samples), places.tolist(), strict=True)}


def flaws_of_minutes(multiples: dict[int, int], metric: Metric) -> set[str | None]:
    """Of samples of the usual length by time, in multiples of the resolution."""
    return set(
        flaws(
            {
                (time, metric.usual_length_ms): value * metric.parts_per_multiple
                for time, value in multiples.items()
            },
            metric,
        ).values()
    )


def plainly(samples: Samples, metric: Metric) -> dict[Span, str | None]:
    """The same, minute by minute, in fractions."""
    low, high = (round(end * metric.parts_per_unit) for end in (metric.minimum, metric.maximum))
    said: dict[Span, str | None] = {}
    minutes: defaultdict[int, list[Span]] = defaultdict(list)
    for (time, length), value in samples.items():
        most = Fraction(high)
        if metric.daily == "sum":
            most = high * max(Fraction(length, MINUTE_MS), Fraction(1)) + ALMOST_A_MULTIPLE
        plausible = value == TOMBSTONE or low <= value <= most
        said[time, length] = None if plausible else "sample"
        if plausible and value != TOMBSTONE and length <= MINUTE_MS:
            minutes[time // MINUTE_MS].append((time, length))
    if metric.day_maximum is None:
        return said
    for spans in minutes.values():
        pieces = max(1, sum(samples[span] > 0 for span in spans))
        if sum(samples[span] for span in spans) >= high + min(pieces, 60) * 1_000:
            said |= dict.fromkeys(spans, "minute")
    left = [span for span, value in samples.items() if value != TOMBSTONE and said[span] is None]
    of_day = round(metric.day_maximum * metric.parts_per_unit)
    if sum(samples[span] for span in left) > of_day + ALMOST_A_MULTIPLE:
        said |= dict.fromkeys(left, "day")
    return said


@settings(deadline=None, max_examples=300)
@given(
    st.sampled_from(METRICS),
    st.dictionaries(
        st.tuples(
            st.integers(-10, 10).map(lambda step: step * 20_000),
            st.sampled_from([0, 1_000, 60_000, 61_000, 3_600_000, LENGTH_MS_MAX]),
        ),
        st.sampled_from(EDGES) | st.integers(0, 600) | st.integers(0, 500_000),
    ),
)
def test_what_cannot_be_true_is_what_a_plain_loop_says(metric: Metric, samples: Samples) -> None:
    assert flaws(samples, metric) == plainly(samples, metric)


@settings(deadline=None, max_examples=200)
@given(
    st.sampled_from(SUMMED),
    st.tuples(st.integers(0, 10_000_000), st.integers(0, LENGTH_MS_MAX)),
    st.integers(0, 3) | st.integers(-3, 3).map(lambda near: near * 500),
)
def test_a_single_record_is_flagged_just_when_it_does_not_count(
    metric: Metric, span: Span, near: int
) -> None:
    time, length = span
    high = round(metric.maximum * metric.parts_per_unit)
    value = high * max(length, MINUTE_MS) // MINUTE_MS + near
    record = Records(*(np.array([of], np.int64) for of in (time, time + length, value, 0, 0)))
    counts = plausible_records(record, most_of(metric)).item()
    assert (flaws({span: value}, metric)[span] == "sample") == (not counts)


@pytest.mark.parametrize("metric", SUMMED, ids=[metric.code for metric in SUMMED])
def test_a_day_of_the_most_that_a_minute_can_have_is_too_much_or_all_of_it(metric: Metric) -> None:
    assert metric.day_maximum is not None
    most = round(metric.maximum * metric.per_unit)
    day = dict.fromkeys(range(0, 1440 * MINUTE_MS, MINUTE_MS), most)
    whole = 1440 * most > round(metric.day_maximum * metric.per_unit)
    assert flaws_of_minutes(day, metric) == {"day" if whole else None}
    assert whole == (metric.unit != "min"), "every minute may be slept; not every minute run"


def test_rounded_shares_that_meet_in_a_minute_are_no_more_than_it() -> None:
    assert flaws_of_minutes({0: 4, 21_000: 7}, SLEEP) == {None}
    assert flaws_of_minutes({0: 5, 21_000: 7}, SLEEP) == {"minute"}


def test_crumbs_do_not_add_up_to_a_minute_that_nobody_walks() -> None:
    tenths = {(tenth * 100, 100): 2_000 for tenth in range(600)}
    assert set(flaws(tenths, STEPS).values()) == {"minute"}, "1,200 steps"


def test_an_hour_may_hold_what_sixty_minutes_may() -> None:
    hour = 60 * MINUTE_MS
    assert flaws({(0, hour): 24_000_000}, STEPS) == {(0, hour): None}
    assert flaws({(0, hour): 24_001_000}, STEPS) == {(0, hour): "sample"}
    assert flaws({(0, 1_000): 400_000}, STEPS) == {(0, 1_000): None}, "counted at its end"
    assert flaws({(0, 1_000): 401_000}, STEPS) == {(0, 1_000): "sample"}


@pytest.mark.parametrize("seconds", [61, 421, 25_261])
def test_a_night_that_is_no_whole_number_of_minutes_is_as_long_as_it_was(seconds: int) -> None:
    """A third of a thousandth is rounded up with it, which is no more sleep than there was time for."""
    (parts,) = in_parts(np.array([seconds / 60]), SLEEP).tolist()
    assert set(flaws({(0, seconds * 1_000): parts}, SLEEP).values()) == {None}


@pytest.mark.parametrize("value", [-MULTIPLE_MAX, -1, 0, 1, MULTIPLE_MAX - 1, MULTIPLE_MAX])
@pytest.mark.parametrize("code", ["steps", "active_energy", "heart_rate", "body_weight"])
def test_a_day_of_every_second_at_the_edges_of_what_is_kept_has_a_figure_or_none(
    code: str, value: int
) -> None:
    """86,400 times the greatest value is beyond what is plausible, and not beyond 64 bits."""
    metric = METRIC_BY_CODE[code]
    length_ms = min(metric.usual_length_ms, 1_000)
    parts = value * metric.parts_per_multiple
    every_second = {(second * 1_000, length_ms): parts for second in range(86_400)}
    segment = StoredSegment(metric.number, "watch:w", NOON.date(), NOON, layer(1, every_second))
    (of_day,) = summarise_days([StoredDay(NOON.date(), "UTC", [segment])])
    figure = of_day.get(metric.number)
    plausible = metric.minimum <= value / metric.per_unit <= metric.maximum
    assert (figure is not None) == plausible
    if figure is not None:
        expected = 86_400 * value if metric.daily == "sum" else value
        assert figure.value == expected / metric.per_unit


def seconds(count: int, value: int, *, source: str = "phone:test") -> dict[str, Any]:
    first = ms(local_morning(NOON.date()))
    return {
        "metric": "steps",
        "source": source,
        "times_ms": [first + 1_000 * second for second in range(count)],
        "values": [value] * count,
        "lengths_ms": 1_000,
    }


async def test_400_steps_in_each_second_are_flagged_and_count_nowhere(town: Town) -> None:
    await town.put_in_force()
    hanako = await town.resident()
    receipt = (await town.upload(hanako, seconds(180, 400))).json
    assert (receipt["accepted"], receipt["flagged"]) == (180, 180)
    assert receipt["batches"][0]["flags"][0]["limit"] == "at most 400 {steps} in a minute"
    await town.upload(hanako, steps([90], source="station:s"))
    await town.settle()
    today = (await town.get("/v1/me/today", hanako)).json
    assert (today["steps"], today["points_today"]) == (90, 0), "the next source's minute counts"
    shown = (await town.get("/v1/me/flagged-samples", hanako)).json
    assert shown["count"] == 180
    assert {item["limit"] for item in shown["items"]} == {"at most 400 {steps} in a minute"}


async def test_a_day_that_nobody_walks_is_flagged_as_a_whole_once_it_is_too_much(
    town: Town,
) -> None:
    """Sent in parts, of which each could be true."""
    hanako = await town.resident()
    start = NOON - timedelta(days=1, hours=12)
    flagged = [
        (
            await town.upload(
                hanako, steps([390] * 200, start=start + timedelta(minutes=200 * part))
            )
        ).json
        for part in range(2)
    ]
    assert [receipt["flagged"] for receipt in flagged] == [0, 0], "a part alone could be true"
    shown = (await town.get("/v1/me/flagged-samples", hanako)).json
    assert (shown["count"], shown["items"][0]["limit"]) == (400, "at most 100000 {steps} in a day")
    await town.upload(hanako, steps([None] * 200, start=start))
    assert (await town.get("/v1/me/flagged-samples", hanako)).json["count"] == 0
