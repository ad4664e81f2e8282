"""FIT files: what each message becomes, counters that start at midnight, and files that are damaged or ask too much."""

import struct
from base64 import b64encode
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from garmin_fit_sdk import CrcCalculator, Encoder, Profile
from hypothesis import given
from hypothesis import strategies as st

from tests.town import NOON, Answer, Person, Town, local_morning
from tests.wellness_api.health.formats.stores import CONTEXT, reads_or_refuses, samples, total
from wellness_api.health.formats.fit.form import FIT_FILE, read_fit
from wellness_api.health.formats.fit.messages import (
    FIT_BYTES_MAX,
    MESSAGES_MAX,
    NUMBER_OF,
    read_messages,
)
from wellness_api.health.formats.format import ReadItems
from wellness_api.health.samples.problems import InvalidUpload
from wellness_api.health.samples.records import Record

SIX = local_morning(NOON.date())
SIX_TODAY = 21 * 60
"""Six in the morning of the town's day, in minutes from the midnight UTC that `samples` counts from."""

WATCH = {"manufacturer": "garmin", "product": 4440, "serial_number": 1_234_567}
FIT_EPOCH = datetime(1989, 12, 31, tzinfo=UTC)
HEADER_BYTES = 14
CRC_BYTES = 2

Fields = Mapping[str, Any]


def at(minutes: float) -> int:
    """So long after six, as FIT counts."""
    return int((SIX + timedelta(minutes=minutes) - FIT_EPOCH).total_seconds())


def fit(kind: str, *messages: tuple[str, Fields], device: Fields = WATCH) -> bytes:
    """A file as devices write it."""
    encoder = Encoder()
    file_id = {"type": kind, "time_created": at(0), **device}
    for name, fields in [("FILE_ID", file_id), *messages]:
        encoder.on_mesg(Profile["mesg_num"][name], dict(fields))
    return bytes(encoder.close())


def monitored(minutes: float, **fields: Any) -> tuple[str, Fields]:
    return "MONITORING", {"timestamp": at(minutes), **fields}


def walked(minutes: float, steps: int, kind: str = "walking") -> tuple[str, Fields]:
    """A reading of the watch's counter: a cycle is two steps."""
    return monitored(minutes, activity_type=kind, cycles=steps / 2)


def session(sport: str, minutes: float, **fields: Any) -> tuple[str, Fields]:
    """From six on."""
    return "SESSION", {
        "timestamp": at(minutes),
        "start_time": at(0),
        "total_elapsed_time": minutes * 60,
        "total_timer_time": minutes * 60,
        "sport": sport,
        **fields,
    }


def resealed(content: bytes) -> bytes:
    """The bytes after a header as a whole file with the right check sums."""
    head = struct.pack("<BBHI4s", HEADER_BYTES, 0x20, 21_218, len(content), b".FIT")
    head += struct.pack("<H", CrcCalculator.calculate_crc(head, 0, len(head)))
    whole = head + content
    return whole + struct.pack("<H", CrcCalculator.calculate_crc(whole, 0, len(whole)))


def read(*messages: tuple[str, Fields], kind: str = "monitoring_b") -> ReadItems:
    return read_fit(fit(kind, *messages), CONTEXT)


def found(items: ReadItems) -> dict[str, list[tuple[float, float | None]]]:
    """By metric, its samples as (minutes after six, value)."""
    start_ms = SIX.timestamp() * 1000
    by_metric: dict[str, list[tuple[float, float | None]]] = {}
    for record in items.taken:
        assert isinstance(record, Record)
        for code, column in record.columns.items():
            by_metric.setdefault(code, []).extend(
                ((time_ms - start_ms) / 60_000, value)
                for time_ms, value in zip(column.times_ms, column.values, strict=True)
            )
    return by_metric


def sum_of(items: ReadItems, metric: str) -> float:
    return round(sum(value or 0 for _, value in found(items).get(metric, [])), 3)


async def send(
    town: Town, person: Person, body: bytes, kind: str = "application/vnd.ant.fit"
) -> Answer:
    return await town.call(
        "POST",
        "/v1/uploads/fit",
        data=body,
        headers=person.headers
        | {"Idempotency-Key": f"fit-{next(town.keys):08}", "Content-Type": kind},
    )


