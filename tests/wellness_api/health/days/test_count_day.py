"""What holds of every day, whatever was sent; and that the count is the plain loop's of plain_count.py to the last digit."""

from itertools import pairwise

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.wellness_api.health.days.plain_count import Said, plain_count
from tests.wellness_api.health.days.written_records import DAY, MIDNIGHT_MS, records_of
from wellness_api.health.days.account import account_of
from wellness_api.health.days.count_day import CountedDay, count_day
from wellness_api.health.days.one_source import looked_at, taken_alone
from wellness_api.health.days.plausible_spans import Most
from wellness_api.health.days.spans import THOUSANDTHS, Span, amount_between

MINUTE_MS = 60_000
STEPS = Most(400_000, 100_000_000)
ANYTHING = Most(2**31 * THOUSANDTHS, 2**40 * THOUSANDTHS)
"""So much that whatever is said can be true."""

Sources = list[list[Said]]


class Asked:
    """A day of some sources' records, on a grid so coarse that they meet, cross and repeat each other."""

    def __init__(self, sources: Sources, most: Most, day: Span) -> None:
        self.sources, self.most, self.day = sources, most, day

    def __repr__(self) -> str:
        return f"Asked({self.sources}, {self.most}, {self.day})"


def count(sources: Sources, most: Most, day: Span = DAY) -> CountedDay:
    return count_day([records_of(list(of_source)) for of_source in sources], most, day)


def pieces(day: CountedDay) -> list[tuple[int, ...]]:
    columns = (day.pieces.starts, day.pieces.ends, day.pieces.amounts, day.sources)
    return list(zip(*(column.tolist() for column in columns), strict=True))


@st.composite
def days(draw: st.DrawFn, *, sources_max: int = 3, records_max: int = 9) -> Asked:
    grid = draw(st.sampled_from([1, 7, 1_000, 20_000, MINUTE_MS]))
    cells = draw(st.sampled_from([10, 40]))
    most = draw(st.sampled_from([STEPS, Most(3_000, 1_000_000), Most(1_000_000, 1_500_000)]))
    start = draw(st.sampled_from([MIDNIGHT_MS, MIDNIGHT_MS + 12_345]))

    @st.composite
    def records(draw: st.DrawFn) -> Said:
        first = draw(st.integers(-3, cells))
        length = draw(st.integers(0, 3) | st.integers(0, cells))
        begin, end = start + grid * first, start + grid * (first + length)
        most_of_it = most.of_minute * max(end - begin, MINUTE_MS) // MINUTE_MS
        amount = draw(
            st.just(0)
            | st.integers(0, 10)
            | st.integers(0, most_of_it)
            | st.integers(most_of_it - 1, most_of_it + 1_500)
            | st.integers(-1, 2**31 * THOUSANDTHS)
        )
        changed = draw(st.just(end) | st.integers(0, 5))
        return Said(begin, end, amount, changed, draw(st.integers(0, 2)))

    of_source = st.lists(records(), max_size=records_max)
    sources = draw(st.lists(of_source, min_size=1, max_size=sources_max))
    return Asked(sources, most, Span(start, start + grid * cells))


@settings(deadline=None, max_examples=400)
@given(days())
def test_the_count_is_the_plain_loops(asked: Asked) -> None:
    counted = count(asked.sources, asked.most, asked.day)
    assert pieces(counted) == plain_count(asked.sources, asked.most, asked.day)


@settings(deadline=None)
@given(days(), st.data())
def test_it_does_not_matter_in_which_order_records_came(asked: Asked, data: st.DataObject) -> None:
    shuffled = [data.draw(st.permutations(of_source)) for of_source in asked.sources]
    first = count(asked.sources, asked.most, asked.day)
    assert pieces(count(shuffled, asked.most, asked.day)) == pieces(first)


@settings(deadline=None)
@given(days(), st.data())
def test_a_record_that_is_sent_again_changes_nothing(asked: Asked, data: st.DataObject) -> None:
    again = [
        of_source
        + data.draw(st.lists(st.sampled_from(of_source), max_size=3) if of_source else st.just([]))
        for of_source in asked.sources
    ]
    first = count(asked.sources, asked.most, asked.day)
    assert pieces(count(again, asked.most, asked.day)) == pieces(first)


@settings(deadline=None)
@given(days())
def test_pieces_are_apart_within_the_day_and_not_below_nothing(asked: Asked) -> None:
    counted = count(asked.sources, asked.most, asked.day)
    starts, ends = counted.pieces.starts, counted.pieces.ends
    assert (starts < ends).all()
    assert (ends[:-1] <= starts[1:]).all()
    assert (counted.pieces.amounts >= 0).all()
    assert not len(starts) or (starts[0] >= asked.day.start and ends[-1] <= asked.day.end)


