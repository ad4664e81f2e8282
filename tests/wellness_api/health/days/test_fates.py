"""What became of all that was sent: the reasons add up to it, and what counted is the day, whatever was sent in whatever order."""

from collections.abc import Sequence
from unittest.mock import patch

import numpy as np
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tests.wellness_api.health.days.any_history import (
    HOUR_MS,
    MIDNIGHT_MS,
    Event,
    histories,
    living,
    of_weights,
)
from tests.wellness_api.health.days.history_store import DAYS, WEIGHT, ZONE, HistoryStore
from tests.wellness_api.health.days.plain_count import part, plain_count
from tests.wellness_api.health.days.test_any_history import MOVED_AND_THEN_LONGER
from wellness_api.health.days.counting import MOST, LocalDay, local_day, measured_samples
from wellness_api.health.days.fates_of_amounts import amounts_sent
from wellness_api.health.days.fates_of_samples import samples_sent
from wellness_api.health.days.joined_spans import joined_spans
from wellness_api.health.days.sent import Fate, Parts, Sent, TellingOfDay, What, added_parts
from wellness_api.health.days.spans import Int64Array
from wellness_api.health.metrics.catalogue import METRIC_BY_CODE, STEPS
from wellness_api.health.samples.gone import gone_samples
from wellness_api.health.samples.living import Living, by_place, living_samples

BEGINS = (MIDNIGHT_MS, MIDNIGHT_MS + 24 * HOUR_MS)


def parts_of(dense: Int64Array) -> Parts:
    """Parts from a row for each row and a column for each fate."""
    rows, fates = np.indices(dense.shape).reshape(2, -1)
    return added_parts(rows, fates, dense.ravel())


def dense(parts: Parts, rows: int, fates: int) -> Int64Array:
    """And back."""
    found = np.zeros((rows, fates), np.int64)
    found[parts.rows, parts.fates] = parts.amounts
    return found


def by_row(of: Sent) -> list[int]:
    """What each row comes to."""
    in_all: list[int] = dense(of.parts, len(of.starts), len(of.fates)).sum(axis=1).tolist()
    return in_all


def told_by(events: Sequence[Event]) -> TellingOfDay:
    """All that the store tells after the events."""
    store = HistoryStore()
    with patch("wellness_api.health.samples.folding.SEGMENTS_FOLDED_MIN", 2):
        for place, event in enumerate(events):
            store.take(event, place)
    layers = by_place(
        (metric, source, day, layer)
        for (day, metric, source), of_part in store.layers.items()
        for layer in of_part
    )
    gone = gone_samples(layers, store.corrections, time_zone=ZONE)
    return TellingOfDay(
        living_samples(layers, store.corrections, time_zone=ZONE),
        None,
        gone.by_hand,
        gone.by_sender,
    )


def amount_of(sent: Sequence[Sent], *whats: What) -> int:
    return sum(amount for of in sent for fate, amount in of.in_all.items() if fate.what in whats)


def by_source(sent: Sequence[Sent], what: What) -> dict[str, int]:
    return {
        sent_of_source.source: amount
        for sent_of_source in sent
        if (amount := amount_of([sent_of_source], what))
    }


@settings(max_examples=300, deadline=None)
@given(histories())
@example(MOVED_AND_THEN_LONGER)
def test_the_reasons_add_up_to_what_was_sent_and_what_counted_is_the_day(
    events: Sequence[Event],
) -> None:
    told, said, most = told_by(events), living(events), MOST[STEPS.number]
    for day, begin in zip(DAYS, BEGINS, strict=True):
        span = begin, begin + 24 * HOUR_MS
        sent = amounts_sent(STEPS, local_day(day, ZONE), told, [])
        for source, records in said.items():
            in_all = sum(
                part(one.amount, one.start, end, max(one.start, begin), min(end, span[1]))
                for one in records
                if one.start < span[1] and (end := max(one.end, one.start + 1)) > begin
            )
            of_source = [of for of in sent if of.source == source]
            assert sum(of.amount for of in of_source) == in_all + amount_of(of_source, "deleted")
        sources = ["watch:w", "phone:a"]
        counted: dict[str, int] = {}
        for *_, amount, place in plain_count(
            [said[source] for source in sources], (most.of_minute, most.of_day), span
        ):
            counted[sources[place]] = counted.get(sources[place], 0) + amount
        assert by_source(sent, "counted") == {
            of: amount for of, amount in counted.items() if amount
        }