MORNING = fit(
    "monitoring_b",
    walked(0, 1_000),
    walked(0, 0, "running"),
    ("MONITORING", {"timestamp_16": at(1) & 0xFFFF, "heart_rate": 61}),
    walked(30, 3_000),
    walked(30, 500, "running"),
)


async def test_a_morning_of_a_watch_becomes_steps_and_points(town: Town) -> None:
    await town.put_in_force()
    hanako = await town.resident()
    answer = await send(town, hanako, MORNING)
    assert (answer.status, answer.json["refused_items"]) == (201, 0)
    await town.settle()
    today = (await town.get("/v1/me/today", hanako)).json
    assert (today["steps"], today["points_today"]) == (2_500, 1)
    assert await samples(town, hanako, "heart_rate") == [(SIX_TODAY + 1, 61)]


@pytest.mark.parametrize("kind", ["application/vnd.ant.fit", "application/octet-stream"])
async def test_the_same_file_again_is_all_known(town: Town, kind: str) -> None:
    hanako = await town.resident()
    first = (await send(town, hanako, MORNING, kind)).json["receipt"]
    again = (await send(town, hanako, MORNING, kind)).json["receipt"]
    assert (again["accepted"], again["duplicate"]) == (0, first["accepted"])


async def test_a_run_is_minutes_of_running_and_the_distance_run(town: Town) -> None:
    hanako = await town.resident()
    beats = [("RECORD", {"timestamp": at(minute), "heart_rate": 140}) for minute in range(30)]
    body = fit("activity", *beats, session("running", 30, total_distance=5_000.0, total_ascent=90))
    assert (await send(town, hanako, body)).status == 201
    await town.settle()
    assert {
        metric: await total(town, hanako, metric)
        for metric in ("running_minutes", "active_minutes", "distance_walked", "floors_climbed")
    } == {
        "running_minutes": 30,
        "active_minutes": 30,
        "distance_walked": 5_000,
        "floors_climbed": 0,
    }
    assert len(await samples(town, hanako, "heart_rate")) == len(beats)


async def test_a_scale_is_a_station_and_a_watch_a_watch(town: Town) -> None:
    hanako = await town.resident()
    weighing = {"timestamp": at(0), "weight": 62.4, "percent_fat": 20.5, "bmi": 22.1}
    scale = fit("weight", ("WEIGHT_SCALE", weighing), device=WATCH | {"product": 2429})
    await send(town, hanako, scale)
    await send(town, hanako, MORNING)
    sources = (await town.get("/v1/me/sources", hanako)).json
    assert "'station:garmin-2429-" in str(sources)
    assert "'watch:garmin-4440-" in str(sources)
    assert await samples(town, hanako, "body_weight") == [(SIX_TODAY, 62.4)]


@pytest.mark.parametrize(
    "damaged",
    [
        MORNING[:-1],
        MORNING[:60],
        MORNING[:HEADER_BYTES],
        MORNING[:60] + bytes([MORNING[60] ^ 0xFF]) + MORNING[61:],
        MORNING[:-CRC_BYTES] + b"\x00\x00",
        MORNING + b"more",
        b"not a FIT file at all",
        b"",
    ],
)
async def test_a_damaged_file_is_refused_whole(town: Town, damaged: bytes) -> None:
    hanako = await town.resident()
    answer = await send(town, hanako, damaged)
    assert (answer.status, answer.headers["Content-Type"]) == (422, "application/problem+json")
    assert answer.json["errors"][0]["field"] == "body"
    assert await town.owner.fetchval("SELECT count(*) FROM health.upload") == 0


def test_the_documents_hold_a_file_for_a_first_try() -> None:
    document = (Path(__file__).parents[4] / "docs" / "formats" / "fit.md").read_text("utf-8")
    assert b64encode(FIT_FILE.example).decode() in document
    assert not read_fit(FIT_FILE.example, CONTEXT).refused


def test_what_lies_between_two_readings_is_spread_over_the_time_between_them() -> None:
    assert found(read(walked(0, 100), walked(2, 300)))["steps"] == [(0, 100), (1, 100)]


def test_a_files_first_reading_only_tells_where_the_counter_stood() -> None:
    assert "steps" not in found(read(walked(0, 4_000)))


