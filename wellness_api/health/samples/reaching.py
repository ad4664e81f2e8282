"""Records that whole states would end, on days beyond those of which the states speak.

A record belongs to the whole state in which it begins, and that ends it wholly. A long record may begin before the days that
were read, or reach beyond them, and its row says on which days it has samples. So only uploads that end records look once
more, and only records of other days too are read on these.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Final, NamedTuple

import asyncpg

from device_bridge.wire import SEGMENTS_PER_UPLOAD_MAX
from wellness_api.database.pool import Connection
from wellness_api.database.sql import read_sql
from wellness_api.health.samples.columns import Arrival
from wellness_api.health.samples.contents import Whole
from wellness_api.health.samples.ended_samples import ended_records, held_spans, stored_samples
from wellness_api.health.samples.outcome import Part, StoredPart
from wellness_api.health.samples.problems import InvalidUpload
from wellness_api.health.samples.record_rows import known_record
from wellness_api.health.samples.records import keys_of_mark, mark_of
from wellness_api.health.samples.replacing import holding_states, parts_by_place
from wellness_api.health.samples.whole_states import NONE_NAMED, Named, StatedByPlace

RECORDS_OF_MARKS: Final = read_sql(__package__, "records_of_marks")

FURTHER_DAYS_MAX: Final = SEGMENTS_PER_UPLOAD_MAX
"""Beyond the days of an upload's whole states, of the records that these end, those of each metric and source counted. Of more the upload is refused with 422 and this limit."""


class Further(NamedTuple):
    """Parts that are still to be read, and the records that no state touches as they begin on days that are not kept."""

    parts: frozenset[Part]
    begun: Named


NOTHING_FURTHER: Final = Further(frozenset(), NONE_NAMED)


def would_end(
    whole: Whole, kept: StatedByPlace, parts: Mapping[Part, StoredPart], arrival: Arrival
) -> Named:
    """The records that the whole states end, as far as their begin is seen in these parts.

    Of the days of which the states speak all is read. So a record that begins on one of them is among these.
    """
    holding = holding_states(whole.states, kept, arrival)
    ending = {}
    for place, of_place in parts_by_place(parts, holding).items():
        spans = held_spans(holding.spans[place])
        named = whole.named.get(place, frozenset())
        marks = ended_records(stored_samples(of_place), spans, named).marks
        if len(marks):
            ending[place] = frozenset(marks.tolist())
    return ending


async def further_of(
    connection: Connection, resident_id: int, ending: Named, arrival: Arrival, read: Iterable[Part]
) -> Further:
    """On which days besides those of these parts the records have samples. Raises InvalidUpload for too many."""
    marks = frozenset[int]().union(*ending.values())
    if not marks:
        return NOTHING_FURTHER
    firsts, lasts = zip(*map(keys_of_mark, marks), strict=True)
    rows = await connection.fetch(RECORDS_OF_MARKS, resident_id, firsts, lasts)
    further, begun = _further(rows, ending, arrival)
    parts = further - frozenset(read)
    if len(parts) > FURTHER_DAYS_MAX:
        raise InvalidUpload(
            field="whole_states",
            limit=f"spans whose records have samples on at most {FURTHER_DAYS_MAX} other days",
            detail="What is to be gone reaches over very many days; delete these records by their ids.",
        )
    return Further(parts, begun)


def _further(rows: Iterable[asyncpg.Record], ending: Named, arrival: Arrival) -> Further:
    parts: set[Part] = set()
    begun: defaultdict[tuple[int, str], set[int]] = defaultdict(set)
    for row in rows:
        mark = mark_of(row["record"])
        record = known_record(row["revision"], row["source"], row["places"], row["times"])
        for number, days in record.places.items():
            place = number, record.source
            if not days or mark not in ending.get(place, ()):
                continue
            if days[0] < arrival.first_day:
                begun[place].add(mark)
            else:
                parts.update((day, *place) for day in days)
    return Further(frozenset(parts), {place: frozenset(of) for place, of in begun.items()})
