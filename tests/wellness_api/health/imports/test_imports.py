"""A whole Apple Health export becomes samples, and says what became of each record."""

from datetime import timedelta
from typing import Any

import msgspec
import pytest

from points.presets import preset_text
from points.programme import read_programme
from tests.town import NOON, Person, Town
from tests.wellness_api.health.imports.exports import (
    DOCTYPE_OF_IOS_16,
    PHONE,
    SIX,
    WATCH,
    blood_pressure,
    bring_in,
    element,
    export,
    heart_rate,
    record,
    sleep,
    steps,
    workout,
    xml,
    zipped,
)


async def read(town: Town, person: Person, metric: str) -> list[tuple[int, float]]:
    """The samples that count, as (minute from six o'clock, value)."""
    span = {
        "metric": metric,
        "from": (NOON - timedelta(days=1)).isoformat(),
        "to": (NOON + timedelta(days=1)).isoformat(),
    }
    answer = await town.call("GET", "/v1/me/samples", params=span, headers=person.headers)
    return [
        (round((time_ms / 1000 - SIX.timestamp()) / 60), value)
        for time_ms, value in zip(answer.json["times_ms"], answer.json["values"], strict=True)
    ]


async def test_steps_of_an_export_become_points(town: Town) -> None:
    yokohama = read_programme(preset_text("yokohama"))
    await town.put_in_force(msgspec.structs.replace(yokohama, trust=None))
    hanako = await town.resident()
    over = await bring_in(town, hanako, export(*(steps(minute, 100) for minute in range(25))))
    assert (over["state"], over["problem"]) == ("done", None)
    assert over["progress"]["samples"] == {
        "accepted": 25,
        "duplicate": 0,
        "refused": 0,
        "flagged": 0,
    }
    assert over["progress"]["bytes_read"] == over["progress"]["bytes_total"] > 0
    await town.settle()
    today = (await town.get("/v1/me/today", hanako)).json
    assert (today["steps"], today["points_today"]) == (2_500, 1)


async def test_every_kind_of_record_becomes_its_samples(town: Town) -> None:
    hanako = await town.resident()
    top_level, correlation = blood_pressure(30)
    meal = element("MetadataEntry", {"key": "HKBloodGlucoseMealTime", "value": "2"})
    glucose = "HKQuantityTypeIdentifierBloodGlucose"
    shovelling = element("MetadataEntry", {"key": "HKWorkoutBrandName", "value": "雪かき"})
    over = await bring_in(
        town,
        hanako,
        export(
            heart_rate(0, 61),
            record("HKQuantityTypeIdentifierOxygenSaturation", 1, 0.97, "%"),
            record("HKQuantityTypeIdentifierBodyMass", 2, 137.5, "lb", source=PHONE),
            record(glucose, 3, 6.1, "mmol<180.1558800000541>/L", meal, source=PHONE),
            sleep(-120, 60, "AsleepCore"),
            sleep(-60, 30, "AsleepREM"),
            sleep(-240, 240, "InBed"),
            top_level,
            correlation,
            workout(40, 20, "Walking"),
            workout(70, 5, "Other", shovelling),
        ),
    )
    assert over["state"] == "done"
    assert await read(town, hanako, "heart_rate") == [(0, 61)]
    assert await read(town, hanako, "oxygen_saturation") == [(1, 97)]
    assert await read(town, hanako, "body_weight") == [(2, pytest.approx(62.4, abs=0.05))]
    assert await read(town, hanako, "glucose_meal_relation") == [(3, 4)]
    assert await read(town, hanako, "sleep_minutes") == [(-120, 60), (-60, 30)]
    assert await read(town, hanako, "rem_sleep_minutes") == [(-60, 30)]
    assert await read(town, hanako, "systolic_pressure") == [(30, 128)]
    assert await read(town, hanako, "diastolic_pressure") == [(30, 82)]
    assert await read(town, hanako, "walking_minutes") == [(40, 20)]
    assert await read(town, hanako, "snow_shovelling_minutes") == [(70, 5)]
    assert over["progress"]["samples"]["duplicate"] == 0


async def test_what_the_app_has_sent_counts_once(town: Town) -> None:
    hanako = await town.resident()
    synced = [
        {
            "uuid": f"7C1B2F0E-52B7-4E0B-9E0F-1D2A6C3B4A{minute:02}",
            "type": "HKQuantityTypeIdentifierStepCount",
            "startDate": (SIX + timedelta(minutes=minute)).isoformat(),
            "endDate": (SIX + timedelta(minutes=minute + 5)).isoformat(),
            "value": 500,
            "unit": "count",
            "sourceRevision": {
                "source": {"name": WATCH["sourceName"]},
                "productType": "Watch6,1",
            },
        }
        for minute in range(0, 50, 5)
    ]
    answer = await town.call(
        "POST",
        "/v1/uploads/healthkit",
        json={"samples": synced},
        headers=hanako.headers | {"Idempotency-Key": "sync-00000001"},
    )
    assert answer.json["receipt"]["accepted"] == 10
    five = [steps(minute, 500, minutes=5) for minute in range(0, 125, 5)]
    over = await bring_in(town, hanako, export(*five))
    samples = over["progress"]["samples"]
    assert (samples["accepted"], samples["duplicate"]) == (25, 0), "an export names no UUIDs"
    await town.settle()
    assert (await town.get("/v1/me/today", hanako)).json["steps"] == 12_500


