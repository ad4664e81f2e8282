"""What became of each record on a day, so that its sender and its resident can see where an amount went.

The account is made when somebody asks, from what counting the day left behind.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from wellness_api.health.days.count_day import CountedDay, CountedSource
from wellness_api.health.days.spans import (
    Int64Array,
    Pieces,
    meetings,
    run_begins,
    shared_out,
)
from wellness_api.health.samples.plausibility import FLAWS


class Overlapped(NamedTuple):
    """The amounts that better sources took the place of: a row for each record and each source that told of its time, by
    record and then by source.

    So it grows with the meetings, and not with records times sources.
    """

    records: Int64Array
    sources: Int64Array
    amounts: Int64Array


class AccountOfSource(NamedTuple):
    """What became of each record of one source that meets the day.

    Each attribute is an array with one row for each record. Amounts are thousandths of the resolution. Each row adds up:
    sent = implausible + superseded + in_detail + overlapped (over all sources) + counted.

    `places`: the record's place among the records of its source. `sent`: its amount on that day. `flawed`: a column for
    each of `FLAWS`: the amount that cannot be true, as a record, in its minutes or on its day. `implausible` is the sum
    of these columns. `superseded`: the amount where a record that was changed later took its place: one of the same span,
    or one that crosses it. `in_detail`: the amount that finer records of its source said for it. It is below 0 for a
    finer record that was scaled up. `overlapped`: the amounts that better sources took the place of; it names records by
    their places in these arrays.
    """

    places: Int64Array
    sent: Int64Array
    flawed: Int64Array
    superseded: Int64Array
    in_detail: Int64Array
    overlapped: Overlapped
    counted: Int64Array

    @property
    def implausible(self) -> Int64Array:
        """The amount that cannot be true, whatever the flaw is."""
        in_all: Int64Array = self.flawed.sum(axis=1)
        return in_all


def account_of(day: CountedDay) -> Sequence[AccountOfSource]:
    """The accounts of all sources, in the order of the sources."""
    return [_account(source, place, day) for place, source in enumerate(day.how)]


def _account(source: CountedSource, place: int, day: CountedDay) -> AccountOfSource:
    sent = source.of_day.amounts
    records = len(source.plausible)
    alone, of_minutes, plausible, counted = (
        _by_record(pieces, records)
        for pieces in (
            source.alone.pieces,
            source.of_plausible_minutes,
            source.plausible_pieces,
            source.counted,
        )
    )
    in_all = {
        "superseded": sent[source.plausible] - source.alone.standing,
        "in_detail": source.alone.standing - alone,
        "counted": counted,
    }
    columns = {name: np.zeros(len(sent), np.int64) for name in in_all}
    for name, column in in_all.items():
        columns[name][source.plausible] = column
    flawed = np.zeros((len(sent), len(FLAWS)), np.int64)
    flawed[:, FLAWS.index("sample")] = sent
    flawed[source.plausible, FLAWS.index("sample")] = 0
    flawed[source.plausible, FLAWS.index("minute")] = alone - of_minutes
    flawed[source.plausible, FLAWS.index("day")] = of_minutes - plausible
    by_better = _by_better(source.plausible_pieces, plausible - counted, place, day)
    overlapped = by_better._replace(records=source.plausible[by_better.records])
    account = AccountOfSource(source.places, sent, flawed=flawed, overlapped=overlapped, **columns)
    assert (_added(account) == sent).all(), "what was sent is all accounted for"
    return account


def _added(account: AccountOfSource) -> Int64Array:
    added: Int64Array = (
        account.implausible + account.superseded + account.in_detail + account.counted
    )
    np.add.at(added, account.overlapped.records, account.overlapped.amounts)
    return added


def _by_record(pieces: Pieces, records: int) -> Int64Array:
    amounts = np.zeros(records, np.int64)
    np.add.at(amounts, pieces.records, pieces.amounts)
    return amounts


def _by_better(pieces: Pieces, lost: Int64Array, place: int, day: CountedDay) -> Overlapped:
    """What each record lost. The better sources share it by how much of the record's time each of them told.

    `place`: the place of the source whose pieces these are. Better sources have smaller places.
    """
    losing = pieces.kept(lost[pieces.records] != 0)
    piece, other = meetings(losing, day.pieces.starts, day.pieces.ends)
    is_better = day.sources[other] < place
    piece, other = piece[is_better], other[is_better]
    told = np.minimum(losing.ends[piece], day.pieces.ends[other])
    told -= np.maximum(losing.starts[piece], day.pieces.starts[other])
    records, sources = losing.records[piece], day.sources[other]
    order = np.lexsort((sources, records))
    records, sources = records[order], sources[order]
    begins = run_begins(records * len(day.how) + sources)
    if not len(begins):
        return Overlapped(records, sources, told)
    records, sources = records[begins], sources[begins]
    begins_of_records = run_begins(records)
    amounts = shared_out(
        lost[records[begins_of_records]],
        np.add.reduceat(told[order], begins),
        begins_of_records,
    )
    return Overlapped(records, sources, amounts)
