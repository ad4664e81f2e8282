"""A phone's store over time, what an app sends of it, and what is living of that, worked out by a plain loop over the facts."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from hypothesis import strategies as st

from device_bridge.wire import WholeState
from tests.wellness_api.health.days.any_history import HOUR_MS, MIDNIGHT_MS, walked
from wellness_api.health.samples.records import DeletedRecord, Record

SOURCE = "phone:a"
READ_MS = MIDNIGHT_MS + 50 * HOUR_MS
"""When the first thing happens in the phone's store; each other a minute later."""

SPANS_MS = tuple(
    (MIDNIGHT_MS + HOUR_MS * start, MIDNIGHT_MS + HOUR_MS * end)
    for start, end in ((0, 24), (24, 48), (0, 48), (12, 36), (-24, 6), (6, 12))
)
"""What an app may say that it sends whole."""


class Posted(NamedTuple):
    """An upload."""

    items: Sequence[Record | DeletedRecord]
    states: Sequence[WholeState] = ()


def tick_ms(tick: int) -> int:
    return READ_MS + 60_000 * tick


def begins_ms(record: Record) -> int:
    (column,) = record.columns.values()
    return min(column.times_ms)


def span_of(record: Record) -> tuple[int, int]:
    (column,) = record.columns.values()
    return column.times_ms[0], column.lengths_ms[0]


Key = str | tuple[int, int]
Living = set[tuple[int, int, float | None]]
"""Start, length and steps of each sample."""


def key_of(record: Record) -> Key:
    """What a record is known by: its id, else its span."""
    return record.record_id or span_of(record)


class _Phone:
    """A store of a phone: what is in it, and what has changed since an app last asked."""

    def __init__(self) -> None:
        self.records: dict[Key, Record] = {}
        self.changes: list[Record | DeletedRecord] = []

    def change(self, record: Record) -> None:
        self.records[key_of(record)] = record
        self.changes.append(record)

    def delete(self, key: Key) -> None:
        del self.records[key]
        if isinstance(key, str):
            self.changes.append(DeletedRecord(record_id=key))

    def asked(self, *, has_token: bool) -> Posted | None:
        """What has changed; an app whose token has run out never hears of what was deleted."""
        changes, self.changes = self.changes, []
        told = [item for item in changes if has_token or isinstance(item, Record)]
        return Posted(tuple(told)) if told else None

    def whole(self, span: tuple[int, int], sequence: int) -> Posted:
        from_ms, until_ms = span
        inside = [of for of in self.records.values() if from_ms <= begins_ms(of) < until_ms]
        state = WholeState(
            metric="steps", source=SOURCE, from_ms=from_ms, until_ms=until_ms, sequence=sequence
        )
        return Posted(tuple(inside), (state,))


def _walk(name: str | None, start: int, length: int, steps: int, *, revision: int) -> Record:
    return walked(SOURCE, start, length, steps, record=name, revision=revision)


starts = st.sampled_from([30_000, 43_000, 86_000, 90_000, 130_000])
lengths = st.sampled_from([60, 3_000])


@st.composite
def dated_syncs(draw: st.DrawFn) -> list[Posted]:
    """What an app sends of a store whose records say when they were changed; in any order, and again."""
    phone = _Phone()
    posted: list[Posted] = []
    for tick in range(draw(st.integers(2, 10))):
        changed_ms = tick_ms(tick)
        match draw(st.sampled_from(["put", "put", "put", "delete", "ask", "whole", "whole"])):
            case "put":
                name = draw(st.sampled_from(["a", "b", "c", None]))
                steps = draw(st.integers(1, 40)) * 2 + (name is None)
                phone.change(_walk(name, draw(starts), draw(lengths), steps, revision=changed_ms))
            case "delete":
                if phone.records:
                    phone.delete(draw(st.sampled_from(sorted(phone.records, key=str))))
            case "ask":
                told = phone.asked(has_token=draw(st.booleans()))
                posted.extend([told] if told else [])
            case _:
                posted.append(phone.whole(draw(st.sampled_from(SPANS_MS)), changed_ms))
    told = phone.asked(has_token=draw(st.booleans()))
    posted.extend([told] if told else [])
    again = draw(st.lists(st.sampled_from(posted), max_size=3)) if posted else []
    return draw(st.permutations([*posted, *again]))


def living_of_dated(posted: Sequence[Posted]) -> Living:
    """What is living, by a rule that does not know the order in which things came."""
    gone = {item.record_id for of in posted for item in of.items if isinstance(item, DeletedRecord)}
    newest: dict[Key, Record] = {}
    for record in _records(posted):
        before = newest.get(key_of(record))
        if before is None or record.revision > before.revision:
            newest[key_of(record)] = record
    living: Living = set()
    for key, record in newest.items():
        if key in gone:
            continue
        whole = _that_holds(posted, begins_ms(record))
        if whole is not None:
            has = {key_of(item) for item in whole.items if isinstance(item, Record)}
            if key not in has and record.revision <= whole.states[0].sequence:
                continue
        living |= set(samples_of(record))
    return living


def _records(posted: Sequence[Posted]) -> Iterator[Record]:
    for of in posted:
        yield from (item for item in of.items if isinstance(item, Record))


def _that_holds(posted: Sequence[Posted], time_ms: int) -> Posted | None:
    """Of the whole states that speak of the time the one of the greatest sequence."""
    speak = [
        of for of in posted for state in of.states if state.from_ms <= time_ms < state.until_ms
    ]
    return max(speak, key=lambda of: of.states[0].sequence, default=None)


def samples_of(record: Record) -> Iterator[tuple[int, int, float | None]]:
    (column,) = record.columns.values()
    yield from zip(column.times_ms, column.lengths_ms, column.values, strict=True)


@st.composite
def undated_syncs(draw: st.DrawFn) -> list[Posted]:
    """Records that do not say when they were changed, each of one version, in whole states and without."""
    of_all = [
        _walk(name, start, 60, 2 * place + 1, revision=0)
        for place, (name, start) in enumerate(
            [("a", 30_000), ("b", 86_000), ("c", 130_000), (None, 43_000), (None, 90_000)]
        )
    ]
    posted = []
    for tick in draw(st.permutations(range(8))):
        some_records = [record for record in of_all if draw(st.booleans())]
        if draw(st.booleans()):
            from_ms, until_ms = draw(st.sampled_from(SPANS_MS))
            state = WholeState(
                metric="steps", source=SOURCE, from_ms=from_ms, until_ms=until_ms, sequence=tick + 1
            )
            some_records = [of for of in some_records if from_ms <= begins_ms(of) < until_ms]
            posted.append(Posted(tuple(some_records), (state,)))
        elif some_records:
            posted.append(Posted(tuple(some_records)))
    return posted


def living_of_undated(posted: Sequence[Posted]) -> Living:
    """What is living when each thing is said as of its arrival, but for whole states, which are ordered by their sequence."""
    living: dict[Key, Record] = {}
    before: list[Posted] = []
    for of in posted:
        has = {key_of(item): item for item in of.items if isinstance(item, Record)}
        if not of.states:
            living |= has
            continue
        (state,) = of.states
        spoken_of = {
            key: record
            for key, record in {**living, **has}.items()
            if state.from_ms <= begins_ms(record) < state.until_ms
        }
        for key, record in spoken_of.items():
            holds = _that_holds(before, begins_ms(record))
            if holds is not None and holds.states[0].sequence >= state.sequence:
                continue
            living.pop(key, None)
            if key in has:
                living[key] = record
        before.append(of)
    return {sample for record in living.values() for sample in samples_of(record)}
