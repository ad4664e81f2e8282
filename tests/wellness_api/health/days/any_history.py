"""Histories of records, edits, deletions and corrections, and what is living of them, worked out by a plain loop."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import msgspec
from hypothesis import strategies as st

from tests.wellness_api.health.days.plain_count import Said
from wellness_api.health.days.spans import NO_ID
from wellness_api.health.metrics.catalogue import METRIC_BY_CODE
from wellness_api.health.samples.records import Column, DeletedRecord, Record, mark_of, record_key

MIDNIGHT_MS = 1_795_446_000_000
"""2026-11-24 in Japan."""

HOUR_MS = 3_600_000
ASKED_MS = MIDNIGHT_MS + 40 * HOUR_MS
"""When the first thing happens; each other a minute later."""

SOURCE_OF = {"a": "phone:a", "b": "phone:a", "c": "phone:a", "d": "watch:w", "e": "watch:w"}
"""Of each record that has an id."""


class Sent(NamedTuple):
    """An upload."""

    items: Sequence[Record | DeletedRecord]


class Corrected(NamedTuple):
    """A deletion by hand; with `by_ms` a shift."""

    source: str | None
    from_ms: int
    until_ms: int
    by_ms: int | None


class Folded(NamedTuple):
    """Segments are folded, which nobody sees."""


Event = Sent | Corrected | Folded

EVENING_SECONDS = 23 * 3_600
seconds = st.one_of(st.integers(0, 86_399), st.integers(EVENING_SECONDS, 86_399))
lengths = st.one_of(st.just(60), st.integers(0, 5_400), st.integers(0, 25 * 3_600))


def walked(
    source: str, start: int, length: int | None, steps: int, *, record: str | None, revision: int
) -> Record:
    """Times in seconds; None where the length is not said."""
    lengths_ms = [] if length is None else [1_000 * length]
    column = Column([MIDNIGHT_MS + 1_000 * start], [steps], lengths_ms)
    return Record(source=source, columns={"steps": column}, record_id=record, revision=revision)


def weighed(record: Record) -> Record:
    """The same history of a weight: of few moments, so that they meet, and a value for each number of steps."""
    column = record.columns["steps"]
    (time_ms,), (steps,) = column.times_ms, column.values
    assert steps is not None
    moment_ms = time_ms - time_ms % (3 * HOUR_MS)
    weight = Column([moment_ms], [30 + steps % 4_000 / 20])
    return msgspec.structs.replace(record, columns={"body_weight": weight})


def of_weights(events: Sequence[Event]) -> list[Event]:
    """The history with weights instead of walks."""
    return [
        Sent(tuple(weighed(of) if isinstance(of, Record) else of for of in event.items))
        if isinstance(event, Sent)
        else event
        for event in events
    ]


@st.composite
def histories(draw: st.DrawFn) -> list[Event]:
    """Uploads of a few records in any order, and again, with corrections and folds in between."""
    names = sorted(draw(st.sets(st.sampled_from(sorted(SOURCE_OF)), min_size=1, max_size=3)))
    said = draw(_versions(names))
    gone = st.builds(lambda name: DeletedRecord(record_id=name), st.sampled_from(names))
    of_versions = st.sampled_from(said)
    has_copies = draw(st.booleans())
    loose = st.one_of(_without_id(), _copy(of_versions)) if has_copies else _without_id()
    item = st.one_of(of_versions, of_versions, of_versions, loose, loose, gone)
    sent = st.builds(lambda items: Sent(tuple(items)), st.lists(item, min_size=1, max_size=4))
    # A copy of what was deleted by hand stays away: whether it is one, only the store knows.
    corrected = _corrected_by_hand(deletes=not has_copies)
    event = st.one_of(sent, sent, sent, corrected, st.just(Folded()))
    events = draw(st.lists(event, min_size=1, max_size=12))
    uploads = [event for event in events if isinstance(event, Sent)]
    again = draw(st.lists(st.sampled_from(uploads), max_size=3)) if uploads else []
    return [*events, *again]


@st.composite
def _versions(draw: st.DrawFn, names: Sequence[str]) -> list[Record]:
    """Up to three versions of each record, each changed at a time of its own and of any span and amount."""
    said = []
    for name in names:
        for minute in draw(st.sets(st.integers(-5, 15), min_size=1, max_size=3)):
            length = draw(lengths)
            said.append(
                walked(
                    SOURCE_OF[name],
                    draw(seconds),
                    length,
                    2 * draw(st.integers(0, max(length, 60))),
                    record=name,
                    revision=ASKED_MS + 60_000 * minute,
                )
            )
    return said


@st.composite
def _without_id(draw: st.DrawFn) -> Record:
    """Of few spans, so that they meet; of an odd amount, so that none is a copy of what a record says."""
    length = draw(st.sampled_from([60, 3_000, None, None]))
    return walked(
        draw(st.sampled_from(["phone:a", "watch:w"])),
        draw(st.sampled_from([30_000, 30_007, 85_000, 86_390])),
        length,
        2 * draw(st.integers(0, 60)) + 1,
        record=None,
        revision=draw(st.integers(0, 2)),
    )


@st.composite
def _copy(draw: st.DrawFn, versions: st.SearchStrategy[Record]) -> Record:
    """What a version of a record says, under no id."""
    return msgspec.structs.replace(draw(versions), record_id=None, revision=draw(st.integers(0, 2)))


@st.composite
def _corrected_by_hand(draw: st.DrawFn, *, deletes: bool) -> Corrected:
    start = draw(st.sampled_from([0, 0, EVENING_SECONDS, 86_400]))
    length = draw(st.sampled_from([3_600, 86_400, 86_400]))
    shifts = st.sampled_from([-7_200, -61, 1_800, 3_600])
    by = draw(st.none() | shifts if deletes else shifts)
    sources = ["phone:a", "watch:w"] if by is not None else [None, "phone:a", "watch:w"]
    return Corrected(
        draw(st.sampled_from(sources)),
        MIDNIGHT_MS + 1_000 * start,
        MIDNIGHT_MS + 1_000 * (start + length),
        None if by is None else 1_000 * by,
    )


class _Told(NamedTuple):
    """What stands of a record or a span, when it was received, and what stood of it before, the oldest first."""

    record: Record
    received: int
    earlier: tuple["_Told", ...] = ()

    @property
    def known(self) -> int:
        """When it had come; for a span, when something was first said of it."""
        is_span = self.record.record_id is None and self.earlier
        return self.earlier[0].received if is_span else self.received


def last_weight(events: Sequence[Event], day: tuple[int, int]) -> float | None:
    """The day's last: in a minute the watch before the phone, and of one source at one moment the one changed last."""
    by_minute: dict[tuple[int, bool], dict[int, Said]] = {}
    for source, said in living(events).items():
        for one in sorted(said, key=lambda one: (one.changed, one.id)):
            if day[0] <= one.start < day[1]:
                minute = one.start // 60_000, source == "watch:w"
                by_minute.setdefault(minute, {})[one.start] = one
    if not by_minute:
        return None
    of_last = by_minute[max(by_minute)]
    return of_last[max(of_last)].amount / METRIC_BY_CODE["body_weight"].parts_per_unit