def test_no_steps_are_no_samples_so_that_a_phone_may_fill_in() -> None:
    assert "steps" not in found(read(walked(0, 400), walked(30, 400)))


def test_walking_and_running_in_the_same_minutes_are_added() -> None:
    items = read(walked(0, 0), walked(0, 0, "running"), walked(2, 20), walked(2, 200, "running"))
    assert found(items)["steps"] == [(0, 110), (1, 110)]


@pytest.mark.parametrize(
    "second",
    [
        {"cycles": 100, "current_activity_type_intensity": 0b0010_0110},
        {"cycles_16": 200, "activity_type": "walking"},
        {"cycles": 100, "activity_type": "walking"},
    ],
)
def test_all_the_ways_in_which_watches_write_steps_are_read(second: Fields) -> None:
    assert sum_of(read(walked(0, 0), monitored(1, **second)), "steps") == 200


def test_pedalling_and_what_is_said_of_no_kind_are_no_steps() -> None:
    items = read(
        monitored(0, activity_type="cycling", cycles=0),
        monitored(1, activity_type="cycling", cycles=80),
        monitored(1, cycles=10),
        monitored(2, cycles=80),
    )
    assert "steps" not in found(items)


def test_a_counter_that_falls_began_anew_at_midnight() -> None:
    midnight = -6 * 60
    items = read(walked(midnight - 20, 8_000), walked(midnight + 2, 60))
    assert found(items)["steps"] == [(midnight, 30), (midnight + 1, 30)]


def test_a_reading_at_midnight_ends_the_day_before() -> None:
    midnight = -6 * 60
    items = read(
        walked(midnight - 1, 8_000),
        walked(midnight, 8_050),
        walked(midnight, 0),
        walked(midnight + 1, 7),
    )
    assert found(items)["steps"] == [(midnight - 1, 50), (midnight, 7)]


def test_a_counter_that_starts_over_in_the_day_counts_from_its_last_reading() -> None:
    assert found(read(walked(0, 900), walked(2, 40)))["steps"] == [(0, 20), (1, 20)]


@pytest.mark.parametrize("readings", [[(10, 100), (0, 200)], [(-26 * 60, 100), (0, 200)]])
def test_readings_out_of_order_or_days_apart_are_refused(
    readings: Sequence[tuple[int, int]],
) -> None:
    items = read(*(walked(*each) for each in readings))
    assert [refused.item for refused in items.refused] == [2]
    assert "steps" not in found(items)


def test_a_short_time_is_the_first_such_time_after_the_last_message() -> None:
    start = 0xFFFF - (at(-600) & 0xFFFF)
    before = at(-600) + start - 30
    items = read(
        ("MONITORING_INFO", {"timestamp": before}),
        ("MONITORING", {"timestamp_16": (before + 60) & 0xFFFF, "heart_rate": 61}),
        ("MONITORING", {"timestamp_16": (before + 120) & 0xFFFF, "heart_rate": 62}),
    )
    first = (before - at(0)) / 60
    assert [(round(time - first, 6), value) for time, value in found(items)["heart_rate"]] == [
        (1, 61),
        (2, 62),
    ]


MEASURED: list[tuple[str, Fields, dict[str, float]]] = [
    (
        "BLOOD_PRESSURE",
        {"systolic_pressure": 132, "diastolic_pressure": 84, "heart_rate": 68},
        {"systolic_pressure": 132, "diastolic_pressure": 84, "heart_rate": 68},
    ),
    (
        "BLOOD_PRESSURE",
        {"systolic_pressure": 132, "status": "error_irregular_heart_rate"},
        {"systolic_pressure": 132},
    ),
    (
        "WEIGHT_SCALE",
        {"weight": 62.4, "percent_fat": 20.5, "bmi": 22.1},
        {"body_weight": 62.4, "body_fat": 20.5, "body_mass_index": 22.1},
    ),
    ("WEIGHT_SCALE", {"weight": 655.34}, {}),
    (
        "MONITORING_HR_DATA",
        {"resting_heart_rate": 58, "current_day_resting_heart_rate": 56},
        {"resting_heart_rate": 56},
    ),
    ("MONITORING_HR_DATA", {"resting_heart_rate": 58}, {"resting_heart_rate": 58}),
    ("SPO2_DATA", {"reading_spo2": 97}, {"oxygen_saturation": 97}),
    ("RESPIRATION_RATE", {"respiration_rate": 14.5}, {"respiratory_rate": 14.5}),
    ("RESPIRATION_RATE", {"respiration_rate": -3.0}, {}),
    ("RECORD", {"heart_rate": 140}, {"heart_rate": 140}),
    ("RECORD", {"heart_rate": 0}, {}),
    ("STRESS_LEVEL", {"stress_level_value": 40, "stress_level_time": at(0)}, {}),
    ("HRV", {"time": [0.8, 0.81]}, {}),
]


