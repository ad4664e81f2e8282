"""What the living records of one source come to together. One record tells each moment.

Two records cross when they overlap and neither lies inside the other. The record that was changed last stands on the time
that both share. The other record loses this time and its share of the amount. After that, of two records that overlap one
lies inside the other, and the outer one decides on the amount. The finer records inside say where the amount was. The
outer record's rest is spread evenly over the time of which the finer records say nothing. If there is no such time, or if
the finer records say more than the outer one, their amounts are scaled to it. docs/counting.md has drawings.
"""

from typing import NamedTuple

import numpy as np

from wellness_api.health.days.spans import (
    NOTHING,
    BoolArray,
    Int64Array,
    Pieces,
    Records,
    run_begins,
    share_between,
    shared_out,
)
from wellness_api.health.days.uncountable import PARTS_OF_A_SOURCE_MAX, TooTangled


class Look(NamedTuple):
    """What a look at one source's records tells, before anything is worked out.

    `by_start`: the places of the records in the order in which they begin. `parts`: the number of parts into which the
    records that stand are cut where others begin or end; 0 if none overlap. If some overlap, `latest` are the places of the
    records that stand, in the order in which they were changed, and `moments` are the moments at which one of them begins or
    ends.
    """

    by_start: Int64Array
    parts: int
    latest: Int64Array
    moments: Int64Array


class Alone(NamedTuple):
    """What a source comes to by itself, without other sources.

    `standing`: the amount that is left of each record after other records took its place, in thousandths.
    """

    pieces: Pieces
    standing: Int64Array


def looked_at(records: Records) -> Look:
    """Looks at one source's records on a day. The records lie within the day, can be true, and have a length.

    Raises TooTangled.
    """
    by_start = np.argsort(records.starts, kind="stable")
    if (records.ends[by_start][:-1] <= records.starts[by_start][1:]).all():
        return Look(by_start, 0, NOTHING, NOTHING)
    latest = _latest_of_each_span(records)
    starts, ends = records.starts[latest], records.ends[latest]
    moments = _each_once(np.concatenate([starts, ends]))
    parts = int((np.searchsorted(moments, ends) - np.searchsorted(moments, starts)).sum())
    if parts > PARTS_OF_A_SOURCE_MAX:
        raise TooTangled(parts, of="one source", parts_max=PARTS_OF_A_SOURCE_MAX)
    return Look(by_start, parts, latest, moments)


def taken_alone(records: Records, look: Look) -> Alone:
    """What one source's records come to on a day. `look`: of these records."""
    if not look.parts:
        ordered = records.kept(look.by_start)
        pieces = Pieces(ordered.starts, ordered.ends, ordered.amounts, look.by_start)
        return Alone(pieces, records.amounts)
    latest = look.latest
    pieces, standing_of_latest = _told(records.kept(latest), look.moments)
    standing = np.zeros(len(records.starts), np.int64)
    standing[latest] = standing_of_latest
    return Alone(pieces._replace(records=latest[pieces.records]), standing)


def _latest_of_each_span(records: Records) -> Int64Array:
    """The places of the records that stand, in the order in which they were changed. One of the records with equal spans
    stands.

    If records were changed at the same moment, the finer one counts as changed later, and then the one with the
    greater id.
    """
    lengths = records.ends - records.starts
    by_change = np.lexsort(
        (records.starts, records.amounts, records.ids, -lengths, records.changed)
    )
    starts, ends = records.starts[by_change], records.ends[by_change]
    by_span = np.lexsort((ends, starts))
    ends_there, starts_there = ends[by_span], starts[by_span]
    is_last = np.ones(len(by_span), np.bool_)
    is_last[:-1] = (starts_there[1:] != starts_there[:-1]) | (ends_there[1:] != ends_there[:-1])
    return by_change[np.sort(by_span[is_last])]


def _told(records: Records, moments: Int64Array) -> tuple[Pieces, Int64Array]:
    """The pieces of records that overlap, and the amount of each record that stands.

    No two of the records have the same span. A record that was changed later has a later place.
    """
    starts, ends = _standing_spans(records, moments)
    standing = share_between(
        records.amounts,
        records.starts,
        records.ends,
        np.minimum(starts, records.ends),
        np.maximum(ends, records.starts),
    )
    standing[starts >= ends] = 0
    parts = _parts(moments, starts, ends)
    amounts, teller = _by_detail(parts, records.ends - records.starts, standing, np.diff(moments))
    told = np.flatnonzero(teller >= 0)
    pieces = Pieces(moments[told], moments[told + 1], amounts[told], teller[told])
    return pieces, standing


def _each_once(numbers: Int64Array) -> Int64Array:
    ascending = np.sort(numbers)
    return ascending[run_begins(ascending)]


class _Parts(NamedTuple):
    """Records that are cut wherever a record begins or ends. Each row is one record in one cell, by record and then by
    time.

    A cell lies between two neighbouring moments at which some record begins or ends. The code names a cell by its place.
    """

    records: Int64Array
    cells: Int64Array


