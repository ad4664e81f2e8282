"""What cannot be true of a sample, of its minute, or of its day counts nowhere, and is said."""

from collections import defaultdict
from datetime import timedelta
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.town import NOON, Town, local_morning, ms, steps
from wellness_api.health.days.summarise import SegmentsOfDay, summarise_days
from wellness_api.health.metrics.catalogue import METRIC_BY_CODE, METRICS
from wellness_api.health.metrics.metric import Metric
from wellness_api.health.samples.folding import StoredSegment
from wellness_api.health.samples.merging import Layer
from wellness_api.health.samples.plausibility import FLAWS, GREATEST, LEAST, counted, flaws_of
from wellness_api.health.samples.segments import TOMBSTONE

SUMMED = [metric for metric in METRICS if metric.daily == "sum"]
STEPS = METRIC_BY_CODE["steps"]
MINUTE_MS = 60_000
EDGES = (TOMBSTONE, LEAST, -1, 0, 1, GREATEST - 1, GREATEST)


def flaws(samples: dict[int, int], metric: Metric) -> dict[int, str | None]:
    """By time in milliseconds of the day."""
    times = sorted(samples)
    found = flaws_of(
        np.array(times, np.int32), np.array([samples[time] for time in times], np.int32), metric
    )
    names = [None, *FLAWS]
    return {time: names[flaw] for time, flaw in zip(times, found.tolist(), strict=True)}


def plainly(samples: dict[int, int], metric: Metric) -> dict[int, str | None]:
    """The same, minute by minute."""
    low, high = (round(end * metric.per_unit) for end in (metric.minimum, metric.maximum))
    said: dict[int, str | None] = {}
    minutes: defaultdict[int, list[int]] = defaultdict(list)
    for time, value in samples.items():
        said[time] = None if value == TOMBSTONE or low <= value <= high else "sample"
        if value != TOMBSTONE and said[time] is None and metric.day_maximum is not None:
            minutes[time // MINUTE_MS].append(time)
    of_day = 0
    for times in minutes.values():
        of_minute = sum(samples[time] for time in times)
        if of_minute > high + len(times) - 1:
            said |= dict.fromkeys(times, "minute")
        else:
            of_day += of_minute
    if metric.day_maximum is not None and of_day > round(metric.day_maximum * metric.per_unit):
        for times in minutes.values():
            said |= {time: "day" for time in times if said[time] is None}
    return said


@given(
    st.sampled_from(METRICS),
    st.dictionaries(
        st.integers(-10, 10).map(lambda step: step * 20_000),
        st.sampled_from(EDGES) | st.integers(0, 500),
    ),
)
def test_what_cannot_be_true_is_what_a_plain_loop_says(
    metric: Metric, samples: dict[int, int]
) -> None:
    expected = plainly(samples, metric)
    assert flaws(samples, metric) == expected
    times = np.array(sorted(samples), np.int32)
    values = np.array([samples[time] for time in sorted(samples)], np.int32)
    left, _ = counted(times, values, metric)
    assert left.tolist() == [
        time for time in sorted(samples) if samples[time] != TOMBSTONE and expected[time] is None
    ]


@pytest.mark.parametrize("metric", SUMMED, ids=[metric.code for metric in SUMMED])
def test_a_day_of_the_most_that_a_minute_can_have_is_too_much_or_all_of_it(metric: Metric) -> None:
    assert metric.day_maximum is not None
    most = round(metric.maximum * metric.per_unit)
    day = dict.fromkeys(range(0, 1440 * MINUTE_MS, MINUTE_MS), most)
    whole = 1440 * most > round(metric.day_maximum * metric.per_unit)
    assert set(flaws(day, metric).values()) == {"day" if whole else None}
    assert whole == (metric.unit != "min"), "every minute may be slept; not every minute run"


def test_rounded_shares_that_meet_in_a_minute_are_no_more_than_it() -> None:
    sleep = METRIC_BY_CODE["sleep_minutes"]
    assert set(flaws({0: 4, 21_000: 7}, sleep).values()) == {None}
    assert set(flaws({0: 5, 21_000: 7}, sleep).values()) == {"minute"}


@pytest.mark.parametrize("value", EDGES)
@pytest.mark.parametrize("code", ["steps", "active_energy", "heart_rate", "body_weight"])
def test_a_day_of_every_second_at_the_edges_of_32_bits_has_a_figure_or_none(
    code: str, value: int
) -> None:
    """86,400 times the greatest value is beyond 32 bits, and beyond what is plausible."""
    metric = METRIC_BY_CODE[code]
    times = np.arange(86_400, dtype=np.int32) * 1_000
    segment = StoredSegment(
        metric.number, "watch:w", NOON, Layer(1, 0, times, np.full(86_400, value, np.int32))
    )
    ((found,),) = [day.values() for day in summarise_days([SegmentsOfDay(NOON.date(), [segment])])]
    plausible = metric.minimum <= value / metric.per_unit <= metric.maximum
    if plausible and metric.daily == "sum" and value * 60 > metric.maximum * metric.per_unit + 59:
        plausible = False
    assert (found is not None) == plausible
    if found is not None:
        expected = 86_400 * value if metric.daily == "sum" else value
        assert found.value == expected / metric.per_unit


def seconds(count: int, value: int, *, source: str = "phone:test") -> dict[str, Any]:
    first = ms(local_morning(NOON.date()))
    return {
        "metric": "steps",
        "source": source,
        "times_ms": [first + 1_000 * second for second in range(count)],
        "values": [value] * count,
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
    assert {each["limit"] for each in shown["items"]} == {"at most 400 {steps} in a minute"}


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