def living(events: Sequence[Event]) -> dict[str, list[Said]]:
    """By source the living records, where corrections have left them; those that measure have no length."""
    told, gone = _told(events)
    left = [
        (of.record, by_ms)
        for of in told
        if of.record.record_id not in gone and (by_ms := _corrected(of, events)) is not None
    ]
    unsaid = {
        (record.source, _span(record)[1] + by_ms)
        for record, by_ms in left
        if _says_no_length(record)
    }
    said_by_source: dict[str, list[Said]] = {"phone:a": [], "watch:w": []}
    for record, by_ms in left:
        said_by_source[record.source].append(_said(record, by_ms, unsaid))
    return said_by_source


def _says_no_length(record: Record) -> bool:
    return "steps" in record.columns and not record.columns["steps"].lengths_ms


def _lasted(source: str, start: int, unsaid: set[tuple[str, int]]) -> int:
    """A minute, until the next one that says no length, or until its day ended; all where corrections have left them."""
    day_ends = MIDNIGHT_MS + ((start - MIDNIGHT_MS) // (24 * HOUR_MS) + 1) * 24 * HOUR_MS
    next_ones = [of for name, of in unsaid if name == source and of > start]
    return min([60_000, day_ends - start, *(of - start for of in next_ones)])


def _told(events: Sequence[Event]) -> tuple[list[_Told], set[str]]:
    by_id: dict[str, _Told] = {}
    by_span: dict[tuple[str, int, int], _Told] = {}
    gone: set[str] = set()
    for place, event in enumerate(events):
        if not isinstance(event, Sent):
            continue
        gone |= {item.record_id for item in event.items if isinstance(item, DeletedRecord)}
        for record in _last_of_each(event.items):
            if record.record_id is None:
                by_span[_span(record)] = _after(by_span.get(_span(record)), record, place)
            else:
                by_id[record.record_id] = _after(by_id.get(record.record_id), record, place)
    return [*by_id.values(), *by_span.values()], gone


def _after(before: _Told | None, record: Record, place: int) -> _Told:
    if before is None:
        return _Told(record, place)
    same = _span(before.record) == _span(record) and _values(before.record) == _values(record)
    if before.record.revision > record.revision or (
        same and before.record.revision == record.revision
    ):
        return before
    if before.received == place:
        return _Told(
            record, place, before.earlier
        )  # Of one upload only the newest version is kept.
    return _Told(record, place, (*before.earlier, before._replace(earlier=())))


def _last_of_each(items: Sequence[Record | DeletedRecord]) -> Iterator[Record]:
    """Of what an upload names twice in one revision the later."""
    last = {}
    for item in items:
        if isinstance(item, Record):
            last[item.record_id or _span(item), item.revision] = item
    yield from sorted(last.values(), key=lambda record: record.revision)


def _corrected(of: _Told, events: Sequence[Event]) -> int | None:
    """By how much it is moved in the end; None when it is deleted. An edit is moved if an earlier version was."""
    place_of = of.record.source, [*of.record.columns]
    versions = [one for one in of.earlier if (one.record.source, [*one.record.columns]) == place_of]
    versions.append(of)
    by_ms = [0] * len(versions)
    for place, event in enumerate(events):
        if not isinstance(event, Corrected) or event.source not in {None, of.record.source}:
            continue
        inside = [
            event.from_ms <= _span(one.record)[1] + by < event.until_ms
            for one, by in zip(versions, by_ms, strict=True)
        ]
        if event.by_ms is None:
            if inside[-1] and (of.received < place or _was_written(of, place)):
                return None
            continue
        moved = [
            is_inside and (one.known < place or _was_written(one, place))
            for one, is_inside in zip(versions, inside, strict=True)
        ]
        is_known = of.record.record_id is not None and any(moved)
        for number, is_inside in enumerate(inside):
            if moved[number] or (is_inside and is_known):
                by_ms[number] += event.by_ms
    return by_ms[-1]


def _was_written(of: _Told, place: int) -> bool:
    return of.record.record_id is not None and of.record.revision <= asked_ms(place)


def _span(record: Record) -> tuple[str, int, int]:
    """Source, start and length; below 0 where it is not said."""
    (column,) = record.columns.values()
    usual = -1 if _says_no_length(record) else 0
    return record.source, column.times_ms[0], column.lengths_ms[0] if column.lengths_ms else usual


def _values(record: Record) -> Sequence[float | None]:
    (column,) = record.columns.values()
    return column.values


def asked_ms(place: int) -> int:
    return ASKED_MS + 60_000 * place


def _said(record: Record, by_ms: int, unsaid: set[tuple[str, int]]) -> Said:
    ((code, column),) = record.columns.items()
    source, start, length = _span(record)
    start += by_ms
    if _says_no_length(record):
        length = _lasted(source, start, unsaid)
    (value,) = column.values
    assert value is not None
    amount = round(value * METRIC_BY_CODE[code].parts_per_unit)
    if record.record_id is None:
        # Who does not say when it was changed: what is counted, at its end; what is measured, before all that say so.
        return Said(start, start + length, amount, start + length if length else 0, NO_ID)
    mark = mark_of(record_key(record.record_id))
    return Said(start, start + length, amount, record.revision, mark)
