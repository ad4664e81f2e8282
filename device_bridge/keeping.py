"""Turns readings into samples on disk, with a time, counted, and kept once."""

from datetime import UTC, datetime, timedelta
from typing import Final, Literal
from zoneinfo import ZoneInfo

import msgspec

from device_bridge.clock import BoxClock, Instant
from device_bridge.memories import Record, seen_before
from device_bridge.outbox import Outbox
from device_bridge.profiles.reading import Reading
from device_bridge.samples import Sample
from device_bridge.status import Status
from device_bridge.step_minutes import believable, count_steps
from device_bridge.untimed import keep_untimed, take_timed, waits_for_a_time
from device_bridge.wire import CLOCK_AHEAD_MS_MAX

DEVICE_CLOCK_BEHIND_MAX: Final = timedelta(days=365)
"""Cuffs and scales keep measurements for months until they meet a gateway. An older date means a clock that was never
set, and the time of receipt counts.
"""

DEVICE_CLOCK_AHEAD_MAX: Final = timedelta(milliseconds=CLOCK_AHEAD_MS_MAX)
"""A date further ahead means a wrong clock, and the time of receipt counts."""

DATE_BROKEN: Final = "time of reception taken: the date is broken"
_EPOCH: Final = datetime.fromtimestamp(0, UTC)

Basis = Literal["device", "receipt", "device was ahead", "device was behind"]


class Heard(msgspec.Struct, frozen=True, kw_only=True):
    """What one payload said, when it was received, and its record, if its device may send it again."""

    source: str
    card: str
    cumulative: bool
    readings: tuple[Reading, ...]
    heard: Instant
    record: Record | None


class Kept(msgspec.Struct, frozen=True, kw_only=True):
    """How many `samples` were kept; none if the payload was `known`, which means that it was kept before."""

    samples: int
    known: bool = False


class Keeper:
    """Puts what devices said into the outbox."""

    def __init__(self, outbox: Outbox, *, clock: BoxClock, zone: ZoneInfo, status: Status) -> None:
        self._outbox = outbox
        self._clock = clock
        self._zone = zone
        self._status = status

    def keep(self, heard: Heard) -> Kept:
        """Keeps all of a payload or nothing, durably. Raises OutboxFull, and an outbox's errors of its disk."""
        self.settle_times()
        offset_ms = self._clock.offset_ms()
        with self._outbox.writing() as db:
            if heard.record is not None and seen_before(db, heard.record):
                return Kept(samples=0, known=True)
            if offset_ms is not None:
                samples = self._keep_timed(heard, received_ms=heard.heard.boot_ms + offset_ms)
                return Kept(samples=samples)
            for reading in heard.readings:
                keep_untimed(
                    db,
                    reading,
                    card=heard.card,
                    source=heard.source,
                    cumulative=heard.cumulative,
                    heard=heard.heard,
                )
            self._outbox.make_sure_of_room(len(heard.readings))
        self._status.say("measurement waits until the time is known", source=heard.source)
        return Kept(samples=len(heard.readings))

    def settle_times(self) -> None:
        """Gives measurements their time that came while nobody knew the time, if somebody knows it now."""
        offset_ms = self._clock.offset_ms()
        if offset_ms is None or not self._outbox.read(waits_for_a_time):
            return
        boot_id, estimated, settled = self._clock.boot_id, 0, 0
        while True:
            with self._outbox.writing() as db:
                untimed = take_timed(
                    db,
                    boot_id=boot_id,
                    offset_ms=offset_ms,
                    put_aside=self._outbox.put_reading_aside,
                )
                if not untimed:
                    break
                for reading in untimed:
                    if reading.date_broken:
                        self._status.say(DATE_BROKEN, source=reading.source)
                    self._keep_timed(
                        Heard(
                            source=reading.source,
                            card=reading.card,
                            cumulative=reading.cumulative,
                            readings=(reading.reading,),
                            heard=Instant(boot_id=boot_id, boot_ms=0, utc_ms=reading.received_ms),
                            record=None,
                        ),
                        received_ms=reading.received_ms,
                    )
                settled += len(untimed)
                estimated += sum(reading.estimated for reading in untimed)
        if settled:
            self._status.say_many(settled, "measurements got their time")
        if estimated:
            self._status.say_many(estimated, "time estimated: the box was off before it was known")

    def _keep_timed(self, heard: Heard, *, received_ms: int) -> int:
        if heard.cumulative:
            return sum(self._keep_total(heard, reading, received_ms) for reading in heard.readings)
        # A device gives one time for everything that it measured at once.
        (measured_at,) = {reading.measured_at for reading in heard.readings}
        time_ms, basis = measured(measured_at, zone=self._zone, received_ms=received_ms)
        if basis not in {"device", "receipt"}:
            self._status.say(f"time of reception taken: {basis}", source=heard.source)
        samples = _samples(heard, time_ms)
        while basis != "device" and any(map(self._outbox.waits, samples)):
            # A device sends its memory within a moment, and two of its values with one time would become one.
            time_ms -= 1
            samples = _samples(heard, time_ms)
        self._outbox.add(samples)
        return len(samples)

    def _keep_total(self, heard: Heard, reading: Reading, received_ms: int) -> int:
        before = self._outbox.step_counter(source=heard.source, card=heard.card)
        total = int(reading.value)
        if not believable(before, total=total, now_ms=received_ms):
            self._status.say(
                "reading refused",
                source=heard.source,
                metric=reading.metric,
                reason="more steps than the time since the last total has room for",
            )
            before = None
        counter, minutes = count_steps(before, total=total, now_ms=received_ms)
        samples = [
            Sample(
                card=heard.card,
                source=heard.source,
                metric=reading.metric,
                time_ms=minute_ms,
                value=float(steps),
            )
            for minute_ms, steps in minutes.items()
        ]
        self._outbox.add_steps(samples, source=heard.source, card=heard.card, counter=counter)
        return len(samples)


def _samples(heard: Heard, time_ms: int) -> list[Sample]:
    return [
        Sample(
            card=heard.card,
            source=heard.source,
            metric=reading.metric,
            time_ms=time_ms,
            value=reading.value,
        )
        for reading in heard.readings
    ]


def measured(
    measured_at: datetime | None, *, zone: ZoneInfo, received_ms: int
) -> tuple[int, Basis]:
    """When a reading counts as measured, in Unix ms, and who says so. `measured_at`: the device's local time."""
    if measured_at is None:
        return received_ms, "receipt"
    received = _EPOCH + timedelta(milliseconds=received_ms)
    # Compared without zones first, because the year 9999 cannot be converted.
    ahead = measured_at - received.astimezone(zone).replace(tzinfo=None)
    if ahead > DEVICE_CLOCK_AHEAD_MAX:
        return received_ms, "device was ahead"
    if ahead < -DEVICE_CLOCK_BEHIND_MAX:
        return received_ms, "device was behind"
    there_ms = unix_ms(measured_at.replace(tzinfo=zone))
    if there_ms > received_ms + CLOCK_AHEAD_MS_MAX:  # In the hour that comes twice.
        return received_ms, "device was ahead"
    return there_ms, "device"


def unix_ms(moment: datetime) -> int:
    """Unix time in whole milliseconds. `moment`: with an offset."""
    return round(moment.timestamp() * 1000)
