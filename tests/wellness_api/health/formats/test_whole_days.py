"""A date alone stands for the whole day, in whatever form it comes, and is never added to what others counted in it."""

from datetime import UTC, date, datetime, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

import pytest

from tests.town import NOON, Answer, Person, Town, local_morning, ms, steps
from tests.wellness_api.health.formats.stores import send
from wellness_api.health.formats.format import Context
from wellness_api.health.formats.items import ItemRefused
from wellness_api.health.formats.whole_days import whole_day
from wellness_api.health.metrics.catalogue import METRIC_BY_CODE
from wellness_api.health.samples.records import Column

YESTERDAY: Final = NOON.date() - timedelta(days=1)
WALK: Final = [100] * 75
"""7,500 steps of a phone, by the minute."""


async def table(town: Town, person: Person, text: str, **query: str) -> Answer:
    asked = {"date": "日付", "value": "steps:歩数", "source": "watch:table"} | query
    return await town.call(
        "POST",
        "/v1/uploads/csv",
        params=asked,
        data=text.encode(),
        headers=person.headers
        | {"Idempotency-Key": f"table-{next(town.keys):08}", "Content-Type": "text/csv"},
    )


async def walked(town: Town) -> float:
    await town.settle()
    value: float = await town.owner.fetchval(
        "SELECT value FROM health.day_summary WHERE figure = 1 AND day = $1", YESTERDAY
    )
    return value


@pytest.mark.parametrize("metric", ["steps", "steps_day_total"])
@pytest.mark.parametrize("day", ["2026/11/17", "2026-11-17", "20261117", "2026年11月17日(火)"])
async def test_a_table_of_days_beside_a_phones_minutes_is_not_added_to_them(
    town: Town, metric: str, day: str
) -> None:
    hanako = await town.resident()
    await town.upload(hanako, steps(WALK, start=local_morning(YESTERDAY)))
    sent = await table(town, hanako, f"日付,歩数\n{day},8000\n", value=f"{metric}:歩数")
    assert (sent.status, sent.json["receipt"]["flagged"]) == (201, 0)
    assert await walked(town) == 8_000


async def test_of_a_worse_sources_table_only_what_is_beyond_the_minutes_counts(town: Town) -> None:
    for of_table, counted in ((8_000, 8_000), (7_000, 7_500)):
        person = await town.resident()
        await town.upload(person, steps(WALK, start=local_morning(YESTERDAY)))
        await table(town, person, f"日付,歩数\n2026/11/17,{of_table}\n", source="station:table")
        await town.settle()
        value = await town.owner.fetchval(
            "SELECT value FROM health.day_summary WHERE figure = 1 AND day = $1 AND resident_id = $2",
            *(YESTERDAY, person.principal_id),
        )
        assert value == counted


async def test_a_table_alone_is_its_days_and_is_known_when_it_is_sent_again(town: Town) -> None:
    hanako = await town.resident()
    text = "番号,日付,歩数\n1,2026/11/16,6000\n2,2026/11/17,8000\n"
    await table(town, hanako, text, record="番号")
    again = await table(town, hanako, text, record="番号")
    assert again.json["receipt"]["duplicate"] == 2
    edited = "番号,日付,歩数\n2,2026/11/17,9000\n"
    await table(town, hanako, edited, record="番号", time_format="%Y/%m/%d")
    assert await walked(town) == 9_000


async def test_a_reading_of_a_day_that_is_not_over_is_refused_alone_and_an_amount_is_taken(
    town: Town,
) -> None:
    """A counter's reading under a date is the day's last; an amount of a day may grow until the day is over."""
    hanako = await town.resident()
    text = "日付,歩数\n2026/11/17,8000\n2026/11/18,300\n2026/11/19,1\n"
    not_begun = "from 2000-01-01 to today"
    sent = await table(town, hanako, text, value="steps_day_total:歩数")
    assert [refusal["limit"] for refusal in sent.json["refusals"]] == [
        "a day that is over; or the day so far, with the time of the reading",
        not_begun,
    ]
    sent = await table(town, hanako, text)
    assert [refusal["limit"] for refusal in sent.json["refusals"]] == [not_begun]


async def test_todays_amount_grows_when_its_row_is_sent_again(town: Town) -> None:
    hanako = await town.resident()
    for so_far in (3_000, 5_000):
        sent = await table(town, hanako, f"日付,歩数\n2026/11/18,{so_far}\n")
        assert sent.status == 201
        await town.settle()
        assert (await town.get("/v1/me/today", hanako)).json["steps"] == so_far


async def test_an_amount_of_a_night_under_a_date_is_of_that_day(town: Town) -> None:
    hanako = await town.resident()
    text = "日付,睡眠,体重\n2026/11/17,430,\n2026/11/17,,62.5\n"
    sent = await table(town, hanako, text, value="sleep_minutes:睡眠")
    assert (sent.status, sent.json["receipt"]["accepted"]) == (201, 1)
    sent = await table(town, hanako, text, value="body_weight:体重")
    assert sent.json["receipt"]["accepted"] == 1, "what is measured at a moment is the day's first"
    await town.settle()
    kept = "SELECT value FROM health.day_summary WHERE figure = $1 AND day = $2"
    for code, value in (("sleep_minutes", 430), ("body_weight", 62.5)):
        number = METRIC_BY_CODE[code].number
        assert await town.owner.fetchval(kept, number, YESTERDAY) == value


