"""A date alone stands for the whole day, in whatever form it comes, and is never added to what others counted in it."""

from datetime import UTC, date, datetime, timedelta
from typing import Any, Final

import pytest

from tests.town import NOON, Answer, Person, Town, local_morning, steps
from tests.wellness_api.health.formats.stores import send
from wellness_api.health.formats.format import Context
from wellness_api.health.formats.items import ItemRefused
from wellness_api.health.formats.whole_days import whole_day
from wellness_api.health.metrics.catalogue import METRIC_BY_CODE

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
        "SELECT value FROM health.day_summary WHERE metric = 1 AND day = $1", YESTERDAY
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


async def test_where_the_better_source_counted_minutes_the_table_adds_nothing(town: Town) -> None:
    hanako = await town.resident()
    await town.upload(hanako, steps(WALK, start=local_morning(YESTERDAY)))
    await table(town, hanako, "日付,歩数\n2026/11/17,8000\n", source="station:table")
    assert await walked(town) == 7_500


async def test_a_table_alone_is_its_days_and_is_known_when_it_is_sent_again(town: Town) -> None:
    hanako = await town.resident()
    text = "番号,日付,歩数\n1,2026/11/16,6000\n2,2026/11/17,8000\n"
    await table(town, hanako, text, record="番号")
    again = await table(town, hanako, text, record="番号")
    assert again.json["receipt"]["duplicate"] == 2
    edited = "番号,日付,歩数\n2,2026/11/17,9000\n"
    await table(town, hanako, edited, record="番号", time_format="%Y/%m/%d")
    assert await walked(town) == 9_000


async def test_a_day_that_is_not_over_is_refused_alone(town: Town) -> None:
    hanako = await town.resident()
    sent = await table(town, hanako, "日付,歩数\n2026/11/17,8000\n2026/11/18,300\n2026/11/19,1\n")
    assert sent.json["refused_items"] == 2
    assert [each["limit"] for each in sent.json["refusals"]] == [
        "a day that is over; or the day so far, with the time of the reading",
        "from 2000-01-01 to today",
    ]


async def test_an_amount_that_has_no_counter_needs_its_time(town: Town) -> None:
    """A night under a date alone would be added to what a watch measured of it."""
    hanako = await town.resident()
    text = "日付,睡眠,体重\n2026/11/17,430,\n2026/11/17,,62.5\n"
    query = {"value": "sleep_minutes:睡眠"}
    sent = await table(town, hanako, text, **query)
    assert (sent.status, "a time of day" in sent.json["errors"][0]["limit"]) == (422, True)
    sent = await table(town, hanako, text, value="body_weight:体重")
    assert sent.json["receipt"]["accepted"] == 1, "what is measured at a moment is the day's first"


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
def test_the_days_last_moment_is_that_of_the_residents_zone(
    zone: str, day: date, hours: int
) -> None:
    context = Context(NOON, zone, {})
    (of_weight,) = whole_day(day, 62.5, METRIC_BY_CODE["body_weight"], context).values()
    (of_steps,) = whole_day(day, 8_000, METRIC_BY_CODE["steps"], context).values()
    assert of_steps.times_ms[0] + 1 - of_weight.times_ms[0] == hours * 3_600_000


@pytest.mark.parametrize("day", [date.min, date(1999, 12, 31), date(2026, 11, 19), date.max])
def test_a_day_at_the_ends_of_the_calendar_is_refused(day: date) -> None:
    with pytest.raises(ItemRefused):
        whole_day(day, 1, METRIC_BY_CODE["body_weight"], Context(NOON, "Asia/Tokyo", {}))
