"""Devices that tell of yesterday in every form, and what the day comes to in the end."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime, timedelta
from random import Random
from typing import Any, Final, NamedTuple

from tests.town import NOON, Answer, Person, Town, local_morning
from tests.wellness_api.health.formats.stores import send
from wellness_api.health.metrics.catalogue import METRIC_BY_CODE

TODAY: Final = NOON.date()
YESTERDAY: Final = TODAY - timedelta(days=1)

APP: Final = "com.example.walking"
PHONE: Final = 2
WATCH: Final = 1
"""Health Connect's constants of devices."""


def at(clock: str, day: date = YESTERDAY) -> datetime:
    """A moment of the day in Furano; hours go on after 24:00."""
    hours, minutes, seconds = (int(part) for part in f"{clock}:00:00".split(":")[:3])
    midnight = local_morning(day) - timedelta(hours=6)
    return midnight + timedelta(hours=hours, minutes=minutes, seconds=seconds)


class Told(NamedTuple):
    """What a device says in one request to `/v1/uploads/{form}`, or a part of one."""

    form: str
    body: Mapping[str, Sequence[Any]]


def steps(
    record: str,
    start: datetime,
    end: datetime,
    count: int,
    *,
    changed: datetime | None = None,
    device: int = PHONE,
) -> Told:
    """A record of Health Connect, changed last at its end if nothing else is said."""
    return _health_connect(
        {"type": "StepsRecord", "count": count},
        record,
        changed or end,
        device,
        startTime=start,
        endTime=end,
    )


def weight(record: str, time: datetime, kilograms: float, *, changed: datetime) -> Told:
    return _health_connect(
        {"type": "WeightRecord", "weight": {"inKilograms": kilograms}},
        record,
        changed,
        PHONE,
        time=time,
    )


def _health_connect(
    what: dict[str, Any], record: str, changed: datetime, device: int, **times: datetime
) -> Told:
    metadata = {
        "id": record,
        "lastModifiedTime": changed.isoformat(),
        "dataOrigin": APP,
        "device": {"type": device},
    }
    when = {name: time.isoformat() for name, time in times.items()}
    return Told("health-connect", {"records": [what | when | {"metadata": metadata}]})


def gone(record: str, *, form: str = "health-connect") -> Told:
    return Told(form, {"deleted": [record]})


def apple(uuid: str, kind: str, start: datetime, end: datetime, value: float, unit: str) -> Told:
    """A sample of HealthKit; of sleep the unit says nothing."""
    return Told(
        "healthkit",
        {
            "samples": [
                {
                    "uuid": uuid,
                    "type": kind,
                    "startDate": start.isoformat(),
                    "endDate": end.isoformat(),
                    "value": value,
                    "unit": unit,
                    "sourceRevision": {"source": {"name": "Health"}, "productType": "iPhone14,5"},
                }
            ]
        },
    )


def row(metric: str, start: datetime, end: datetime | None, value: float) -> Told:
    """A sample without an id, which says how long it lasted or does not."""
    said = {
        "metric": metric,
        "source": "phone:rows",
        "time": start.isoformat(),
        "value": value,
    }
    return Told("rows", {"samples": [said if end is None else said | {"end": end.isoformat()}]})


Split = Callable[[Sequence[Told]], list[list[Told]]]


def _shuffled(told: Sequence[Told]) -> list[list[Told]]:
    chance = Random(len(told))
    mixed = chance.sample(list(told), len(told))
    parts = []
    while mixed:
        size = chance.randint(1, 7)
        parts.append(mixed[:size])
        mixed = mixed[size:]
    return parts


SPLITS: Final[Mapping[str, Split]] = {
    "in one request": lambda told: [list(told)],
    "one by one": lambda told: [[one] for one in told],
    "the last one first": lambda told: [[one] for one in reversed(told)],
    "mixed": _shuffled,
    "twice": lambda told: [list(told), *([one] for one in reversed(told))],
}


async def tell(town: Town, person: Person, told: Sequence[Told]) -> None:
    """Sends it as one request to each form."""
    for form in dict.fromkeys(one.form for one in told):
        body: dict[str, list[Any]] = {}
        for one in told:
            if one.form == form:
                for name, items in one.body.items():
                    body.setdefault(name, []).extend(items)
        answer = await send(town, person, form, body)
        assert answer.status == 201, answer.json
        assert answer.json["refused_items"] == 0, answer.json


async def day_value(
    town: Town, person: Person, metric: str = "steps", day: date = YESTERDAY
) -> float | None:
    """What the day comes to, when the worker has taken in everything."""
    await town.settle()
    value: float | None = await town.owner.fetchval(
        "SELECT value FROM health.day_summary WHERE resident_id = $1 AND figure = $2 AND day = $3",
        *(person.principal_id, METRIC_BY_CODE[metric].number, day),
    )
    return value


async def table(town: Town, person: Person, steps_of_day: int, *, source: str) -> None:
    """A table of day totals by date, as a spreadsheet saves it."""
    answer = await town.call(
        "POST",
        "/v1/uploads/csv",
        params={"date": "日付", "value": "steps:歩数", "source": source},
        data=f"日付,歩数\n{YESTERDAY:%Y/%m/%d},{steps_of_day}\n".encode(),
        headers=person.headers
        | {"Idempotency-Key": f"table-{next(town.keys):08}", "Content-Type": "text/csv"},
    )
    assert answer.status == 201, answer.json


async def delete_by_hand(town: Town, person: Person) -> Answer:
    """All of yesterday."""
    answer = await town.call(
        "DELETE",
        "/v1/me/samples",
        params={"from": at("0").isoformat(), "to": at("24").isoformat()},
        headers=person.headers | {"Idempotency-Key": f"delete-{next(town.keys):08}"},
    )
    assert answer.status == 200, answer.json
    return answer


async def shift_by_hand(town: Town, person: Person, source: str, seconds: int) -> Answer:
    """All of yesterday's samples of the source."""
    answer = await town.call(
        "POST",
        "/v1/me/samples/shift",
        json={
            "source": source,
            "from": at("0").isoformat(),
            "to": at("24").isoformat(),
            "seconds": seconds,
        },
        headers=person.headers | {"Idempotency-Key": f"shift-{next(town.keys):08}"},
    )
    assert answer.status == 200, answer.json
    return answer
