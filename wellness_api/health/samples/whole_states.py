"""Whole states: of which spans somebody has said that an upload has all, and under which sequence.

At each moment the greatest sequence that was said of it holds. That is remembered, so that what was read before it and
comes after it changes nothing: neither an older whole state, nor a copy of what is gone.
"""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Final, NamedTuple

import msgspec
import numpy as np

from device_bridge.wire import (
    CLOCK_AHEAD_MS_MAX,
    EARLIEST_MS,
    WHOLE_STATE_DAYS_MAX,
    WholeState,
)
from wellness_api.health.metrics.catalogue import METRIC_BY_CODE
from wellness_api.health.samples.columns import NOT_AHEAD, Arrival
from wellness_api.health.samples.local_days import DAY_MS, local_date
from wellness_api.health.samples.problems import InvalidUpload
from wellness_api.health.samples.record_rows import utc_date
from wellness_api.health.samples.segments import Int64Array
from wellness_api.health.samples.times_in_words import impossible_ms

SPANS_KEPT_MAX: Final = 100
"""Of a metric and source. Beyond it those of the least sequences are forgotten: what was read before them and comes so late counts as new."""

PlaceOfState = tuple[int, str]
"""(metric number, source)."""


class Stated(NamedTuple):
    """A span, its end not included, and the sequence of the whole state that holds in it."""

    from_ms: int
    until_ms: int
    sequence: int


StatedByPlace = Mapping[PlaceOfState, Sequence[Stated]]
"""Ascending, no two of one place with a moment in common."""


Named = Mapping[PlaceOfState, frozenset[int]]
"""The marks of the records that an upload has, whichever of their versions."""

NONE_NAMED: Final[Named] = {}


class StateRow(NamedTuple):
    """A row of `health.whole_state`; it is of use until `last_day` is not kept any more."""

    metric: int
    source: str
    last_day: date
    spans: bytes


def check_whole_states(states: Sequence[WholeState], arrival: Arrival) -> None:
    """Raises InvalidUpload for one that nobody can mean."""
    if states and arrival.recorder == "station":
        raise InvalidUpload(
            field="whole_states",
            limit="none",
            detail="A gateway sends what was measured, and knows nothing whole.",
        )
    latest_ms = round(arrival.now.timestamp() * 1000) + CLOCK_AHEAD_MS_MAX
    spoken_of: dict[PlaceOfState, list[Stated]] = {}
    for index, state in enumerate(states):
        field = f"whole_states[{index}]"
        metric = METRIC_BY_CODE.get(state.metric)
        if metric is None:
            raise InvalidUpload(
                field=f"{field}.metric",
                limit="a code of GET /v1/metrics",
                detail=f"There is no metric {state.metric!r}.",
            )
        _check_span(state, field, latest_ms)
        if is_time(state.sequence) and state.sequence > latest_ms:
            raise InvalidUpload(
                field=f"{field}.sequence",
                limit=f"{NOT_AHEAD}, or a number below {EARLIEST_MS}",
                detail="A sequence ahead of all times would leave no room for the next one.",
            )
        others = spoken_of.setdefault((metric.number, state.source), [])
        if any(of.from_ms < state.until_ms and state.from_ms < of.until_ms for of in others):
            raise InvalidUpload(
                field=f"{field}.from_ms",
                limit="one whole state of each time of a metric and source",
                detail="Another one of the upload speaks of the same time.",
            )
        others.append(stated(state))


def _check_span(state: WholeState, field: str, latest_ms: int) -> None:
    if state.from_ms < EARLIEST_MS:
        raise InvalidUpload(
            field=f"{field}.from_ms",
            limit="not before 2000-01-01",
            detail=impossible_ms(state.from_ms),
        )
    if state.until_ms > latest_ms:
        raise InvalidUpload(
            field=f"{field}.until_ms", limit=NOT_AHEAD, detail=impossible_ms(state.until_ms)
        )
    if not 0 < state.until_ms - state.from_ms <= WHOLE_STATE_DAYS_MAX * DAY_MS:
        raise InvalidUpload(
            field=f"{field}.until_ms",
            limit=f"after from_ms, at most {WHOLE_STATE_DAYS_MAX} days",
            detail="The span has no length or is too long; say longer times in parts.",
        )


def is_time(sequence: int) -> bool:
    """Whether it is one in Unix milliseconds, so that times of change can be compared with it."""
    return sequence >= EARLIEST_MS


def stated(state: WholeState) -> Stated:
    """What it says, without of what."""
    return Stated(state.from_ms, state.until_ms, state.sequence)


def place_of(state: WholeState) -> PlaceOfState:
    """Of which metric and source it is, by the metric's number."""
    return METRIC_BY_CODE[state.metric].number, state.source


def parts_beyond(kept: Sequence[Stated], said: Stated) -> list[Stated]:
    """The parts of it in which it holds: where none of the same or a greater sequence does."""
    parts = [said]
    for of in kept:
        if of.sequence >= said.sequence:
            parts = [
                piece
                for part in parts
                for piece in (
                    part._replace(until_ms=min(part.until_ms, of.from_ms)),
                    part._replace(from_ms=max(part.from_ms, of.until_ms)),
                )
                if piece.from_ms < piece.until_ms
            ]
    return parts


def after(kept: Sequence[Stated], said: Stated) -> list[Stated]:
    """What holds once it was said too, the least sequences of too many left out."""
    holds = parts_beyond(kept, said)
    for of in kept:
        if of.sequence >= said.sequence:
            holds.append(of)
            continue
        holds.extend(
            piece
            for piece in (
                of._replace(until_ms=min(of.until_ms, said.from_ms)),
                of._replace(from_ms=max(of.from_ms, said.until_ms)),
            )
            if piece.from_ms < piece.until_ms
        )
    holds.sort(key=lambda of: (of.sequence, of.from_ms), reverse=True)
    return sorted(holds[:SPANS_KEPT_MAX])


def sequences_at(kept: Sequence[Stated], times_ms: Int64Array) -> Int64Array:
    """The sequence that holds at each time, 0 where there is none."""
    if not kept:
        return np.zeros(len(times_ms), np.int64)
    spans = np.array(kept, np.int64)
    place = np.maximum(np.searchsorted(spans[:, 0], times_ms, side="right") - 1, 0)
    inside = (times_ms >= spans[place, 0]) & (times_ms < spans[place, 1])
    return np.where(inside, spans[place, 2], 0)


def days_of(state: WholeState, arrival: Arrival) -> list[date]:
    """The days in whose segments something that begins in its span may stand, of those that are kept.

    A day more on each side, since a resident's days may have begun at another zone's midnight once, and one for what reaches
    over midnight.
    """
    first = local_date(_at(state.from_ms), arrival.time_zone) - timedelta(days=1)
    last = local_date(_at(state.until_ms), arrival.time_zone) + timedelta(days=2)
    first = max(first, arrival.first_day)
    return [first + timedelta(days=later) for later in range((last - first).days + 1)]


def _at(time_ms: int) -> datetime:
    return datetime.fromtimestamp(time_ms / 1000, UTC)


_encoder: Final = msgspec.msgpack.Encoder()
_decoder: Final = msgspec.msgpack.Decoder(list[Stated])


def state_row(place: PlaceOfState, kept: Sequence[Stated]) -> StateRow:
    """The row of what is to be remembered of a metric and source."""
    metric, source = place
    last_day = utc_date(max(of.until_ms for of in kept)) + timedelta(days=1)
    return StateRow(metric, source, last_day, _encoder.encode(kept))


def stated_in(spans: bytes) -> list[Stated]:
    """What a row remembers."""
    return _decoder.decode(spans)
