"""What became of each record of a metric that adds up, in thousandths of the resolution."""

from collections.abc import Iterable, Iterator, Mapping, Sequence

import numpy as np

from wellness_api.health.days.account import AccountOfSource, account_of
from wellness_api.health.days.counting import (
    LivingOfDay,
    LocalDay,
    counted_in_order,
    records_by_source,
    sources_of_day,
)
from wellness_api.health.days.sent import (
    Deleter,
    Fate,
    Parts,
    Sent,
    TellingOfDay,
    added_parts,
    by_better_source,
    only,
)
from wellness_api.health.days.spans import (
    NO_RECORDS,
    BoolArray,
    Records,
    Span,
    cut_to_day,
    with_a_length,
)
from wellness_api.health.metrics.catalogue import DAY_TOTAL_OF
from wellness_api.health.metrics.metric import Metric
from wellness_api.health.samples.plausibility import FLAWS
from wellness_api.health.samples.rows import Columns, rows_missing
from wellness_api.health.sources.orders import SourceOrder, by_name, in_order


def amounts_sent(
    metric: Metric,
    day: LocalDay,
    told: TellingOfDay,
    choices: Sequence[SourceOrder],
    *,
    is_countable: bool = True,
) -> list[Sent]:
    """Of each source, best first, what became of its records. Those that have nothing of the day are not there.

    `is_countable`: whether the day can be counted, of which this is one metric; where it cannot, all that is living is uncounted.
    """
    records = records_by_source(metric, day, told.living)
    in_time = records if told.in_time is None else records_by_source(metric, day, told.in_time)
    late = {source: _late(of, in_time.get(source, NO_RECORDS)) for source, of in records.items()}
    living = (
        _counted(metric, day, records, late, choices)
        if is_countable
        else _uncounted(metric, day, records, choices)
    )
    sent = {of.source: of for of in living}
    for deleted in _deleted(metric, day, told, choices):
        known = sent.get(deleted.source)
        sent[deleted.source] = deleted if known is None else known.and_these(deleted)
    return [of_source for of_source in sent.values() if len(of_source.starts)]


def _late(records: Records, in_time: Records) -> BoolArray:
    """Which of the records were not there in time, or had other content then."""
    if records is in_time:
        return np.zeros(len(records.starts), np.bool_)
    return rows_missing(_what_is_said(records), _what_is_said(in_time))


def _what_is_said(records: Records) -> Columns:
    return records.starts, records.ends, records.amounts, records.ids


def _counted(
    metric: Metric,
    day: LocalDay,
    records: Mapping[str, Records],
    late: Mapping[str, BoolArray],
    choices: Sequence[SourceOrder],
) -> Iterator[Sent]:
    sources, counted = counted_in_order(metric, day, sources_of_day(metric, day, records), choices)
    fates = _fates(sources)
    for place, account in enumerate(account_of(counted)):
        source, of_day = sources[place], counted.how[place].of_day
        parts = _parts(account, late[source][account.places], len(sources))
        yield Sent(source, of_day.starts, of_day.ends, fates, parts)


def _uncounted(
    metric: Metric, day: LocalDay, records: Mapping[str, Records], choices: Sequence[SourceOrder]
) -> Iterator[Sent]:
    for source in _by_kind(metric, day, records, choices):
        yield _all_the_same(source, records[source], Fate("uncounted"), day.span)


def _by_kind(
    metric: Metric, day: LocalDay, sources: Iterable[str], choices: Sequence[SourceOrder]
) -> list[str]:
    """For sources that are not counted, so that the day does not say which of one kind is the better one."""
    return in_order(sources, choices, metric=metric.number, day=day.day, weigh=by_name)


def _fates(sources: Sequence[str]) -> list[Fate]:
    return [
        Fate("counted"),
        Fate("late"),
        *by_better_source(sources),
        Fate("in_detail"),
        Fate("superseded"),
        *(Fate("implausible", flaw=flaw) for flaw in FLAWS),
    ]


def _parts(account: AccountOfSource, is_late: BoolArray, sources: int) -> Parts:
    """By the places of `_fates`."""
    records = np.arange(len(account.sent))
    better = account.overlapped
    after = 2 + sources
    columns = [
        (0, np.where(is_late, 0, account.counted)),
        (1, np.where(is_late, account.counted, 0)),
        (after, account.in_detail),
        (after + 1, account.superseded),
        *((after + 2 + place, of) for place, of in enumerate(account.flawed.T)),
    ]
    return added_parts(
        np.concatenate([*(records for _ in columns), better.records]),
        np.concatenate([*(np.full(len(records), of) for of, _ in columns), 2 + better.sources]),
        np.concatenate([*(amounts for _, amounts in columns), better.amounts]),
    )


def _deleted(
    metric: Metric, day: LocalDay, told: TellingOfDay, choices: Sequence[SourceOrder]
) -> Iterator[Sent]:
    total = DAY_TOTAL_OF.get(metric.code)
    deleters: Sequence[tuple[Deleter, LivingOfDay]] = (
        ("hand", told.by_hand),
        ("sender", told.by_sender),
    )
    for deleter, living in deleters:
        # A deleted reading says nothing of its own while other readings of its counter stand: they say the day so far.
        left = {
            (number, source): of_source
            for (number, source), of_source in living.items()
            if total is None or number != total.number or (number, source) not in told.living
        }
        records = records_by_source(metric, day, left)
        for source in _by_kind(metric, day, records, choices):
            yield _all_the_same(source, records[source], Fate("deleted", by=deleter), day.span)


def _all_the_same(source: str, records: Records, fate: Fate, span: Span) -> Sent:
    of_day, _ = cut_to_day(with_a_length(records), span)
    return only(source, of_day.starts, of_day.ends, fate, of_day.amounts)
