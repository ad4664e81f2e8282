"""What became of each record on a day, so that its sender and its resident can see where an amount went.

Made of what counting the day left, when somebody asks.
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


class AccountOfSource(NamedTuple):
    """Of each record of a source that meets the day; one array an attribute, in thousandths, and rows add up:

    sent = implausible + superseded + in_detail + overlapped (over all sources) + counted.

    `places`: which record it is, among those that were given. `sent`: its amount on that day.
    `implausible`: what cannot be true, as a record, or of its minutes or its day.
    `superseded`: where a record that was changed later took its place: one of the same span, or one that crosses it.
    `in_detail`: what finer records of its source said for it; below 0 for a finer one that was scaled up to it.
    `overlapped`: a row for each record, a column for each source: what better ones took the place of.
    """

    places: Int64Array
    sent: Int64Array
    implausible: Int64Array
    superseded: Int64Array
    in_detail: Int64Array
    overlapped: Int64Array
    counted: Int64Array


def account_of(day: CountedDay) -> Sequence[AccountOfSource]:
    """What became of all that was sent, by the places of the sources."""
    better = Better(NO_PIECES, NOTHING)
    accounts = []
    for place, source in enumerate(day.how):
        accounts.append(_account(source, better, len(day.how)))
        better = better.with_source(source.counted, place)
    return accounts


def _account(source: CountedSource, better: Better, sources: int) -> AccountOfSource:
    sent = source.of_day.amounts
    records = len(source.plausible)
    alone, plausible, counted = (
        _by_record(pieces, records)
        for pieces in (source.alone.pieces, source.plausible_pieces, source.counted)
    )
    in_all = {
        "superseded": sent[source.plausible] - source.alone.standing,
        "in_detail": source.alone.standing - alone,
        "implausible": alone - plausible,
        "counted": counted,
    }
    columns = {name: np.zeros(len(sent), np.int64) for name in in_all}
    columns["implausible"] += sent
    for name, column in in_all.items():
        columns[name][source.plausible] = column
    overlapped = np.zeros((len(sent), sources), np.int64)
    overlapped[source.plausible] = _by_better(
        source.plausible_pieces, plausible - counted, better, sources
    )
    account = AccountOfSource(source.places, sent, overlapped=overlapped, **columns)
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
    """What each record lost, shared out over the better sources by how much of its own time they told."""
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
