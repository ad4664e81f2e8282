"""What a device has stored counts once, however often it sends it; what is measured anew counts each time."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from box import Box
from hypothesis import given, settings
from hypothesis import strategies as st

from device_bridge import memories
from device_bridge.profiles.blood_pressure import BLOOD_PRESSURE
from device_bridge.profiles.heart_rate import HEART_RATE
from device_bridge.profiles.weight import WEIGHT
from device_bridge.virtual.devices.blood_pressure import blood_pressure_bytes
from device_bridge.virtual.devices.scale import weight_bytes
from device_bridge.virtual.devices.wristband import heart_rate_bytes


@pytest.fixture
def box(tmp_path: Path) -> Iterator[Box]:
    opened = Box(tmp_path / "outbox.sqlite")
    yield opened
    opened.close()


def without_a_time(*steps: int) -> list[bytes]:
    """Weights in steps of 5 g of a scale that has no clock."""
    return [b"\x00" + step.to_bytes(2, "little") for step in steps]


SIXTY = without_a_time(*(12_000 + index % 25 for index in range(60)))


def test_sixty_old_weights_sent_again_at_each_connection_are_sixty(box: Box) -> None:
    for connection in range(10):
        box.send(WEIGHT, *SIXTY)
        box.pass_time(timedelta(hours=30) if connection % 2 else timedelta(minutes=1))
        if connection % 3 == 0:
            box.restart_gateway()
        else:
            box.connect()
    assert len(box.values("body_weight")) == 60


def test_a_new_weighing_at_the_end_of_the_memory_counts(box: Box) -> None:
    box.send(WEIGHT, *SIXTY)
    box.pass_time(timedelta(days=1))
    box.connect()
    box.send(WEIGHT, *SIXTY, SIXTY[-1])
    assert len(box.values("body_weight")) == 61


def test_a_full_memory_that_drops_its_oldest_counts_the_new_one_alone(box: Box) -> None:
    box.send(WEIGHT, *SIXTY)
    box.pass_time(timedelta(days=1))
    box.connect()
    box.send(WEIGHT, *SIXTY[1:], *without_a_time(13_000))
    assert len(box.values("body_weight")) == 61


def test_two_equal_weights_in_one_memory_are_two(box: Box) -> None:
    box.send(WEIGHT, *without_a_time(12_000, 12_000))
    assert box.values("body_weight") == [60.0, 60.0]


def test_a_scale_without_a_memory_counts_the_same_weight_on_another_day(box: Box) -> None:
    for _ in range(5):
        box.send(WEIGHT, *without_a_time(12_000))
        box.pass_time(timedelta(days=1))
        box.connect()
    assert box.values("body_weight") == [60.0] * 5


def test_one_weighing_that_is_sent_again_within_hours_counts_once(box: Box) -> None:
    for _ in range(20):
        box.send(WEIGHT, *without_a_time(12_000))
        box.pass_time(timedelta(hours=2))
        box.restart_gateway()
    assert box.values("body_weight") == [60.0]


def test_who_steps_on_a_connected_scale_again_is_weighed_again(box: Box) -> None:
    for _ in range(3):
        box.pass_time(timedelta(minutes=1))
        box.send(WEIGHT, *without_a_time(12_000))
    assert box.values("body_weight") == [60.0] * 3


@pytest.mark.parametrize("off", [timedelta(0), timedelta(minutes=4), timedelta(days=900)])
def test_a_measurement_with_its_time_counts_once_whatever_the_devices_clock_says(
    box: Box, off: timedelta
) -> None:
    payload = blood_pressure_bytes(
        systolic=131, diastolic=84, pulse=66, measured_at=box.here() + off
    )
    for _ in range(4):
        box.send(BLOOD_PRESSURE, payload, payload)
        box.pass_time(timedelta(days=2))
        box.restart_gateway()
    assert box.values("systolic_pressure") == [131.0]


def test_a_memory_with_a_broken_date_counts_once(box: Box) -> None:
    payload = bytes.fromhex("02 B8 32 EA 07 0D 18 12 1E 05")
    for _ in range(4):
        box.send(WEIGHT, payload, *without_a_time(12_000))
        box.pass_time(timedelta(days=2))
        box.connect()
    assert len(box.values("body_weight")) == 2


def test_a_memory_counts_once_also_for_a_box_that_does_not_know_the_time(tmp_path: Path) -> None:
    box = Box(tmp_path / "outbox.sqlite", wall_off=timedelta(days=-20_000), synchronised=False)
    for boot in range(3):
        box.send(WEIGHT, *SIXTY)
        box.reboot(off=timedelta(hours=20), boot=f"boot-{boot + 2}")
    box.synchronised, box.wall_off = True, timedelta(0)
    assert len(box.values("body_weight")) == 60
    box.close()


def test_a_pulse_that_stays_the_same_is_measured_each_time(box: Box) -> None:
    for _ in range(5):
        box.send(HEART_RATE, heart_rate_bytes(rate=72))
    assert box.values("heart_rate") == [72.0] * 5


def test_what_is_remembered_is_bounded(box: Box, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(memories, "SEEN_MAX", 10)
    box.send(WEIGHT, *without_a_time(*range(12_000, 12_050)))
    with box.outbox.writing() as db:
        (seen,) = db.execute("SELECT count(*) FROM seen").fetchone()
    assert seen == 10


def test_what_did_not_reach_the_disk_counts_when_it_is_sent_again(tmp_path: Path) -> None:
    box = Box(tmp_path / "outbox.sqlite")
    box.outbox._samples_max = 1
    box.send(WEIGHT, *without_a_time(12_000))
    with pytest.raises(Exception, match="limit"):
        box.send(WEIGHT, *without_a_time(12_000))
    box.outbox._samples_max = 10
    box.send(WEIGHT, *without_a_time(12_000))
    box.connect()
    box.send(WEIGHT, *without_a_time(12_000, 12_000))
    assert len(box.values("body_weight")) == 2
    box.close()


@settings(max_examples=15, deadline=None)
@given(
    stored=st.lists(st.integers(12_000, 12_004), min_size=2, max_size=12),
    gained=st.lists(st.lists(st.integers(12_000, 12_004), max_size=3), min_size=1, max_size=6),
    restarts=st.lists(st.booleans(), min_size=6, max_size=6),
    dated=st.booleans(),
)
def test_each_stored_record_becomes_one_reading(
    *, stored: list[int], gained: list[list[int]], restarts: list[bool], dated: bool
) -> None:
    """A memory that grows between connections, of few different weights, with and without dates."""
    with TemporaryDirectory() as folder:
        box = Box(Path(folder) / "outbox.sqlite")
        memory: list[bytes] = []

        def store(steps: int) -> None:
            if dated:
                box.pass_time(timedelta(seconds=1))
                memory.append(weight_bytes(weight_kg=steps / 200, measured_at=box.here()))
            else:
                memory.extend(without_a_time(steps))

        for steps in stored:
            store(steps)
        for more, restart in zip(gained, restarts, strict=False):
            box.send(WEIGHT, *memory)
            box.pass_time(timedelta(hours=26))
            for steps in more:
                store(steps)
            box.restart_gateway() if restart else box.connect()
        box.send(WEIGHT, *memory)
        assert len(box.values("body_weight")) == len(memory)
        box.close()
