"""Payloads from a station become samples under its card, at the right time."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import msgspec
import pytest

from device_bridge.intake import keep_payload, measured_ms, station_source, unix_ms
from device_bridge.outbox import Outbox
from device_bridge.profiles.blood_pressure import BLOOD_PRESSURE
from device_bridge.profiles.reading import Profile, TruncatedPayload
from device_bridge.profiles.step_count import STEP_COUNT
from device_bridge.virtual.payloads import blood_pressure_bytes, step_count_bytes
from device_bridge.wire import Upload

TOKYO = ZoneInfo("Asia/Tokyo")
NOW = datetime(2026, 11, 24, 3, 0, 30, tzinfo=UTC)  # 12:00:30 in Furano
DEVICE_NOW = NOW.astimezone(TOKYO).replace(tzinfo=None)


@pytest.fixture
def outbox(tmp_path: Path) -> Iterator[Outbox]:
    with Outbox(tmp_path / "outbox.sqlite") as opened:
        yield opened


def keep(outbox: Outbox, profile: Profile, payload: bytes, *, now: datetime = NOW) -> int:
    return keep_payload(
        outbox,
        address="F0:F1:F2:00:00:01",
        card="card-1",
        profile=profile,
        payload=payload,
        zone=TOKYO,
        now=now,
    )


def waiting(outbox: Outbox) -> dict[str, dict[int, float | None]]:
    upload = outbox.next_upload(now_ms=0)
    assert upload is not None
    sent = msgspec.msgpack.decode(upload.body, type=Upload)
    assert {batch.source for batch in sent.batches} == {"station:F0-F1-F2-00-00-01"}
    return {
        batch.metric: dict(zip(batch.times_ms, batch.values, strict=True)) for batch in sent.batches
    }


def test_the_source_is_the_address_with_dashes() -> None:
    assert station_source("f0:f1:f2:00:00:01") == "station:F0-F1-F2-00-00-01"


@pytest.mark.parametrize(
    ("device_clock", "counts_as"),
    [
        (None, timedelta(0)),
        (timedelta(0), timedelta(0)),
        (timedelta(days=-30), timedelta(days=-30)),  # kept in the cuff until it met a gateway
        (timedelta(minutes=5), timedelta(minutes=5)),
        (timedelta(minutes=6), timedelta(0)),  # a clock ahead is wrong
        (timedelta(days=-366), timedelta(0)),  # so is one that was never set
    ],
)
def test_the_devices_clock_counts_unless_it_cannot_be_right(
    device_clock: timedelta | None, counts_as: timedelta
) -> None:
    measured_at = None if device_clock is None else DEVICE_NOW + device_clock
    assert measured_ms(measured_at, zone=TOKYO, now=NOW) == unix_ms(NOW + counts_as)


def test_a_blood_pressure_becomes_three_samples_at_the_devices_time(outbox: Outbox) -> None:
    at = DEVICE_NOW - timedelta(hours=1)
    kept = keep(
        outbox,
        BLOOD_PRESSURE,
        blood_pressure_bytes(systolic=131, diastolic=84, pulse=66, at=at),
    )
    then = unix_ms(NOW - timedelta(hours=1))
    assert kept == 3
    assert waiting(outbox) == {
        "systolic_pressure": {then: 131.0},
        "diastolic_pressure": {then: 84.0},
        "heart_rate": {then: 66.0},
    }


def test_a_running_total_becomes_steps_of_the_minute_also_across_a_restart(
    tmp_path: Path,
) -> None:
    path = tmp_path / "outbox.sqlite"
    with Outbox(path) as outbox:
        assert keep(outbox, STEP_COUNT, step_count_bytes(total=4000)) == 0
        assert keep(outbox, STEP_COUNT, step_count_bytes(total=4012)) == 1
    with Outbox(path) as outbox:
        later = NOW + timedelta(seconds=10)
        assert keep(outbox, STEP_COUNT, step_count_bytes(total=4020), now=later) == 1
        minute_ms = unix_ms(NOW.replace(second=0))
        assert waiting(outbox) == {"steps": {minute_ms: 20.0}}


def test_a_payload_that_is_not_understood_keeps_nothing(outbox: Outbox) -> None:
    with pytest.raises(TruncatedPayload):
        keep(outbox, BLOOD_PRESSURE, b"\x02\x78\x00")
    assert outbox.samples_kept() == 0