@pytest.mark.parametrize(("message", "fields", "expected"), MEASURED)
def test_each_message_becomes_the_metrics_that_it_speaks_of(
    message: str, fields: Fields, expected: Mapping[str, float]
) -> None:
    items = read((message, {"timestamp": at(0), **fields}))
    assert not items.refused
    assert found(items) == {metric: [(0, value)] for metric, value in expected.items()}


def test_a_measurement_that_the_cuff_calls_failed_is_refused() -> None:
    failed = {"timestamp": at(0), "systolic_pressure": 40, "status": "error_incomplete_data"}
    (refused,) = read(("BLOOD_PRESSURE", failed)).refused
    assert (refused.item, refused.field) == (1, "status")


@pytest.mark.parametrize("timestamp", [{}, {"timestamp": 1_000}, {"timestamp": at(24 * 60)}])
def test_a_measurement_without_a_time_that_can_be_is_refused_alone(timestamp: Fields) -> None:
    items = read(("SPO2_DATA", {"reading_spo2": 97, **timestamp}), walked(0, 0), walked(1, 50))
    assert [refused.item for refused in items.refused] == [1]
    assert sum_of(items, "steps") == 50


@pytest.mark.parametrize(
    ("sport", "sub_sport", "metrics"),
    [
        ("walking", "generic", {"active_minutes", "walking_minutes", "distance_walked"}),
        ("hiking", "generic", {"active_minutes", "walking_minutes", "distance_walked"}),
        ("cycling", "road", {"active_minutes", "cycling_minutes"}),
        ("swimming", "lap_swimming", {"active_minutes", "swimming_minutes"}),
        ("cross_country_skiing", "generic", {"active_minutes", "skiing_minutes"}),
        ("alpine_skiing", "resort", {"active_minutes", "skiing_minutes"}),
        ("training", "strength_training", {"active_minutes", "strength_minutes"}),
        ("training", "yoga", {"active_minutes", "indoor_exercise_minutes"}),
        ("rowing", "generic", {"active_minutes"}),
        ("driving", "generic", set()),
    ],
)
def test_a_session_is_minutes_of_its_sport(sport: str, sub_sport: str, metrics: set[str]) -> None:
    items = read(session(sport, 20, sub_sport=sub_sport, total_distance=1_000.0), kind="activity")
    assert set(found(items)) == metrics
    assert all(sum_of(items, each) == 20 for each in metrics if each.endswith("minutes"))


def test_a_sessions_pauses_do_not_count_nor_the_time_until_it_was_saved() -> None:
    paused = session("walking", 20, total_timer_time=15 * 60, timestamp=at(90))
    assert sum_of(read(paused), "walking_minutes") == 15


def test_a_session_without_start_is_refused() -> None:
    (refused,) = read(("SESSION", {"timestamp": at(0), "sport": "walking"})).refused
    assert refused.field == "start_time"


def test_a_level_of_sleep_lasts_until_the_next() -> None:
    levels = [
        (-120, "light"),
        (-90, "deep"),
        (-60, "rem"),
        (-30, "awake"),
        (-10, "unmeasurable"),
        (0, "light"),
    ]
    items = read(
        *(("SLEEP_LEVEL", {"timestamp": at(time), "sleep_level": level}) for time, level in levels),
        ("SLEEP_LEVEL", {"timestamp": at(300), "sleep_level": "light"}),
    )
    assert {metric: sum_of(items, metric) for metric in found(items)} == {
        "sleep_minutes": 90,
        "light_sleep_minutes": 30,
        "deep_sleep_minutes": 30,
        "rem_sleep_minutes": 30,
        "awake_in_bed_minutes": 20,
    }


