"""FIT files: what each message becomes, and counters that start at midnight."""

from base64 import b64encode
from collections.abc import Mapping, Sequence
from pathlib import Path

import msgspec
import pytest
from garmin_fit_sdk import Profile

from points.presets import preset_text
from points.programme import read_programme
from tests.town import Town
from tests.wellness_api.health.formats.fit_files import (
    BY_EACH,
    MORNING,
    WATCH,
    Fields,
    at,
    fit,
    found,
    monitored,
    read,
    read_file,
    send,
    session,
    sum_of,
    walked,
)
from tests.wellness_api.health.formats.stores import CONTEXT, samples, total
from wellness_api.health.formats.fit.counters import STEP_KINDS
from wellness_api.health.formats.fit.form import FILES_OF_STATIONS, FIT_FILE, read_fit
from wellness_api.health.formats.fit.profile import TYPE_OF_WORD, WORDS
from wellness_api.health.formats.fit.readings import NO_MEASUREMENT
from wellness_api.health.formats.fit.sports import (
    METRIC_OF_SPORT,
    METRICS_OF_SLEEP_LEVEL,
    NO_EXERCISE,
    ON_FOOT,
    STRENGTH_TRAINING,
)
from wellness_api.process.settings import FitDecoder

SIX_TODAY = 21 * 60
"""Six in the morning of the town's day, in minutes from the midnight UTC that `samples` counts from."""


async def test_a_morning_of_a_watch_becomes_steps_and_points(town: Town) -> None:
    """At once, where the programme trusts files as it does devices."""
    yokohama = read_programme(preset_text("yokohama"))
    await town.put_in_force(msgspec.structs.replace(yokohama, trust=None))
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


def test_the_documents_hold_a_file_for_a_first_try() -> None:
    document = (Path(__file__).parents[4] / "docs" / "formats" / "fit.md").read_text("utf-8")
    assert b64encode(FIT_FILE.example).decode() in document
    assert not read_fit(FIT_FILE.example, CONTEXT).refused


@BY_EACH
def test_what_lies_between_two_readings_is_of_the_time_between_them(
    decoder: FitDecoder,
) -> None:
    items = read(decoder, walked(0, 100), walked(2, 300))
    assert found(items)["steps"] == [(0, 200)]
    assert [length for record in items.taken for length in record.columns["steps"].lengths_ms] == [
        120_000
    ]


@BY_EACH
def test_a_files_first_reading_only_tells_where_the_counter_stood(decoder: FitDecoder) -> None:
    assert "steps" not in found(read(decoder, walked(0, 4_000)))


@BY_EACH
def test_no_steps_are_no_samples_so_that_a_phone_may_fill_in(decoder: FitDecoder) -> None:
    assert "steps" not in found(read(decoder, walked(0, 400), walked(30, 400)))


@BY_EACH
def test_walking_and_running_in_the_same_minutes_are_added(decoder: FitDecoder) -> None:
    items = read(
        decoder, walked(0, 0), walked(0, 0, "running"), walked(2, 20), walked(2, 200, "running")
    )
    assert found(items)["steps"] == [(0, 220)]


@BY_EACH
@pytest.mark.parametrize(
    "second",
    [
        {"cycles": 100, "current_activity_type_intensity": 0b0010_0110},
        {"cycles_16": 200, "activity_type": "walking"},
        {"cycles": 100, "activity_type": "walking"},
    ],
)
def test_all_the_ways_in_which_watches_write_steps_are_read(
    decoder: FitDecoder, second: Fields
) -> None:
    assert sum_of(read(decoder, walked(0, 0), monitored(1, **second)), "steps") == 200


@BY_EACH
def test_pedalling_and_what_is_said_of_no_kind_are_no_steps(decoder: FitDecoder) -> None:
    items = read(
        decoder,
        monitored(0, activity_type="cycling", cycles=0),
        monitored(1, activity_type="cycling", cycles=80),
        monitored(1, cycles=10),
        monitored(2, cycles=80),
    )
    assert "steps" not in found(items)


@BY_EACH
def test_a_counter_that_falls_began_anew_at_midnight(decoder: FitDecoder) -> None:
    midnight = -6 * 60
    items = read(decoder, walked(midnight - 20, 8_000), walked(midnight + 2, 60))
    assert found(items)["steps"] == [(midnight, 60)]


@BY_EACH
def test_a_reading_at_midnight_ends_the_day_before(decoder: FitDecoder) -> None:
    midnight = -6 * 60
    items = read(
        decoder,
        walked(midnight - 1, 8_000),
        walked(midnight, 8_050),
        walked(midnight, 0),
        walked(midnight + 1, 7),
    )
    assert found(items)["steps"] == [(midnight - 1, 50), (midnight, 7)]


@BY_EACH
def test_a_counter_that_starts_over_in_the_day_counts_from_its_last_reading(
    decoder: FitDecoder,
) -> None:
    assert found(read(decoder, walked(0, 900), walked(2, 40)))["steps"] == [(0, 40)]


@BY_EACH
@pytest.mark.parametrize("readings", [[(10, 100), (0, 200)], [(-26 * 60, 100), (0, 200)]])
def test_readings_out_of_order_or_days_apart_are_refused(
    decoder: FitDecoder,
    readings: Sequence[tuple[int, int]],
) -> None:
    items = read(decoder, *(walked(*reading) for reading in readings))
    assert [refused.item for refused in items.refused] == [2]
    assert "steps" not in found(items)


