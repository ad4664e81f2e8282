"""From a station's payload to samples on disk: decoded, timed, counted, kept."""

from datetime import UTC, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from device_bridge.outbox import Outbox
from device_bridge.profiles.reading import Profile, Reading
from device_bridge.samples import Sample
from device_bridge.step_minutes import count_steps

# Outside of these a device's clock is taken for wrong, and the time of arrival counts: cuffs and scales keep
# measurements for months until they meet a gateway, but none from the future.
DEVICE_CLOCK_AHEAD_MAX: Final = timedelta(minutes=5)
DEVICE_CLOCK_BEHIND_MAX: Final = timedelta(days=365)


def measured_ms(measured_at: datetime | None, *, zone: ZoneInfo, now: datetime) -> int:
    """When a reading counts as measured, in Unix ms. `measured_at`: the device's local time; `now`: aware."""
    if measured_at is not None:
        there = measured_at.replace(tzinfo=zone).astimezone(UTC)
        if -DEVICE_CLOCK_AHEAD_MAX <= now - there <= DEVICE_CLOCK_BEHIND_MAX:
            return unix_ms(there)
    return unix_ms(now)


def unix_ms(at: datetime) -> int:
    """Unix time in whole milliseconds of an aware time."""
    return round(at.timestamp() * 1000)


def station_source(address: str) -> str:
    """The source of what the device with this Bluetooth address measures."""
    return f"station:{address.upper().replace(':', '-')}"


def keep_payload(
    outbox: Outbox,
    *,
    address: str,
    card: str,
    profile: Profile,
    payload: bytes,
    zone: ZoneInfo,
    now: datetime,
) -> int:
    """Puts what a device sent into the outbox, durably; the number of samples kept.

    Raises DecodeError when the payload does not follow its profile, OutboxFull when there is no room.
    """
    readings = profile.decode(payload)
    source = station_source(address)
    if profile.cumulative:
        kept = [
            _keep_total(outbox, reading, source=source, card=card, now=now) for reading in readings
        ]
        return sum(kept)
    samples = [
        Sample(
            card=card,
            source=source,
            metric=reading.metric,
            time_ms=measured_ms(reading.measured_at, zone=zone, now=now),
            value=reading.value,
        )
        for reading in readings
    ]
    outbox.add(samples)
    return len(samples)


def _keep_total(outbox: Outbox, reading: Reading, *, source: str, card: str, now: datetime) -> int:
    before = outbox.step_counter(source=source, card=card)
    counter, minutes = count_steps(before, total=int(reading.value), now_ms=unix_ms(now))
    samples = [
        Sample(
            card=card, source=source, metric=reading.metric, time_ms=minute_ms, value=float(steps)
        )
        for minute_ms, steps in minutes.items()
    ]
    outbox.add_steps(samples, source=source, card=card, counter=counter)
    return len(samples)