def test_files_one_after_another_are_each_of_their_own_device() -> None:
    other = fit("monitoring_b", walked(0, 0), walked(1, 70), device=WATCH | {"serial_number": 2})
    items = read_fit(MORNING + other, CONTEXT)
    by_source = {
        record.source: sum(value or 0 for value in record.columns["steps"].values)
        for record in items.taken
        if isinstance(record, Record) and "steps" in record.columns
    }
    assert sorted(by_source.values()) == [70, 2_500]


def test_unknown_messages_and_fields_are_passed_over() -> None:
    unknown = b"\x41\x00\x00\x34\xff\x01\xfe\x01\x02" + b"\x01\x07" * 3
    content = MORNING[HEADER_BYTES:-CRC_BYTES] + unknown
    items = read_fit(resealed(content), CONTEXT)
    assert sum_of(items, "steps") == 2_500
    assert items.item_count == len(read_messages(MORNING)) + 3


def test_what_stands_before_the_files_own_id_is_refused() -> None:
    reading = fit("weight", ("SPO2_DATA", {"timestamp": at(0), "reading_spo2": 97}))
    messages = read_messages(reading)
    assert messages[0].number == NUMBER_OF["FILE_ID"]
    # The definition of file_id renamed to a message that nobody knows.
    content = reading[HEADER_BYTES:-CRC_BYTES]
    items = read_fit(resealed(content[:3] + b"\x34\xff" + content[5:]), CONTEXT)
    assert (items.taken, {refused.field for refused in items.refused}) == ([], {"file_id"})


DEFINITION = b"\x40\x00\x00\x34\xff\x01\x00\x01\x02"
DEVELOPERS = b"\x60\x00\x00\x34\xff\x01\x00\x01\x02\xff" + b"\x07\x01\x00" * 255
"""Messages with 255 developer fields that nobody described."""

DESCRIPTION = (
    b"\x40\x00\x00\xce\x00\x03\x00\x01\x02\x01\x01\x02\x02\x01\x02" + b"\x00\x00\x00\x02" * 65
)


@pytest.mark.parametrize(
    "content",
    [
        DEFINITION + b"\x00\x01" * (MESSAGES_MAX + 1),
        DEFINITION * 2_001,
        DEVELOPERS + b"\x00".ljust(257, b"\x01") * 8_000,
        DESCRIPTION,
        bytes(FIT_BYTES_MAX),
        # A message without a definition, one with a compressed time, and a definition of an unknown type.
        b"\x03\x01",
        b"\xa0\x01",
        b"\x40\x00\x00\x34\xff\x01\x00\x01\x1e",
    ],
)
def test_a_file_that_asks_for_too_much_or_breaks_off_is_refused(content: bytes) -> None:
    with pytest.raises(InvalidUpload) as refused:
        read_fit(resealed(content), CONTEXT)
    assert refused.value.field == "body"


def test_intervals_that_unfold_to_more_samples_than_an_upload_holds_are_refused() -> None:
    day = 24 * 60
    readings = [walked(day * number - day * 400, 100 * number) for number in range(400)]
    with pytest.raises(InvalidUpload):
        read(*readings)


@given(st.binary(max_size=200), st.sampled_from([bytes, resealed]))
def test_any_bytes_are_read_or_refused(content: bytes, seal: Callable[[bytes], bytes]) -> None:
    reads_or_refuses(read_fit, seal(content))


SAMPLES = (
    MORNING,
    FIT_FILE.example,
    fit("activity", session("running", 30, total_distance=5_000.0)),
)


@given(
    st.sampled_from(SAMPLES),
    st.lists(st.tuples(st.integers(0, 400), st.binary(max_size=3)), min_size=1),
)
def test_a_damaged_file_with_right_check_sums_is_read_or_refused(
    whole: bytes, changes: list[tuple[int, bytes]]
) -> None:
    content = whole[HEADER_BYTES:-CRC_BYTES]
    for place, other in changes:
        start = place % len(content)
        content = content[:start] + other + content[start + len(other) :]
    reads_or_refuses(read_fit, resealed(content))