@BY_EACH
def test_a_short_time_is_the_first_such_time_after_the_last_message(decoder: FitDecoder) -> None:
    start = 0xFFFF - (at(-600) & 0xFFFF)
    before = at(-600) + start - 30
    items = read(
        decoder,
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


@BY_EACH
@pytest.mark.parametrize(("message", "fields", "expected"), MEASURED)
def test_each_message_becomes_the_metrics_that_it_speaks_of(
    decoder: FitDecoder, message: str, fields: Fields, expected: Mapping[str, float]
) -> None:
    items = read(decoder, (message, {"timestamp": at(0), **fields}))
    assert not items.refused
    assert found(items) == {metric: [(0, value)] for metric, value in expected.items()}


@BY_EACH
def test_a_measurement_that_the_cuff_calls_failed_is_refused(decoder: FitDecoder) -> None:
    failed = {"timestamp": at(0), "systolic_pressure": 40, "status": "error_incomplete_data"}
    (refused,) = read(decoder, ("BLOOD_PRESSURE", failed)).refused
    assert (refused.item, refused.field) == (1, "status")


@BY_EACH
@pytest.mark.parametrize("timestamp", [{}, {"timestamp": 1_000}, {"timestamp": at(24 * 60)}])
def test_a_measurement_without_a_time_that_can_be_is_refused_alone(
    decoder: FitDecoder, timestamp: Fields
) -> None:
    items = read(
        decoder, ("SPO2_DATA", {"reading_spo2": 97, **timestamp}), walked(0, 0), walked(1, 50)
    )
    assert [refused.item for refused in items.refused] == [1]
    assert sum_of(items, "steps") == 50


@BY_EACH
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
def test_a_session_is_minutes_of_its_sport(
    decoder: FitDecoder, sport: str, sub_sport: str, metrics: set[str]
) -> None:
    items = read(
        decoder, session(sport, 20, sub_sport=sub_sport, total_distance=1_000.0), kind="activity"
    )
    assert set(found(items)) == metrics
    assert all(sum_of(items, metric) == 20 for metric in metrics if metric.endswith("minutes"))


@BY_EACH
def test_a_sessions_pauses_do_not_count_nor_the_time_until_it_was_saved(
    decoder: FitDecoder,
) -> None:
    paused = session("walking", 20, total_timer_time=15 * 60, timestamp=at(90))
    assert sum_of(read(decoder, paused), "walking_minutes") == 15


@BY_EACH
def test_a_session_without_start_is_refused(decoder: FitDecoder) -> None:
    (refused,) = read(decoder, ("SESSION", {"timestamp": at(0), "sport": "walking"})).refused
    assert refused.field == "start_time"


@BY_EACH
def test_a_level_of_sleep_lasts_until_the_next(decoder: FitDecoder) -> None:
    levels = [
        (-120, "light"),
        (-90, "deep"),
        (-60, "rem"),
        (-30, "awake"),
        (-10, "unmeasurable"),
        (0, "light"),
    ]
    items = read(
        decoder,
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


@BY_EACH
def test_a_sport_that_is_none_is_known_by_either_decoder(decoder: FitDecoder) -> None:
    newer = {56: set(), 63: set(), 81: set(), 86: {"active_minutes", "indoor_exercise_minutes"}}
    for sport, metrics in newer.items():
        assert set(found(read(decoder, session(sport, 20), kind="activity"))) == metrics


def test_every_word_that_is_acted_on_is_one_of_the_profiles() -> None:
    sports = {*METRIC_OF_SPORT, *ON_FOOT, *NO_EXERCISE}
    assert sports <= set(WORDS["sport"].values())
    assert STRENGTH_TRAINING in WORDS["sub_sport"].values()
    assert set(METRICS_OF_SLEEP_LEVEL) <= set(WORDS["sleep_level"].values())
    assert set(STEP_KINDS) <= set(WORDS["activity_type"].values())
    assert set(WORDS["status"].values()) >= NO_MEASUREMENT
    assert set(FILES_OF_STATIONS) <= set(WORDS["type"].values())


@pytest.mark.parametrize("field", WORDS)
def test_both_profiles_call_by_the_same_words_what_both_know(field: str) -> None:
    of_garmin = Profile["types"][TYPE_OF_WORD[field]]
    both = WORDS[field].keys() & of_garmin.keys()
    assert both
    assert {number: WORDS[field][number] for number in both} == {
        number: of_garmin[number] for number in both
    }


@BY_EACH
def test_a_device_is_the_same_source_whoever_reads_its_file(decoder: FitDecoder) -> None:
    huawei = {"manufacturer": 348, "product": 7, "serial_number": 12}
    unknown = {"manufacturer": 9_999, "product": 7, "serial_number": 12}
    beat = ("RECORD", {"timestamp": at(0), "heart_rate": 60})
    sources = [
        record.source
        for device in (WATCH, huawei, unknown)
        for record in read_file(fit("activity", beat, device=device), decoder).taken
    ]
    assert [source.rsplit("-", 1)[0] for source in sources] == [
        "watch:garmin-4440",
        "watch:huawei-7",
        "watch:9999-7",
    ]