def _parts(moments: Int64Array, starts: Int64Array, ends: Int64Array) -> _Parts:
    first = np.searchsorted(moments, starts)
    count = np.maximum(np.searchsorted(moments, ends) - first, 0)
    parts = int(count.sum())
    records = np.repeat(np.arange(len(starts)), count)
    cells = np.arange(parts) - np.repeat(np.cumsum(count) - count, count) + first[records]
    return _Parts(records, cells)


def _standing_spans(records: Records, moments: Int64Array) -> tuple[Int64Array, Int64Array]:
    """Where each record stands: its span without the spans of later records that cross it. Empty where starts >= ends.

    A record that crosses another one covers its begin or its end. So it is among the records that cover these, and one
    span is left.
    """
    starts, ends = records.starts, records.ends
    parts = _parts(moments, starts, ends)
    by_cell = np.argsort(parts.cells, kind="stable")
    covering, cells = parts.records[by_cell], np.arange(len(moments))
    from_, until = (
        np.searchsorted(parts.cells[by_cell], cells, side) for side in ("left", "right")
    )
    first, last = np.searchsorted(moments, starts), np.searchsorted(moments, ends) - 1

    def beside(cell: Int64Array) -> tuple[Int64Array, Int64Array, Int64Array]:
        """For every record, all records that cover its cell, and where these begin."""
        count = until[cell] - from_[cell]
        begins = np.cumsum(count) - count
        record = np.repeat(np.arange(len(cell)), count)
        return (
            record,
            covering[np.arange(len(record)) - begins[record] + from_[cell][record]],
            begins,
        )

    record, other, begins = beside(first)
    wins = (starts[other] < starts[record]) & (ends[other] < ends[record]) & (other > record)
    standing_from = np.maximum.reduceat(np.where(wins, ends[other], starts[record]), begins)
    record, other, begins = beside(last)
    wins = (starts[other] > starts[record]) & (ends[other] > ends[record]) & (other > record)
    standing_until = np.minimum.reduceat(np.where(wins, starts[other], ends[record]), begins)
    return standing_from, standing_until


def _by_detail(
    parts: _Parts, lengths: Int64Array, standing: Int64Array, cell_lengths: Int64Array
) -> tuple[Int64Array, Int64Array]:
    """The amount of each cell, and the record that tells it: the finest record that stands there, or -1.

    `lengths`: of the records; they order the records from fine to coarse. `standing`: the amounts of the records.
    """
    by_cell = np.lexsort((lengths[parts.records], parts.cells))
    records, cells = parts.records[by_cell], parts.cells[by_cell]
    teller = np.full(len(cell_lengths), -1, np.int64)
    finest = run_begins(cells)
    teller[cells[finest]] = records[finest]
    inside = cells[1:] == cells[:-1]
    levels = _levels(records[:-1][inside], records[1:][inside], len(lengths))

    amounts = np.zeros(len(cell_lengths), np.int64)
    told = np.zeros(len(cell_lengths), np.bool_)
    level_of_part = levels[parts.records]
    by_level = np.argsort(level_of_part, kind="stable")
    ends_of_levels = np.cumsum(np.bincount(level_of_part))
    for places in np.split(by_level, ends_of_levels[:-1]):
        _tell(
            _Parts(parts.records[places], parts.cells[places]),
            standing,
            amounts,
            told,
            cell_lengths,
        )
    return amounts, teller


def _levels(finer: Int64Array, coarser: Int64Array, count: int) -> Int64Array:
    """How many levels of records lie inside each record. In each pair, the first record lies inside the second."""
    pairs = _each_once(finer * count + coarser)
    finer, coarser = pairs // count, pairs % count
    levels = np.zeros(count, np.int64)
    while len(finer):
        waiting = np.zeros(count, np.bool_)
        waiting[coarser] = True
        levels += waiting
        still = waiting[finer]
        finer, coarser = finer[still], coarser[still]
    return levels


def _tell(
    parts: _Parts,
    standing: Int64Array,
    amounts: Int64Array,
    told: BoolArray,
    cell_lengths: Int64Array,
) -> None:
    """Sets the amounts of the cells of one level's records. These records share no cell, and `amounts` has what lies
    inside of them already.
    """
    cells, begins = parts.cells, run_begins(parts.records)
    said = standing[parts.records[begins]]
    before, lengths = amounts[cells], cell_lengths[cells]
    free = np.where(told[cells], 0, lengths)
    inside, free_in_all = np.add.reduceat(before, begins), np.add.reduceat(free, begins)
    counts = np.diff(begins, append=len(cells))
    spreads = (inside <= said) & (free_in_all > 0)
    is_even = ~spreads & (inside == 0)
    weights = np.where(
        np.repeat(spreads, counts), free, np.where(np.repeat(is_even, counts), lengths, before)
    )
    parts_of_it = shared_out(np.where(spreads, said - inside, said), weights, begins)
    amounts[cells] = np.where(np.repeat(spreads, counts), before, 0) + parts_of_it
    told[cells] = True
