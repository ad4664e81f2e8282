"""What says too much of a day is known for it by a look, and what is counted costs no more than it says."""

from datetime import UTC, date, datetime
from unittest.mock import patch

import numpy as np
import pytest

from tests.wellness_api.health.days.written_records import counted, every
from wellness_api.health.days import count_day, one_source, uncountable
from wellness_api.health.days.account import account_of
from wellness_api.health.days.counting import counted_day, local_day, measured_samples
from wellness_api.health.days.fates_of_amounts import amounts_sent
from wellness_api.health.days.fates_of_samples import samples_sent
from wellness_api.health.days.sent import Sent, TellingOfDay
from wellness_api.health.days.spans import Records
from wellness_api.health.days.summarise import StoredDay, TooMuchAtOnce, summarise_days
from wellness_api.health.days.uncountable import (
    SOURCES_OF_A_DAY_MAX,
    TooManySources,
    TooTangled,
)
from wellness_api.health.metrics.catalogue import METRIC_BY_CODE, STEPS
from wellness_api.health.metrics.metric import Metric
from wellness_api.health.samples.folding import StoredSegment
from wellness_api.health.samples.living import Living
from wellness_api.health.samples.merging import Layer

SECOND_MS, MINUTE_MS = 1_000, 60_000
A_DAY = date(2026, 11, 17)
OF_DAY = local_day(A_DAY, "UTC")
RECEIVED_AT = datetime(2026, 11, 18, tzinfo=UTC)
HEART_RATE = METRIC_BY_CODE["heart_rate"]


def tangled(records: int) -> Records:
    """Each crosses the next: three parts or so for each."""
    return every(records, SECOND_MS, start="08:00", length_ms=2 * SECOND_MS, amount=1)


def living(source: int, samples: int, *, length_ms: int = MINUTE_MS) -> Living:
    """A sample a minute from some milliseconds after midnight."""
    times = OF_DAY.span.start + source + np.arange(samples) * MINUTE_MS
    nothing = np.zeros(samples, np.int64)
    lengths = np.full(samples, length_ms, np.int32)
    return Living(times, lengths, np.full(samples, 50), nothing, nothing)


def of_sources(metric: Metric, sources: int, samples: int) -> dict[tuple[int, str], Living]:
    return {(metric.number, f"phone:p{of}"): living(of, samples) for of in range(sources)}


def stored(metric: str, *, day: date = A_DAY) -> StoredDay:
    """Ten records of ten minutes, one a minute."""
    times = np.arange(10, dtype=np.int32) * MINUTE_MS
    lengths = np.full(10, 10 * MINUTE_MS, np.int32)
    layer = Layer(1, 0, times, lengths, np.ones(10, np.int64))
    number = METRIC_BY_CODE[metric].number
    return StoredDay(day, "UTC", [StoredSegment(number, "phone:p", day, RECEIVED_AT, layer)])


def test_the_parts_of_all_sources_are_added_up_before_one_is_worked_out(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    parts = one_source.looked_at(tangled(100)).parts
    monkeypatch.setattr(uncountable, "PARTS_OF_A_DAY_MAX", 3 * parts)
    assert counted(*[tangled(100)] * 3).thousandths > 0
    with (
        patch.object(one_source, "_told", side_effect=AssertionError("it was begun")),
        pytest.raises(TooTangled) as raised,
    ):
        counted(*[tangled(100)] * 4)
    assert raised.value.parts == 4 * parts


def test_the_parts_of_all_metrics_of_a_day_are_added_up(monkeypatch: pytest.MonkeyPatch) -> None:
    steps, distance = stored("steps"), stored("distance_walked")
    both = steps._replace(segments=[*steps.segments, *distance.segments])
    look = summarise_days([steps])
    monkeypatch.setattr(uncountable, "PARTS_OF_A_DAY_MAX", 150)
    assert summarise_days([steps]) == look
    with (
        patch.object(one_source, "_told", side_effect=AssertionError("it was begun")),
        pytest.raises(TooTangled),
    ):
        summarise_days([both])


def test_several_days_are_looked_at_before_one_is_counted_and_one_alone_always_is() -> None:
    days = [stored("steps"), stored("steps", day=date(2026, 11, 18))]
    with (
        patch.object(one_source, "_told", side_effect=AssertionError("it was begun")),
        pytest.raises(TooMuchAtOnce),
    ):
        summarise_days(days, parts_max=150)
    one, two = (summarise_days([day], parts_max=1)[0] for day in days)
    assert summarise_days(days, parts_max=1_000) == [one, two]


@pytest.mark.parametrize("metric", [STEPS, HEART_RATE])
def test_more_sources_of_a_metric_than_anybody_has_are_not_counted(metric: Metric) -> None:
    count = counted_day if metric.daily == "sum" else measured_samples
    assert count(metric, OF_DAY, of_sources(metric, SOURCES_OF_A_DAY_MAX, 1), []) is not None
    with pytest.raises(TooManySources):
        count(metric, OF_DAY, of_sources(metric, SOURCES_OF_A_DAY_MAX + 1, 1), [])


def test_sources_that_say_nothing_of_the_day_are_not_among_them() -> None:
    elsewhere = {
        place: of._replace(times_ms=of.times_ms + 24 * 60 * MINUTE_MS)
        for place, of in of_sources(STEPS, SOURCES_OF_A_DAY_MAX, 1).items()
    }
    one = {(STEPS.number, "watch:w"): living(0, 1)}
    assert counted_day(STEPS, OF_DAY, elsewhere | one, []).thousandths == 50


def test_a_source_is_worked_out_once_to_be_weighed_and_to_be_counted() -> None:
    with patch.object(count_day, "taken_alone", side_effect=one_source.taken_alone) as taken_alone:
        counted_day(STEPS, OF_DAY, of_sources(STEPS, 5, 10), [])
    assert taken_alone.call_count == 5


def size(sent: list[Sent]) -> int:
    return sum(len(of.parts.rows) for of in sent)


@pytest.mark.parametrize("metric", [STEPS, HEART_RATE])
def test_what_became_of_records_grows_with_them_and_not_with_records_times_sources(
    metric: Metric,
) -> None:
    telling = amounts_sent if metric.daily == "sum" else samples_sent
    for sources in (4, 8, 16, 32, 64):
        told = TellingOfDay(of_sources(metric, sources, 20), None, {}, {})
        assert size(telling(metric, OF_DAY, told, [])) <= 3 * sources * 20


def test_a_record_in_the_time_of_all_sources_has_a_row_for_each() -> None:
    """A whole day's record beside minutes of others: the rows are what met, and each is there once."""
    minutes = [
        every(20, 64 * MINUTE_MS, start=f"00:{place:02}", length_ms=MINUTE_MS, amount=9)
        for place in range(30)
    ]
    whole = every(1, MINUTE_MS, start="00:00", length_ms=23 * 60 * MINUTE_MS, amount=9)
    account = account_of(counted(*minutes, whole))[-1]
    assert account.overlapped.sources.tolist() == list(range(30))
    assert account.overlapped.amounts.tolist() == [300] * 30
