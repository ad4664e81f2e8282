"""Which uploads carry a resident's samples, and when: backfill, then syncs, re-sends and network retries.

The plan cuts time into windows. History comes first, in pieces of two weeks; then each sync carries what was
recorded since the last one. Late phones also send the previous window again, as many health apps do, and some
uploads arrive twice with the same idempotency key, as after a lost answer. A last upload brings the plan's end, so
every sample is sent at least once.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import msgspec
import numpy as np

from device_bridge.wire import Batch, Upload
from wellness_api.town.simulation.days import (
    DAY_MS,
    MINUTE_MS,
    Series,
    day_start_ms,
    sample_history,
)
from wellness_api.town.simulation.draws import Purpose, keys, spread, uniform
from wellness_api.town.simulation.people import People, Sync

BACKFILL_DAYS_MAX = 14
_LATE_DAYS_MIN, _LATE_DAYS_SPAN = 8, 20
_WEEK_DAYS = 7
_SENT_TWICE = 0.03
# Samples are made this many days at a time: a minute grid of them fits a core's cache.
_DAYS_AT_ONCE_MAX = 92

_encoder = msgspec.msgpack.Encoder()


@dataclass(frozen=True, slots=True)
class PlannedUpload:
    """One request to send: MessagePack `body` of device_bridge.wire.Upload, and what a test wants to know of it."""

    resident: int
    ordinal: int
    idempotency_key: str
    body: bytes
    samples: int


@dataclass(frozen=True, slots=True)
class Window:
    """Samples at start_ms <= time < end_ms go into one upload."""

    start_ms: int
    end_ms: int


@dataclass(frozen=True, slots=True)
class Span:
    """What a plan covers: from a local day (from 1970-01-01) to a moment, the last `synced_days` by sync behaviour.

    Samples of minutes that end after `until_ms` do not exist yet.
    """

    first_day: int
    until_ms: int
    synced_days: int

    @property
    def start_ms(self) -> int:
        """Midnight of the first day."""
        return int(day_start_ms(np.array(self.first_day)))

    @property
    def days(self) -> range:
        """All local days that the plan touches."""
        day_count = -(-(self.until_ms - self.start_ms) // DAY_MS)
        return range(self.first_day, self.first_day + max(day_count, 0))


def encode(series: Iterable[Series]) -> bytes:
    """One upload as MessagePack, its columns packed as little-endian int64 and float64."""
    batches = [
        Batch(
            metric=part.metric,
            source=part.source,
            times_ms=part.times_ms.astype("<i8", copy=False).tobytes(),
            values=part.values.astype("<f8", copy=False).tobytes(),
        )
        for part in series
    ]
    return _encoder.encode(Upload(batches=batches))


def idempotency_key(people: People, resident: int, ordinal: int, window: Window) -> str:
    """The same for the same content only: a fill run again tomorrow must not be taken for today's.

    `today` decides who has joined or stopped, and the window what is in the upload, so both are in the key.
    """
    parts = (resident, ordinal, people.today, window.start_ms, window.end_ms)
    (word,) = keys(people.seed, Purpose.UPLOAD_KEY, *(np.array([part]) for part in parts)).tolist()
    return f"sim-{resident}-{ordinal}-{word:016x}"


def _backfill(start_ms: int, end_ms: int) -> Iterator[Window]:
    step_ms = BACKFILL_DAYS_MAX * DAY_MS
    for at_ms in range(start_ms, end_ms, step_ms):
        yield Window(at_ms, min(at_ms + step_ms, end_ms))


def _gap_days(people: People, resident: int, ordinal: int) -> int:
    """Days from one sync to the next."""
    sync = Sync(int(people.sync[resident]))
    if sync is Sync.DAILY:
        return 1
    if sync is Sync.WEEKLY:
        return _WEEK_DAYS
    draw = uniform(keys(people.seed, Purpose.SYNC_GAP, np.array([resident]), np.array([ordinal])))
    return _LATE_DAYS_MIN + int(draw[0] * _LATE_DAYS_SPAN)


def _sync_moment_ms(people: People, resident: int) -> int:
    """Each resident opens the app at their own minute of the day."""
    draw = uniform(keys(people.seed, Purpose.SYNC_GAP, np.array([resident])))
    return int(draw[0] * DAY_MS / MINUTE_MS) * MINUTE_MS


def windows(people: People, resident: int, span: Span) -> list[Window]:
    """The resident's uploads in the order sent; together they cover the span from joining on."""
    joined_ms = int(day_start_ms(people.joined_day[resident]))
    start_ms = max(span.start_ms, joined_ms)
    synced_from_ms = max(start_ms, span.until_ms - span.synced_days * DAY_MS)
    plan = list(_backfill(start_ms, min(synced_from_ms, span.until_ms)))
    at_ms = synced_from_ms
    last_ms = plan[-1].start_ms if plan else at_ms
    moment_ms = _sync_moment_ms(people, resident)
    while at_ms < span.until_ms:
        midnight_ms = at_ms - (at_ms - span.start_ms) % DAY_MS
        next_ms = midnight_ms + _gap_days(people, resident, len(plan)) * DAY_MS + moment_ms
        end_ms = min(next_ms, span.until_ms)
        plan.append(Window(last_ms if people.sync[resident] == Sync.LATE else at_ms, end_ms))
        last_ms, at_ms = at_ms, end_ms
    return plan


