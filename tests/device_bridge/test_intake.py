"""Payloads from a station become samples under its card, at the right time."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from box import ADDRESS, NOW, TOKYO, Box
from hypothesis import given
from hypothesis import strategies as st

from device_bridge.intake import station_source
from device_bridge.keeping import measured, unix_ms
from device_bridge.profiles.blood_pressure import BLOOD_PRESSURE
from device_bridge.profiles.step_count import STEP_COUNT
from device_bridge.profiles.weight import WEIGHT
from device_bridge.step_minutes import STEPS_PER_MINUTE_MAX
from device_bridge.virtual.devices.blood_pressure import blood_pressure_bytes
from device_bridge.virtual.devices.scale import weight_bytes
from device_bridge.virtual.devices.wristband import step_count_bytes
from device_bridge.wire import CLOCK_AHEAD_MS_MAX
from wellness_api.health.metrics.catalogue import METRIC_BY_CODE

DEVICE_NOW = NOW.astimezone(TOKYO).replace(tzinfo=None)
TOLERANCE = timedelta(milliseconds=CLOCK_AHEAD_MS_MAX)
WEIGHT_WITHOUT_A_TIME = bytes.fromhex("00 B8 32")  # 64.92 kg


@pytest.fixture
def box(tmp_path: Path) -> Iterator[Box]:
    opened = Box(tmp_path / "outbox.sqlite")
    yield opened
    opened.close()


def test_the_source_is_the_address_with_dashes() -> None:
    assert station_source("f0:f1:f2:00:00:01") == "station:F0-F1-F2-00-00-01"


@pytest.mark.parametrize(
    ("device_clock", "counts_as", "basis"),
    [
        (None, timedelta(0), "receipt"),
        (timedelta(0), timedelta(0), "device"),
        (timedelta(days=-30), timedelta(days=-30), "device"),  # kept until it met a gateway
        (TOLERANCE, TOLERANCE, "device"),
        (TOLERANCE + timedelta(seconds=1), timedelta(0), "device was ahead"),
        (timedelta(minutes=5), timedelta(0), "device was ahead"),
        (timedelta(days=30_000), timedelta(0), "device was ahead"),
        (timedelta(days=-366), timedelta(0), "device was behind"),  # a clock that was never set
    ],
)
def test_the_devices_clock_counts_unless_it_cannot_be_right(
    device_clock: timedelta | None, counts_as: timedelta, basis: str
) -> None:
    measured_at = None if device_clock is None else DEVICE_NOW + device_clock
    assert measured(measured_at, zone=TOKYO, received_ms=unix_ms(NOW)) == (
        unix_ms(NOW + counts_as),
        basis,
    )


@given(
    told=st.none() | st.datetimes(),
    received=st.datetimes(
        datetime.fromisoformat("2001-01-01"),
        datetime.fromisoformat("2100-01-01"),
        timezones=st.just(UTC),
    ),
)
def test_no_date_of_a_device_makes_a_time_that_the_server_refuses(
    told: datetime | None, received: datetime
) -> None:
    received_ms = unix_ms(received)
    time_ms, basis = measured(told, zone=TOKYO, received_ms=received_ms)
    assert received_ms - 366 * 86_400_000 <= time_ms <= received_ms + CLOCK_AHEAD_MS_MAX
    assert basis == "device" or time_ms == received_ms


def test_a_blood_pressure_becomes_three_samples_at_the_devices_time(box: Box) -> None:
    measured_at = DEVICE_NOW - timedelta(hours=1)
    box.send(
        BLOOD_PRESSURE,
        blood_pressure_bytes(systolic=131, diastolic=84, pulse=66, measured_at=measured_at),
    )
    then = unix_ms(NOW - timedelta(hours=1))
    assert box.samples() == {
        "systolic_pressure": {then: 131.0},
        "diastolic_pressure": {then: 84.0},
        "heart_rate": {then: 66.0},
    }


@pytest.mark.parametrize("ahead", [timedelta(minutes=3), timedelta(days=800)])
def test_a_time_that_is_ahead_is_brought_to_the_time_of_reception_and_said(
    box: Box, ahead: timedelta
) -> None:
    box.send(WEIGHT, weight_bytes(weight_kg=62.5, measured_at=DEVICE_NOW + ahead))
    assert box.samples() == {"body_weight": {unix_ms(NOW): 62.5}}
    assert box.status.happened("time of reception taken: device was ahead") == 1


def test_a_broken_date_keeps_the_value_at_the_time_of_reception_and_is_said(box: Box) -> None:
    box.send(WEIGHT, bytes.fromhex("02 B8 32 EA 07 02 1D 12 1E 05"))  # 29 February 2026
    assert box.samples() == {"body_weight": {unix_ms(NOW): 64.92}}
    assert box.status.happened("time of reception taken: the date is broken") == 1


def test_what_no_living_person_has_is_not_sent_and_is_counted(box: Box) -> None:
    box.send(BLOOD_PRESSURE, bytes.fromhex("04 50 00 78 00 5D 00 00 3F"))  # 80/120, -256000
    box.send(WEIGHT, bytes.fromhex("00 00 00"))
    assert box.samples() == {}
    assert box.status.happened("reading refused") == 4


def test_a_running_total_becomes_steps_of_the_minute_also_across_a_restart(box: Box) -> None:
    box.send(STEP_COUNT, step_count_bytes(total=4000), step_count_bytes(total=4012))
    box.restart_gateway()
    box.pass_time(timedelta(seconds=10))
    box.send(STEP_COUNT, step_count_bytes(total=4020))
    assert box.samples() == {"steps": {unix_ms(NOW.replace(second=0)): 20.0}}


def test_a_counter_that_jumps_further_than_feet_go_is_a_new_start_and_is_said(box: Box) -> None:
    box.send(STEP_COUNT, step_count_bytes(total=4000), step_count_bytes(total=4_000_000_000))
    assert box.samples() == {}
    box.send(STEP_COUNT, step_count_bytes(total=4_000_000_012))
    assert box.values("steps") == [12.0]
    assert box.status.happened("reading refused") == 1


def test_the_gateway_believes_as_many_steps_as_the_server_counts() -> None:
    assert METRIC_BY_CODE["steps"].maximum == STEPS_PER_MINUTE_MAX


def test_a_payload_that_is_not_understood_keeps_nothing_and_is_said(box: Box) -> None:
    box.send(BLOOD_PRESSURE, b"\x02\x78\x00")
    assert box.outbox.samples_kept() == 0
    assert box.status.happened("payload not understood") == 1


class TestABoxThatDoesNotKnowTheTime:
    """It starts in 1970 or 2099, measures, and learns the time later."""

    @pytest.mark.parametrize("wall_off", [timedelta(days=-20_000), timedelta(days=26_000)])
    def test_what_it_measured_gets_the_time_at_which_it_was_measured(
        self, tmp_path: Path, wall_off: timedelta
    ) -> None:
        box = Box(tmp_path / "outbox.sqlite", wall_off=wall_off, synchronised=False)
        measured_at = box.now
        box.send(WEIGHT, WEIGHT_WITHOUT_A_TIME)
        box.send(
            BLOOD_PRESSURE,
            blood_pressure_bytes(systolic=131, diastolic=84, pulse=66, measured_at=box.here()),
        )
        box.pass_time(timedelta(hours=5))
        assert box.samples() == {}
        assert box.outbox.samples_kept() == 4
        assert box.clock.learn(box.now, asked=box.clock.now())
        (weighed_at,) = box.times("body_weight")
        assert abs(weighed_at - measured_at) < timedelta(seconds=1)
        assert box.times("systolic_pressure") == [measured_at.replace(microsecond=0)]
        box.close()

    def test_the_clock_may_also_be_mended_by_a_time_server(self, tmp_path: Path) -> None:
        box = Box(tmp_path / "outbox.sqlite", wall_off=timedelta(days=-20_000), synchronised=False)
        box.send(WEIGHT, WEIGHT_WITHOUT_A_TIME)
        box.pass_time(timedelta(minutes=20))
        box.wall_off, box.synchronised = timedelta(0), True
        assert box.times("body_weight") == [NOW]
        box.close()

    def test_a_restart_of_the_gateway_loses_nothing_of_it(self, tmp_path: Path) -> None:
        box = Box(tmp_path / "outbox.sqlite", wall_off=timedelta(days=-20_000), synchronised=False)
        box.send(WEIGHT, WEIGHT_WITHOUT_A_TIME)
        box.pass_time(timedelta(minutes=20))
        box.restart_gateway()
        box.synchronised, box.wall_off = True, timedelta(0)
        assert box.times("body_weight") == [NOW]
        box.close()

    def test_after_a_reboot_the_latest_possible_time_counts_or_the_devices_own(
        self, tmp_path: Path
    ) -> None:
        """Nobody ever knows how long the box was off; a device that has a clock does."""
        box = Box(tmp_path / "outbox.sqlite", wall_off=timedelta(days=-20_000), synchronised=False)
        box.send(WEIGHT, WEIGHT_WITHOUT_A_TIME)
        box.pass_time(timedelta(minutes=10))
        told = box.here()
        box.send(
            BLOOD_PRESSURE,
            blood_pressure_bytes(systolic=131, diastolic=84, pulse=66, measured_at=told),
        )
        off = timedelta(hours=3)
        box.reboot(off=off, boot="boot-2")
        box.send(WEIGHT, bytes.fromhex("00 C0 32"))
        box.reboot(off=off, boot="boot-3", wall_off=timedelta(0))
        box.synchronised = True
        first, second = box.times("body_weight")
        assert box.times("systolic_pressure") == [told.replace(tzinfo=TOKYO)]
        # As though the box had never been off: late by just the two times that it was.
        assert abs(first - (NOW + 2 * off)) < timedelta(seconds=1)
        assert second <= box.started
        assert first < second
        assert box.status.happened("time estimated: the box was off before it was known") == 5
        box.close()

    def test_steps_are_counted_in_the_minutes_in_which_they_were_walked(
        self, tmp_path: Path
    ) -> None:
        known = Box(tmp_path / "known.sqlite")
        unknown = Box(
            tmp_path / "unknown.sqlite", wall_off=timedelta(days=26_000), synchronised=False
        )
        for box in (known, unknown):
            box.pass_time(timedelta(seconds=29))  # So that minutes end alike for both.
            for total in (100, 160, 230, 230, 290):
                box.send(STEP_COUNT, step_count_bytes(total=total))
                box.pass_time(timedelta(seconds=60))
        unknown.synchronised, unknown.wall_off = True, timedelta(0)
        assert unknown.samples() == known.samples()
        assert sum(known.values("steps")) == 190
        known.close()
        unknown.close()

    def test_a_counter_that_speaks_every_second_takes_one_place_a_minute(
        self, tmp_path: Path
    ) -> None:
        box = Box(tmp_path / "outbox.sqlite", synchronised=False)
        for total in range(120):
            box.send(STEP_COUNT, step_count_bytes(total=total))
            box.pass_time(timedelta(milliseconds=980))
        assert box.outbox.samples_kept() <= 3
        box.close()


def test_nothing_of_a_value_is_logged_or_counted(
    box: Box, capsys: pytest.CaptureFixture[str]
) -> None:
    box.send(WEIGHT, weight_bytes(weight_kg=63.415, measured_at=DEVICE_NOW))
    box.send(WEIGHT, bytes.fromhex("00 64 00"))  # 0.5 kg
    printed = capsys.readouterr()
    assert "63.415" not in printed.out + printed.err
    assert "0.5 kg" not in printed.out + printed.err


def test_every_station_has_its_card(box: Box) -> None:
    box.send(WEIGHT, WEIGHT_WITHOUT_A_TIME)
    upload = box.outbox.next_upload(now_ms=0)
    assert upload is not None
    assert upload.card == "card-1"
    assert ADDRESS in box.status.last_heard
