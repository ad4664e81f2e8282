"""What became of each record of a metric that adds up, in thousandths of the resolution."""

from collections.abc import Iterator, Sequence

import numpy as np

from wellness_api.health.days.account import AccountOfSource, account_of
from wellness_api.health.days.count_day import count_day
from wellness_api.health.days.counting import (
    MOST,
    LivingOfDay,
    LocalDay,
    records_by_source,
)
from wellness_api.health.days.one_source import TooTangled
from wellness_api.health.days.sent import (
    Deleter,
    Fate,
    Sent,
    TellingOfDay,
    by_better_source,
    only,
)
from wellness_api.health.days.spans import (
    NO_RECORDS,
    BoolArray,
    Int64Array,
    Records,
    Span,
    cut_to_day,
    with_a_length,
)
from wellness_api.health.metrics.catalogue import DAY_TOTAL_OF
from wellness_api.health.metrics.metric import Metric
from wellness_api.health.samples.plausibility import FLAWS
from wellness_api.health.samples.rows import Columns, rows_missing
from wellness_api.health.sources.orders import SourceOrder


def amounts_sent(
    metric: Metric, day: LocalDay, told: TellingOfDay, choices: Sequence[SourceOrder]
) -> list[Sent]:
    """What became of each source's records, best source first. Sources without records of the day are left out."""
    records = records_by_source(metric, day, told.living, choices)
    in_time = (
        records if told.in_time is None else records_by_source(metric, day, told.in_time, choices)
    )
    late = {
        source: _late(of_source, in_time.get(source, NO_RECORDS))
        for source, of_source in records.items()
    }
    sent = {living.source: living for living in _living(metric, day, records, late)}
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


def _living(
    metric: Metric, day: LocalDay, records: dict[str, Records], late: dict[str, BoolArray]
) -> Iterator[Sent]:
    sources = list(records)
    try:
        counted = count_day(list(records.values()), MOST[metric.number], day.span)
    except TooTangled:
        for source, of_source in records.items():
            yield _all_the_same(source, of_source, Fate("uncounted"), day.span)
        return
    for place, account in enumerate(account_of(counted)):
        source, of_day = sources[place], counted.how[place].of_day
        yield Sent(
            source,
            of_day.starts,
            of_day.ends,
            _fates(sources),
            _parts(account, late[source][account.places]),
        )


def _fates(sources: Sequence[str]) -> list[Fate]:
    return [
        Fate("counted"),
        Fate("late"),
        *by_better_source(sources),
        Fate("in_detail"),
        Fate("superseded"),
        *(Fate("implausible", flaw=flaw) for flaw in FLAWS),
    ]


def _parts(account: AccountOfSource, is_late: BoolArray) -> Int64Array:
    """The amounts as columns, in the order of `_fates`."""
    return np.column_stack(
        [
            np.where(is_late, 0, account.counted),
            np.where(is_late, account.counted, 0),
            account.overlapped,
            account.in_detail,
            account.superseded,
            account.flawed,
        ]
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
        for source, records in records_by_source(metric, day, left, choices).items():
            yield _all_the_same(source, records, Fate("deleted", by=deleter), day.span)


def _all_the_same(source: str, records: Records, fate: Fate, span: Span) -> Sent:
    of_day, _ = cut_to_day(with_a_length(records), span)
    return only(source, of_day.starts, of_day.ends, fate, of_day.amounts)