def _cut(series: tuple[Series, ...], window: Window) -> list[Series]:
    cut = []
    for part in series:
        start, end = np.searchsorted(part.times_ms, (window.start_ms, window.end_ms)).tolist()
        if start < end:
            cut.append(
                Series(
                    metric=part.metric,
                    source=part.source,
                    times_ms=part.times_ms[start:end],
                    values=part.values[start:end],
                )
            )
    return cut


def _until(series: Iterable[Series], until_ms: int) -> Iterator[Series]:
    """The series without minutes that are not over: a step count stands for the whole minute that starts at its time."""
    for part in series:
        end = int(np.searchsorted(part.times_ms, until_ms - MINUTE_MS, side="right"))
        if end:
            yield Series(part.metric, part.source, part.times_ms[:end], part.values[:end])


def recorded(people: People, resident: int, span: Span) -> tuple[Series, ...]:
    """Everything that the resident's devices have recorded in the span; nothing lies in the future."""
    parts: dict[tuple[str, str], list[Series]] = {}
    for first in range(span.days.start, span.days.stop, _DAYS_AT_ONCE_MAX):
        days = range(first, min(first + _DAYS_AT_ONCE_MAX, span.days.stop))
        for part in _until(sample_history(people, resident, days), span.until_ms):
            parts.setdefault((part.metric, part.source), []).append(part)
    return tuple(
        Series(
            metric=metric,
            source=source,
            times_ms=np.concatenate([part.times_ms for part in pieces]),
            values=np.concatenate([part.values for part in pieces]),
        )
        for (metric, source), pieces in parts.items()
    )


def uploads_of(people: People, resident: int, span: Span) -> Iterator[PlannedUpload]:
    """A resident's uploads in the order sent. Windows without samples send nothing."""
    if people.joined_day[resident] >= span.days.stop:
        return
    series = recorded(people, resident, span)
    retry_key = keys(people.seed, Purpose.RETRY, np.array([resident]))
    for ordinal, window in enumerate(windows(people, resident, span)):
        cut = _cut(series, window)
        if not cut:
            continue
        upload = PlannedUpload(
            resident=resident,
            ordinal=ordinal,
            idempotency_key=idempotency_key(people, resident, ordinal, window),
            body=encode(cut),
            samples=sum(len(part.times_ms) for part in cut),
        )
        yield upload
        if uniform(spread(retry_key, np.array([ordinal])))[0] < _SENT_TWICE:
            yield upload


def uploads(people: People, residents: Iterable[int], span: Span) -> Iterator[PlannedUpload]:
    """Uploads of many residents, made as they are asked for: one resident's history is in memory at a time."""
    for resident in residents:
        yield from uploads_of(people, resident, span)