@settings(max_examples=200, deadline=None)
@given(histories(), st.integers(0, 12))
def test_whatever_came_late_counts_all_the_same(events: Sequence[Event], in_time: int) -> None:
    told = told_by(events)
    with_late = told._replace(in_time=told_by(events[:in_time]).living)
    for day in DAYS:
        local = local_day(day, ZONE)
        sent, sent_late = (amounts_sent(STEPS, local, telling, []) for telling in (told, with_late))
        assert amount_of(sent_late, "counted", "late") == amount_of(sent, "counted")
        for of, late in zip(sent, sent_late, strict=True):
            assert by_row(of) == by_row(late)
        if in_time >= len(events):
            assert amount_of(sent_late, "late") == 0


@settings(max_examples=200, deadline=None)
@given(histories())
def test_of_what_is_measured_every_sample_has_one_fate(events: Sequence[Event]) -> None:
    told = told_by(of_weights(events))
    for day in DAYS:
        local = local_day(day, ZONE)
        sent = samples_sent(WEIGHT, local, told, [])
        for of in sent:
            assert by_row(of) == [1] * len(of.starts)
        counted = measured_samples(WEIGHT, local, told.living, [])
        assert amount_of(sent, "counted") == len(counted.values)
        assert sum(len(of.starts) for of in sent) - amount_of(sent, "deleted") == sum(
            _inside(of, local) for of in told.living.values()
        )


def _inside(of: Living, day: LocalDay) -> int:
    return int(((of.times_ms >= day.span.start) & (of.times_ms < day.span.end)).sum())


rows = st.lists(
    st.tuples(st.integers(0, 86_000), st.integers(0, 7_200), st.integers(0, 2), st.integers(0, 99)),
    max_size=200,
)


@settings(max_examples=300, deadline=None)
@given(rows, st.integers(1, 12))
def test_joined_spans_are_as_few_as_asked_and_lose_nothing(
    told: list[tuple[int, int, int, int]], at_most: int
) -> None:
    starts, lengths, fates, amounts = np.array(told, np.int64).reshape(-1, 4).T
    parts = np.zeros((len(told), 3), np.int64)
    parts[np.arange(len(told)), fates] = amounts
    ends = (starts + lengths) * 1_000
    sent = Sent(
        "phone:a",
        starts * 1_000,
        ends,
        [Fate("counted"), Fate("superseded"), Fate("in_detail")],
        parts_of(parts),
    )
    spans = joined_spans(sent, at_most=at_most)
    assert len(spans.starts) <= at_most
    assert spans.counts.sum() == len(told)
    assert dense(spans.parts, at_most, 3).sum(axis=0).tolist() == parts.sum(axis=0).tolist()
    assert (spans.starts[1:] >= spans.starts[:-1]).all()
    for start, end in zip((starts * 1_000).tolist(), ends.tolist(), strict=True):
        assert ((spans.starts <= start) & (spans.ends >= end)).any()


def minutes(first: int, *fates: int) -> Sent:
    """A minute after the other from a minute of the day, of which 0, counted or superseded became."""
    starts = (first + np.arange(len(fates))) * 60_000
    parts = np.zeros((len(fates), 2), np.int64)
    for place, fate in enumerate(fates):
        if fate:
            parts[place, fate - 1] = 10
    return Sent(
        "phone:a", starts, starts + 60_000, [Fate("counted"), Fate("superseded")], parts_of(parts)
    )


