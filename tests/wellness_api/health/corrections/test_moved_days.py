"""Samples that were moved by hand count on another day; whoever says something else of them changes that day and its points."""

from collections.abc import Awaitable, Callable, Sequence
from datetime import date, timedelta
from typing import Any, Final

import msgspec
import pytest

from points.presets import preset_text
from points.programme import read_programme
from tests.town import NOON, Answer, Person, Town, local_morning, ms, steps
from tests.wellness_api.health.corrections.asking import delete_source, shift
from tests.wellness_api.health.imports.exports import bring_in, export
from tests.wellness_api.health.imports.exports import steps as exported_steps
from tests.wellness_api.rewards.winter import is_proven, programme
from wellness_api.rewards.awards.from_past import work_out_anew
from wellness_api.rewards.awards.programmes import add_programme

WALKED: Final = date(2026, 11, 16)
"""By the clock of the phone, which was two days ahead."""

COUNTED: Final = date(2026, 11, 14)
TWO_DAYS: Final = 2 * 86_400
PHONE: Final = "phone:a.b"
BEGIN: Final = local_morning(WALKED) + timedelta(hours=4)
HOUR_MS: Final = 3_600_000
NOTHING: Final[tuple[float | None, int]] = (None, 0)


def record(town: Town, count: int) -> dict[str, Any]:
    """A walk of an hour, under an id."""
    end = BEGIN + timedelta(hours=1)
    return {
        "type": "StepsRecord",
        "metadata": {
            "id": "r",
            "dataOrigin": "a.b",
            "device": {"type": 2},
            "recordingMethod": 2,
            "lastModifiedTime": town.clock().isoformat(),
        },
        "startTime": BEGIN.isoformat(),
        "endTime": end.isoformat(),
        "count": count,
    }


async def sync(town: Town, person: Person, body: Any, form: str = "/health-connect") -> None:
    answer = await town.call(
        "POST",
        f"/v1/uploads{form}",
        json=body,
        headers=person.headers | {"Idempotency-Key": f"moved-{next(town.keys):08}"},
    )
    assert answer.status == 201, answer.json


async def columns(town: Town, person: Person, value: float | None, revision: int) -> None:
    batch = {
        "metric": "steps",
        "source": PHONE,
        "times_ms": [ms(BEGIN)],
        "values": [value],
        "lengths_ms": HOUR_MS,
        "revision": revision,
    }
    await sync(town, person, {"batches": [batch]}, form="")


async def move(
    town: Town, person: Person, seconds: int, *, day: date = WALKED, source: str = PHONE
) -> Answer:
    answer = await shift(
        town,
        person,
        seconds,
        key=f"shift-{next(town.keys):04}",
        source=source,
        **{
            "from": (local_morning(day) - timedelta(hours=6)).isoformat(),
            "to": (local_morning(day) + timedelta(hours=18)).isoformat(),
        },
    )
    assert answer.status == 200, answer.json
    return answer


async def count(town: Town, person: Person, day: date = COUNTED) -> tuple[float | None, int]:
    """The day's steps as the worker keeps them, and its points; all of it proven."""
    await town.settle()
    kept = await town.owner.fetchval(
        "SELECT value FROM health.day_summary WHERE resident_id = $1 AND day = $2 AND figure = 1",
        person.principal_id,
        day,
    )
    receipt = (await town.get(f"/v1/me/days/{day}", person)).json
    told = [of["value"] for of in receipt["figures"] if of["metric"] == "steps"]
    assert kept == (told[0] if told else None)
    assert await is_proven(town)
    points = {row[2]: row[3] for row in await town.awards()}
    wallet = (await town.get("/v1/me/wallet", person)).json
    assert wallet["pending"] + wallet["balance"] == sum(points.values())
    return kept, points.get(day, 0)


async def begin(town: Town) -> Person:
    """Somebody in a programme that pays for whatever was sent."""
    yokohama = read_programme(preset_text("yokohama"))
    await town.put_in_force(msgspec.structs.replace(yokohama, trust=None))
    return await town.resident()


async def moved_record(town: Town) -> Person:
    """A walk of the 16th that was moved to the 14th and counts there."""
    hanako = await begin(town)
    await sync(town, hanako, {"records": [record(town, 9_000)]})
    assert (await count(town, hanako, WALKED))[0] == 9_000
    await move(town, hanako, -TWO_DAYS)
    assert await count(town, hanako) == (9_000, 4)
    town.clock.advance(timedelta(minutes=5))
    return hanako


async def by_id(town: Town, person: Person) -> None:
    await sync(town, person, {"deleted": ["r"]})


async def by_edit(town: Town, person: Person) -> None:
    await sync(town, person, {"records": [record(town, 100)]})


async def by_whole_state(town: Town, person: Person) -> None:
    state = {
        "metric": "steps",
        "source": PHONE,
        "from_ms": ms(BEGIN) - HOUR_MS,
        "until_ms": ms(BEGIN) + HOUR_MS,
        "sequence": ms(town.clock()),
    }
    await sync(town, person, {"batches": [], "whole_states": [state]}, form="")


async def by_hand(town: Town, person: Person) -> None:
    assert (await delete_source(town, person, PHONE)).status == 200


async def back(town: Town, person: Person) -> None:
    await move(town, person, TWO_DAYS, day=COUNTED)


Change = Callable[[Town, Person], Awaitable[None]]