async def test_watch_and_phone_in_one_export_count_each_minute_once(town: Town) -> None:
    hanako = await town.resident()
    both = [steps(minute, 100, source=source) for minute in range(5) for source in (WATCH, PHONE)]
    await bring_in(town, hanako, export(*both))
    await town.settle()
    assert (await town.get("/v1/me/today", hanako)).json["steps"] == 500


async def test_the_same_export_again_changes_nothing(town: Town) -> None:
    hanako = await town.resident()
    file = export(*(heart_rate(minute, 60 + minute) for minute in range(30)))
    await bring_in(town, hanako, file)
    again = (await bring_in(town, hanako, file))["progress"]["samples"]
    assert (again["accepted"], again["duplicate"]) == (0, 30)


async def test_what_no_metric_is_made_of_is_counted_by_type(town: Town) -> None:
    hanako = await town.resident()
    odd = "HKQuantityTypeIdentifierHeadphoneAudioExposure"
    summary = element("ActivitySummary", {"dateComponents": "2026-11-17"})
    over = await bring_in(
        town,
        hanako,
        export(*(record(odd, minute, 70, "dBASPL") for minute in range(3)), summary, steps(0, 9)),
    )
    records = over["progress"]["records"]
    assert (records["taken"], records["skipped"]) == (1, {odd: 3, "ActivitySummary": 1})


BAD_RECORDS: list[tuple[str, str]] = [
    (heart_rate(0, 60, startDate="yesterday"), "startDate"),
    (heart_rate(0, 60, startDate="1999-12-31 23:59:59 +0000"), "startDate"),
    (heart_rate(0, 60, endDate="2027-01-01 00:00:00 +0900"), "endDate"),
    (heart_rate(0, 60, startDate="2026-11-18 06:00:00"), "startDate"),
    (heart_rate(0, "many"), "value"),
    (heart_rate(0, "nan"), "value"),
    (heart_rate(0, "1e300"), "value"),
    (heart_rate(0, 60, unit="furlong"), "unit"),
    (heart_rate(0, 60, unit="kg"), "unit"),
    (sleep(0, 10, "Dreaming"), "value"),
    (steps(0, 10).replace("sourceName", "source"), "sourceName"),
]


@pytest.mark.parametrize(("bad", "field"), BAD_RECORDS)
async def test_a_bad_record_is_refused_alone_with_its_reason(
    town: Town, bad: str, field: str
) -> None:
    hanako = await town.resident()
    over = await bring_in(town, hanako, export(steps(1, 10), bad, steps(2, 10)))
    assert (over["state"], over["progress"]["samples"]["accepted"]) == ("done", 2)
    records = over["progress"]["records"]
    (refusal,) = records["refusals"]
    assert records["refused"] == 1
    assert (refusal["record"], refusal["field"]) == (1, field)
    assert refusal["limit"]
    assert refusal["detail"]


@pytest.mark.parametrize("odd", ["", "odd", "nan", "-1", "1e400", "1_0", "\x01"])
async def test_a_workout_whose_duration_cannot_be_read_counts_as_long_as_it_lasted(
    town: Town, odd: str
) -> None:
    hanako = await town.resident()
    over = await bring_in(town, hanako, export(workout(0, 10, "Walking", duration=odd)))
    assert (over["state"], over["progress"]["records"]["taken"]) == ("done", 1)
    assert await read(town, hanako, "walking_minutes") == [(0, 10)]


async def test_an_implausible_sample_is_kept_and_flagged(town: Town) -> None:
    hanako = await town.resident()
    over = await bring_in(town, hanako, export(heart_rate(0, 900)))
    samples = over["progress"]["samples"]
    assert (samples["accepted"], samples["flagged"]) == (1, 1)


@pytest.mark.parametrize("name", ["エクスポート.xml", "書き出したデータ.xml", "导出.xml"])
async def test_the_export_is_found_whatever_language_names_it(town: Town, name: str) -> None:
    hanako = await town.resident()
    over = await bring_in(town, hanako, export(steps(0, 10), name=name))
    assert (over["state"], over["progress"]["samples"]["accepted"]) == ("done", 1)


ODD_EXPORTS: dict[str, bytes] = {
    "the broken DOCTYPE of iOS 16": xml(steps(0, 10), doctype=DOCTYPE_OF_IOS_16),
    "no DOCTYPE": xml(steps(0, 10), doctype=""),
    "control characters": xml(steps(0, 10).replace("name:Apple", "name:\x0bApple")),
}


@pytest.mark.parametrize("odd", ODD_EXPORTS)
async def test_what_apple_gets_wrong_is_read_all_the_same(town: Town, odd: str) -> None:
    hanako = await town.resident()
    over = await bring_in(town, hanako, zipped(ODD_EXPORTS[odd]))
    assert (over["state"], over["progress"]["samples"]["accepted"]) == ("done", 1)


async def test_nothing_of_the_file_is_kept_once_it_is_read(town: Town) -> None:
    hanako = await town.resident()
    await bring_in(town, hanako, export(steps(0, 10)))
    kept: Any = await town.owner.fetchval("SELECT sum(length(content)) FROM health.import_part")
    assert kept == 0