def test_neighbours_of_one_fate_are_one_span_and_others_are_told_apart() -> None:
    spans = joined_spans(minutes(0, 1, 1, 1, 2, 2, 0, 0, 1))
    assert (spans.starts // 60_000).tolist() == [0, 3, 5, 7]
    assert spans.counts.tolist() == [3, 2, 2, 1]
    assert dense(spans.parts, 4, 2).tolist() == [[30, 0], [0, 20], [0, 0], [10, 0]]


def test_where_spans_are_too_many_short_gaps_and_minutes_of_nothing_go_first() -> None:
    walks = minutes(0, 1, 0, 1, 1, 0, 1).and_these(minutes(600, 1))
    spans = joined_spans(walks._replace(fates=walks.fates), at_most=3)
    assert (spans.starts // 60_000).tolist() == [0, 600]
    assert (spans.ends // 60_000).tolist() == [6, 601]


def _living(*rows: tuple[int, int, int]) -> Living:
    """Minute of the day, minutes and steps."""
    starts, lengths, amounts = np.array(rows, np.int64).reshape(-1, 3).T
    nothing = np.zeros(len(starts), np.int64)
    return Living(
        MIDNIGHT_MS + starts * 60_000,
        (lengths * 60_000).astype(np.int32),
        amounts * 1_000,
        nothing,
        nothing,
    )


def told(living_of: dict[str, Living], in_time: dict[str, Living] | None = None) -> TellingOfDay:
    number = STEPS.number
    return TellingOfDay(
        {(number, source): of for source, of in living_of.items()},
        None if in_time is None else {(number, source): of for source, of in in_time.items()},
        {},
        {},
    )


DAY = local_day(DAYS[0], ZONE)


def test_what_came_too_late_is_told_apart_from_what_counted() -> None:
    phone = _living((480, 10, 300), (600, 10, 200))
    sent = amounts_sent(
        STEPS, DAY, told({"phone:a": phone}, {"phone:a": _living((480, 10, 300))}), []
    )
    assert by_source(sent, "counted") == {"phone:a": 300_000}
    assert by_source(sent, "late") == {"phone:a": 200_000}


def test_a_day_of_which_all_came_too_late_is_late_as_a_whole() -> None:
    (sent,) = amounts_sent(STEPS, DAY, told({"phone:a": _living((480, 10, 300))}, {}), [])
    assert sent.in_all == {Fate("late"): 300_000}


def test_what_cannot_be_true_says_as_what() -> None:
    sent = amounts_sent(
        STEPS,
        DAY,
        told(
            {
                "phone:a": _living((480, 10, 9_000), (600, 1, 300)),
                "watch:crowded": _living((480, 1, 200), (480, 2, 700)),
                "phone:b": _living(*((place, 60, 23_000) for place in range(0, 300, 60))),
            }
        ),
        [],
    )
    flaws = {
        (of.source, fate.flaw): amount
        for of in sent
        for fate, amount in of.in_all.items()
        if fate.what == "implausible"
    }
    assert flaws == {
        ("phone:a", "sample"): 9_000_000,
        ("phone:b", "day"): 115_000_000,
        (
            "watch:crowded",
            "minute",
        ): 500_000,
    }


def test_of_a_day_that_cannot_be_counted_all_is_uncounted_and_still_adds_up() -> None:
    phone = _living((480, 10, 300), (485, 10, 200), (487, 10, 100))
    (sent,) = amounts_sent(STEPS, DAY, told({"phone:a": phone}), [], is_countable=False)
    assert sent.in_all == {Fate("uncounted"): 600_000}
    telling = TellingOfDay({(WEIGHT.number, "phone:a"): phone}, None, {}, {})
    (measured,) = samples_sent(WEIGHT, DAY, telling, [], is_countable=False)
    assert measured.in_all == {Fate("uncounted"): 3}


def test_a_visit_that_is_said_again_is_a_repetition() -> None:
    metric = METRIC_BY_CODE["class_attended"]
    nothing = np.zeros(3, np.int64)
    times = MIDNIGHT_MS + np.array([0, 600, 620]) * 60_000
    of_hall = Living(times, nothing.astype(np.int32), np.ones(3, np.int64), nothing, nothing)
    telling = TellingOfDay({(metric.number, "station:hall"): of_hall}, None, {}, {})
    (sent,) = samples_sent(metric, DAY, telling, [])
    assert sent.in_all == {Fate("counted"): 1, Fate("repeated"): 2}
