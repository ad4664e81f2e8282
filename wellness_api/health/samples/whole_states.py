"""Whole states: the spans of which somebody has said that an upload has all samples, with the sequence of each.

At each moment the greatest sequence that was said of it holds. The database remembers it. So whatever was read before it
and comes after it changes nothing: neither an older whole state, nor a copy of a sample that is gone.
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
from points.said import said
from wellness_api.health.metrics.catalogue import METRIC_BY_CODE
from wellness_api.health.samples.columns import NOT_AHEAD, Arrival
from wellness_api.health.samples.local_days import DAY_MS, local_date
from wellness_api.health.samples.problems import InvalidUpload
from wellness_api.health.samples.record_rows import utc_date
from wellness_api.health.samples.segments import Int64Array
from wellness_api.health.samples.times_in_words import impossible_ms

SPANS_KEPT_MAX: Final = 100
"""Spans of a metric and source. When there are more, the spans of the least sequences are forgotten. A sample that was read before such a span and comes so late counts as new."""

PlaceOfState = tuple[int, str]
"""(metric number, source)."""


class Stated(NamedTuple):
    """A span, its end not included, and the sequence of the whole state that holds in it."""

    from_ms: int
    until_ms: int
    sequence: int


StatedByPlace = Mapping[PlaceOfState, Sequence[Stated]]
"""Ascending; no two spans of one place share a moment."""


Named = Mapping[PlaceOfState, frozenset[int]]
"""The marks of the records that an upload has, in any version."""

NONE_NAMED: Final[Named] = {}


class StateRow(NamedTuple):
    """A row of `health.whole_state`. It is needed as long as samples of `last_day` are kept."""

    metric: int
    source: str
    last_day: date
    spans: bytes


def check_whole_states(states: Sequence[WholeState], arrival: Arrival) -> None:
    """Raises InvalidUpload for a whole state that nobody can mean."""
    if states and arrival.recorder == "station":
        raise InvalidUpload(
            field="whole_states",
            limit="none",
            detail=said("refusal.gateway_not_whole"),
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
                detail=said("refusal.no_metric", code=repr(state.metric)),
            )
        _check_span(state, field, latest_ms)
        if is_time(state.sequence) and state.sequence > latest_ms:
            raise InvalidUpload(
                field=f"{field}.sequence",
                limit=f"{NOT_AHEAD}, or a number below {EARLIEST_MS}",
                detail=said("refusal.sequence_ahead"),
            )
        others = spoken_of.setdefault((metric.number, state.source), [])
        if any(
            other.from_ms < state.until_ms and state.from_ms < other.until_ms for other in others
        ):
            raise InvalidUpload(
                field=f"{field}.from_ms",
                limit="one whole state of each time of a metric and source",
                detail=said("refusal.whole_state_twice"),
            )
        others.append(stated(state))


def _check_span(state: WholeState, field: str, latest_ms: int) -> None:
    if state.from_ms < EARLIEST_MS:
        raise InvalidUpload(
            field=f"{field}.from_ms",
            limit="not before 2000-01-01",
            detail=impossible_ms(state.from_ms, field="from_ms"),
        )
    if state.until_ms > latest_ms:
        raise InvalidUpload(
            field=f"{field}.until_ms",
            limit=NOT_AHEAD,
            detail=impossible_ms(state.until_ms, field="until_ms"),
        )
    if not 0 < state.until_ms - state.from_ms <= WHOLE_STATE_DAYS_MAX * DAY_MS:
        raise InvalidUpload(
            field=f"{field}.until_ms",
            limit=f"after from_ms, at most {WHOLE_STATE_DAYS_MAX} days",
            detail=said("refusal.whole_state_backwards")
            if state.until_ms <= state.from_ms
            else said("refusal.whole_state_span", most=WHOLE_STATE_DAYS_MAX),
        )


def is_time(sequence: int) -> bool:
    """Whether the sequence is a time in Unix milliseconds, so that times of change can be compared with it."""
    return sequence >= EARLIEST_MS


def stated(state: WholeState) -> Stated:
    """The span and sequence of the whole state, without its metric and source."""
    return Stated(state.from_ms, state.until_ms, state.sequence)


def place_of(state: WholeState) -> PlaceOfState:
    """The metric, by its number, and the source of the whole state."""
    return METRIC_BY_CODE[state.metric].number, state.source


def parts_beyond(kept: Sequence[Stated], said: Stated) -> list[Stated]:
    """The parts of the span in which it holds: where no kept one has the same or a greater sequence."""
    parts = [said]
    for span in kept:
        if span.sequence >= said.sequence:
            parts = [
                piece
                for part in parts
                for piece in (
                    part._replace(until_ms=min(part.until_ms, span.from_ms)),
                    part._replace(from_ms=max(part.from_ms, span.until_ms)),
                )
                if piece.from_ms < piece.until_ms
            ]
    return parts


def after(kept: Sequence[Stated], said: Stated) -> list[Stated]:
    """What holds after this whole state was said. If there are too many spans, those of the least sequences are left out."""
    holds = parts_beyond(kept, said)
    for span in kept:
        if span.sequence >= said.sequence:
            holds.append(span)
            continue
        holds.extend(
            piece
            for piece in (
                span._replace(until_ms=min(span.until_ms, said.from_ms)),
                span._replace(from_ms=max(span.from_ms, said.until_ms)),
            )
            if piece.from_ms < piece.until_ms
        )
    holds.sort(key=lambda span: (span.sequence, span.from_ms), reverse=True)
    return sorted(holds[:SPANS_KEPT_MAX])


def sequences_at(kept: Sequence[Stated], times_ms: Int64Array) -> Int64Array:
    """The sequence that holds at each time, 0 where none does."""
    if not kept:
        return np.zeros(len(times_ms), np.int64)
    spans = np.array(kept, np.int64)
    place = np.maximum(np.searchsorted(spans[:, 0], times_ms, side="right") - 1, 0)
    inside = (times_ms >= spans[place, 0]) & (times_ms < spans[place, 1])
    return np.where(inside, spans[place, 2], 0)


def days_of(state: WholeState, arrival: Arrival) -> list[date]:
    """The days, of those that are kept, whose segments may hold a sample that begins in the whole state's span.

    There is one more day on each side, because a resident's days may once have begun at another zone's midnight, and one
    more for samples that reach over midnight.
    """
    first = local_date(_moment(state.from_ms), arrival.time_zone) - timedelta(days=1)
    last = local_date(_moment(state.until_ms), arrival.time_zone) + timedelta(days=2)
    first = max(first, arrival.first_day)
    return [first + timedelta(days=later) for later in range((last - first).days + 1)]


def _moment(time_ms: int) -> datetime:
    return datetime.fromtimestamp(time_ms / 1000, UTC)


_encoder: Final = msgspec.msgpack.Encoder()
_decoder: Final = msgspec.msgpack.Decoder(list[Stated])


def state_row(place: PlaceOfState, kept: Sequence[Stated]) -> StateRow:
    """The row that remembers the whole states of a metric and source."""
    metric, source = place
    last_day = utc_date(max(span.until_ms for span in kept)) + timedelta(days=1)
    return StateRow(metric, source, last_day, _encoder.encode(kept))


def stated_in(spans: bytes) -> list[Stated]:
    """The spans that a row remembers."""
    return _decoder.decode(spans)
