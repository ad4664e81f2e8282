"""What became of each record on a day, so that its sender and its resident can see where an amount went.

The account is made when somebody asks, from what counting the day left behind.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from wellness_api.health.days.count_day import CountedDay, CountedSource
from wellness_api.health.days.several_sources import Better
from wellness_api.health.days.spans import (
    NO_PIECES,
    NOTHING,
    Int64Array,
    Pieces,
    pieces_between,
    shared_out,
)
from wellness_api.health.samples.plausibility import FLAWS


class AccountOfSource(NamedTuple):
    """What became of each record of one source that meets the day.

    Each attribute is an array with one row for each record. Amounts are thousandths of the resolution. Each row adds up:
    sent = implausible + superseded + in_detail + overlapped (over all sources) + counted.

    `places`: the record's place among the records of its source. `sent`: its amount on that day. `flawed`: a column for
    each of `FLAWS`: the amount that cannot be true, as a record, in its minutes or on its day. `implausible` is the sum
    of these columns. `superseded`: the amount where a record that was changed later took its place: one of the same span,
    or one that crosses it. `in_detail`: the amount that finer records of its source said for it. It is below 0 for a
    finer record that was scaled up. `overlapped`: a column for each source: the amount that this better source took the
    place of.
    """

    places: Int64Array
    sent: Int64Array
    flawed: Int64Array
    superseded: Int64Array
    in_detail: Int64Array
    overlapped: Int64Array
    counted: Int64Array

    @property
    def implausible(self) -> Int64Array:
        """The amount that cannot be true, whatever the flaw is."""
        in_all: Int64Array = self.flawed.sum(axis=1)
        return in_all


def account_of(day: CountedDay) -> Sequence[AccountOfSource]:
    """The accounts of all sources, in the order of the sources."""
    better = Better(NO_PIECES, NOTHING)
    accounts = []
    for place, source in enumerate(day.how):
        accounts.append(_account(source, better, len(day.how)))
        better = better.with_source(source.counted, place)
    return accounts


def _account(source: CountedSource, better: Better, sources: int) -> AccountOfSource:
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
    overlapped = np.zeros((len(sent), sources), np.int64)
    overlapped[source.plausible] = _by_better(
        source.plausible_pieces, plausible - counted, better, sources
    )
    account = AccountOfSource(source.places, sent, flawed=flawed, overlapped=overlapped, **columns)
    assert (_added(account) == sent).all(), "what was sent is all accounted for"
    return account


def _added(account: AccountOfSource) -> Int64Array:
    added: Int64Array = (
        account.implausible
        + account.superseded
        + account.in_detail
        + account.overlapped.sum(axis=1)
        + account.counted
    )
    return added


def _by_record(pieces: Pieces, records: int) -> Int64Array:
    amounts = np.zeros(records, np.int64)
    np.add.at(amounts, pieces.records, pieces.amounts)
    return amounts


def _by_better(pieces: Pieces, lost: Int64Array, better: Better, sources: int) -> Int64Array:
    """What each record lost. The better sources share it by how much of the record's time each of them told."""
    shared = np.zeros((len(lost), sources), np.int64)
    for source in range(sources):
        theirs = better.pieces.kept(better.sources == source)
        met = pieces_between(pieces, theirs.starts, theirs.ends)
        np.add.at(shared[:, source], met.records, met.ends - met.starts)
    losing = np.flatnonzero(lost)
    begins = np.arange(len(losing)) * sources
    if len(losing):
        parts = shared_out(lost[losing], shared[losing].ravel(), begins)
        shared[losing] = parts.reshape(-1, sources)
    shared[lost == 0] = 0
    return shared