@settings(deadline=None)
@given(days())
def test_no_source_counts_more_than_it_said_nor_more_beside_others_than_alone(asked: Asked) -> None:
    counted = count(asked.sources, asked.most, asked.day)
    for place, of_source in enumerate(asked.sources):
        by_it = int(counted.pieces.amounts[counted.sources == place].sum())
        alone = count([of_source], asked.most, asked.day).thousandths
        assert by_it <= alone <= sum(max(0, record.amount) for record in set(of_source))
        assert alone < asked.most.of_day + THOUSANDTHS


@settings(deadline=None)
@given(days())
def test_a_source_alone_has_no_minute_that_cannot_be(asked: Asked) -> None:
    for of_source in asked.sources:
        counted = count([of_source], asked.most, asked.day)
        for begin in range(asked.day.start // MINUTE_MS, asked.day.end // MINUTE_MS + 1):
            minute = counted.between(Span(begin * MINUTE_MS, (begin + 1) * MINUTE_MS))
            assert minute < asked.most.of_minute + 60 * THOUSANDTHS


@settings(deadline=None)
@given(days(sources_max=1), st.integers(0, 2**31 * THOUSANDTHS))
def test_a_detail_never_raises_a_day_above_its_total(asked: Asked, total: int) -> None:
    of_day = Said(asked.day.start, asked.day.end, total, 0, 0)
    inside = [
        record
        for record in asked.sources[0]
        if record.amount >= 0
        and asked.day.start <= record.start
        and max(record.end, record.start + 1) <= asked.day.end
        and record.end - record.start < asked.day.end - asked.day.start
    ]
    assert count([[of_day, *inside]], ANYTHING, asked.day).thousandths == total


@settings(deadline=None)
@given(
    days(sources_max=1),
    st.integers(2, 10 * MINUTE_MS),
    st.integers(0, 4_000_000),
    st.data(),
)
def test_a_record_that_meets_no_other_may_be_split_anywhere(
    asked: Asked, length: int, amount: int, data: st.DataObject
) -> None:
    others = [record for record in asked.sources[0] if record.end <= asked.day.end]
    # On minutes of its own, since a minute is judged by all that lies in it.
    start = (asked.day.end // MINUTE_MS + 3) * MINUTE_MS
    day = Span(asked.day.start, start + length)
    whole = Said(start, start + length, amount, 0, 0)
    split_ms = data.draw(st.integers(1, length - 1))
    first = (2 * amount * split_ms + length) // (2 * length)
    parts = [
        Said(start, start + split_ms, first, 0, 0),
        Said(start + split_ms, start + length, amount - first, 0, 0),
    ]
    one, two = count([[*others, whole]], ANYTHING, day), count([[*others, *parts]], ANYTHING, day)
    assert one.thousandths == two.thousandths
    moment = start + data.draw(st.integers(0, length))
    since = Span(day.start, moment)
    assert abs(one.between(since) - two.between(since)) <= 1


@settings(deadline=None)
@given(days(sources_max=1, records_max=12))
def test_what_lies_between_moments_sums_to_the_day(asked: Asked) -> None:
    counted = count(asked.sources, asked.most, asked.day)
    moments = np.linspace(asked.day.start, asked.day.end, 7).astype(int).tolist()
    parts = [counted.between(Span(*both)) for both in pairwise(moments)]
    assert sum(parts) == counted.thousandths


@settings(deadline=None)
@given(days())
def test_what_was_sent_is_all_accounted_for(asked: Asked) -> None:
    counted = count(asked.sources, asked.most, asked.day)
    accounts = account_of(counted)
    assert len(accounts) == len(asked.sources)
    assert sum(int(account.counted.sum()) for account in accounts) == counted.thousandths
    for place, account in enumerate(accounts):
        parts = account.implausible + account.superseded + account.in_detail + account.counted
        overlapped = account.overlapped
        np.add.at(parts, overlapped.records, overlapped.amounts)
        assert parts.tolist() == account.sent.tolist()
        assert (overlapped.amounts >= 0).all()
        assert (overlapped.sources < place).all()


@settings(deadline=None)
@given(
    st.lists(
        st.tuples(st.integers(0, 20), st.integers(1, 20), st.integers(0, 2**31 * THOUSANDTHS)),
        min_size=1,
        max_size=12,
    )
)
def test_amounts_of_two_to_the_31_do_not_overflow(rows: list[tuple[int, int, int]]) -> None:
    """On hours that are cut, crossed and scaled, as far as anything is believed."""
    hour = 60 * MINUTE_MS
    said = [
        Said(MIDNIGHT_MS + hour * first, MIDNIGHT_MS + hour * (first + length), amount, 0, place)
        for place, (first, length, amount) in enumerate(rows)
    ]
    counted = count([said], ANYTHING)
    most = ANYTHING.of_minute, ANYTHING.of_day
    assert pieces(counted) == plain_count([said], most, DAY)
    records = records_of([*said])
    alone = taken_alone(records, looked_at(records))
    assert 0 <= amount_between(alone.pieces, DAY) <= sum(record.amount for record in said)