CHANGES: Final[Sequence[tuple[Change, float | None, int]]] = [
    (by_id, None, 0),
    (by_edit, 100, 0),
    (by_whole_state, None, 0),
    (by_hand, None, 0),
    (back, None, 0),
]


@pytest.mark.parametrize(
    ("change", "left", "points"), CHANGES, ids=[change.__name__ for change, *_ in CHANGES]
)
async def test_a_change_of_what_was_moved_changes_the_day_to_which_it_was_moved(
    town: Town, change: Change, left: float | None, points: int
) -> None:
    hanako = await moved_record(town)
    await change(town, hanako)
    assert await count(town, hanako) == (left, points)
    if change is back:
        assert await count(town, hanako, WALKED) == (9_000, 4)


async def test_samples_without_an_id_are_taken_back_where_they_were_moved_to(town: Town) -> None:
    hanako = await begin(town)
    await columns(town, hanako, 9_000, revision=0)
    await town.settle()
    await move(town, hanako, -TWO_DAYS)
    assert await count(town, hanako) == (9_000, 4)
    await columns(town, hanako, None, revision=1)
    assert await count(town, hanako) == NOTHING


async def test_what_was_moved_twice_changes_where_it_came_to_stand(town: Town) -> None:
    hanako = await moved_record(town)
    before = COUNTED - timedelta(days=2)
    await move(town, hanako, -TWO_DAYS, day=COUNTED)
    assert await count(town, hanako) == NOTHING
    assert await count(town, hanako, before) == (9_000, 4)
    await by_edit(town, hanako)
    assert await count(town, hanako, before) == (100, 0)


async def test_a_day_without_a_figure_is_known_to_hold_what_was_moved_there(town: Town) -> None:
    """More steps than an hour can have count for nothing, wherever they are moved to."""
    hanako = await begin(town)
    await sync(town, hanako, {"records": [record(town, 90_000)]})
    await move(town, hanako, -TWO_DAYS)
    assert await count(town, hanako) == NOTHING
    before = COUNTED - timedelta(days=7)
    await move(town, hanako, -7 * 86_400, day=COUNTED)
    queued = await town.owner.fetch("SELECT DISTINCT day FROM health.pending_day")
    assert {before, COUNTED} <= {row["day"] for row in queued}


async def test_a_file_changes_where_its_samples_were_moved_to(town: Town) -> None:
    hanako = await begin(town)
    await bring_in(town, hanako, export(exported_steps(0, 6_000, minutes=60)))
    await town.settle()
    source = await town.owner.fetchval("SELECT source FROM health.segment LIMIT 1")
    await move(town, hanako, -TWO_DAYS, day=NOON.date(), source=source)
    assert (await count(town, hanako, WALKED))[0] == 6_000
    town.clock.advance(timedelta(minutes=5))
    again = export(exported_steps(0, 700, minutes=60))
    await bring_in(town, hanako, again)
    assert (await count(town, hanako, WALKED))[0] == 700


async def test_what_was_folded_changes_where_it_was_moved_to(town: Town) -> None:
    hanako = await begin(town)
    minutes = [BEGIN + timedelta(minutes=minute) for minute in range(10)]
    for minute in minutes:
        await town.upload(hanako, steps([100], start=minute, source=PHONE))
    await move(town, hanako, -TWO_DAYS)
    assert (await count(town, hanako))[0] == 1_000
    assert await town.owner.fetchval("SELECT count(*) FROM health.segment") == 1
    await town.upload(hanako, steps([None], start=BEGIN, source=PHONE, revision=1))
    assert (await count(town, hanako))[0] == 900


async def test_an_upload_asks_for_no_other_day_of_whom_nothing_was_moved(town: Town) -> None:
    hanako, taro = await town.residents(2)
    await columns(town, taro, 9_000, revision=0)
    await move(town, taro, -TWO_DAYS)
    await town.settle()
    await town.upload(hanako, steps([100], start=BEGIN, source=PHONE))
    queued = await town.owner.fetch("SELECT resident_id, day FROM health.pending_day")
    assert [tuple(row) for row in queued] == [(hanako.principal_id, WALKED)]


async def test_a_choice_of_sources_holds_on_a_day_that_has_only_moved_samples(town: Town) -> None:
    hanako = await begin(town)
    for source, each in ((PHONE, 200), ("watch:w", 100)):
        await town.upload(hanako, steps([each] * 40, start=BEGIN, source=source))
        await move(town, hanako, -TWO_DAYS, source=source)
    assert (await count(town, hanako))[0] == 4_000
    answer = await town.call(
        "PUT", "/v1/me/sources/steps", json={"sources": [PHONE]}, headers=hanako.headers
    )
    assert answer.status == 204
    assert (await count(town, hanako))[0] == 8_000


async def test_a_programme_with_a_past_pays_for_a_day_that_has_only_moved_samples(
    town: Town,
) -> None:
    hanako = await town.resident()
    await sync(town, hanako, {"records": [record(town, 9_000)]})
    await move(town, hanako, -TWO_DAYS)
    await town.settle()
    version = programme(
        '[[rules]]\nkind = "steps_per_point"\ncode = "walk"\nsteps_per_point = 1000\npoints_day_max = 5\n',
        begins=COUNTED - timedelta(days=1),
    )
    await add_programme(town.owner, msgspec.structs.replace(version, late_window_days=14))
    await work_out_anew(town.owner, version, now=town.clock())
    await town.worker.turn_day()
    assert await count(town, hanako) == (9_000, 5)