def fhir(loinc: str, value: float, unit: str, **when: Any) -> dict[str, Any]:
    return {
        "resourceType": "Observation",
        "status": "final",
        "code": {"coding": [{"system": "http://loinc.org", "code": loinc}]},
        "valueQuantity": {"value": value, "code": unit},
        "device": {"display": "Watch"},
        **when,
    }


@pytest.mark.parametrize(
    "when",
    [
        {"effectiveDateTime": "2026-11-17"},
        {"effectivePeriod": {"start": "2026-11-17", "end": "2026-11-17"}},
        {
            "effectivePeriod": {
                "start": "2026-11-17T00:00:00+09:00",
                "end": "2026-11-18T00:00:00+09:00",
            }
        },
    ],
)
@pytest.mark.parametrize("loinc", ["55423-8", "41950-7"])
async def test_a_days_observation_beside_minutes_is_not_added_to_them(
    town: Town, when: dict[str, Any], loinc: str
) -> None:
    hanako = await town.resident()
    await town.upload(hanako, steps(WALK, start=local_morning(YESTERDAY)))
    sent = await send(town, hanako, "fhir", fhir(loinc, 8_000, "{steps}", **when))
    assert sent.status == 201
    assert await walked(town) == 8_000


async def test_a_weight_under_a_date_alone_is_the_days_first(town: Town) -> None:
    hanako = await town.resident()
    weighed = fhir("29463-7", 62.5, "kg", effectiveDateTime="2026-11-17")
    assert (await send(town, hanako, "fhir", weighed)).status == 201
    await town.settle()
    kept = await town.owner.fetchrow("SELECT day, value, measured_at FROM health.day_summary")
    assert tuple(kept) == (YESTERDAY, 62.5, datetime(2026, 11, 16, 15, tzinfo=UTC))


@pytest.mark.parametrize("end", ["2026-11-17T23:59:00+09:00", "2026-11-18T00:00:00+09:00"])
async def test_a_phones_record_from_midnight_to_midnight_is_the_day(town: Town, end: str) -> None:
    hanako = await town.resident()
    await town.upload(hanako, steps(WALK, start=local_morning(YESTERDAY)))
    record = {
        "type": "StepsRecord",
        "metadata": {
            "id": "day",
            "lastModifiedTime": "2026-11-18T01:00:00Z",
            "dataOrigin": "com.example.day",
            "device": {"type": 1},
        },
        "startTime": "2026-11-17T00:00:00+09:00",
        "endTime": end,
        "count": 8_000,
    }
    assert (await send(town, hanako, "health-connect", {"records": [record]})).status == 201
    assert await walked(town) == 8_000
    await send(town, hanako, "health-connect", {"deleted": ["day"]})
    assert await walked(town) == 7_500


@pytest.mark.parametrize(
    ("zone", "day", "hours"),
    [
        ("Asia/Tokyo", date(2026, 3, 29), 24),
        ("Europe/Berlin", date(2026, 3, 29), 23),
        ("Europe/Berlin", date(2025, 10, 26), 25),
    ],
)
def test_a_whole_day_is_that_of_the_residents_zone(zone: str, day: date, hours: int) -> None:
    context = Context(NOON, zone, {})
    midnight_ms = ms(datetime(day.year, day.month, day.day, tzinfo=ZoneInfo(zone)))
    steps_of_day = whole_day(day, 8_000, METRIC_BY_CODE["steps"], context)
    assert steps_of_day == Column([midnight_ms], [8_000], [hours * 3_600_000])
    weight = whole_day(day, 62.5, METRIC_BY_CODE["body_weight"], context)
    assert weight == Column([midnight_ms], [62.5])
    counter = whole_day(day, 8_000, METRIC_BY_CODE["steps_day_total"], context)
    assert counter == Column([midnight_ms + hours * 3_600_000 - 1], [8_000]), "its last reading"


def test_a_counters_reading_of_a_day_that_is_not_over_needs_its_time() -> None:
    total, context = METRIC_BY_CODE["steps_day_total"], Context(NOON, "Asia/Tokyo", {})
    assert whole_day(YESTERDAY, 8_000, total, context).values == [8_000]
    with pytest.raises(ItemRefused) as refused:
        whole_day(NOON.date(), 8_000, total, context)
    assert refused.value.field == "time"


@pytest.mark.parametrize("day", [date.min, date(1999, 12, 31), date(2026, 11, 19), date.max])
def test_a_day_at_the_ends_of_the_calendar_is_refused(day: date) -> None:
    with pytest.raises(ItemRefused):
        whole_day(day, 1, METRIC_BY_CODE["body_weight"], Context(NOON, "Asia/Tokyo", {}))
