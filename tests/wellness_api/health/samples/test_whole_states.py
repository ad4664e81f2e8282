"""An app says of a span that it has sent all: what is not there is gone, until a later whole state has it again."""

import re
from datetime import timedelta
from pathlib import Path
from typing import Any
from unittest.mock import patch

import msgspec
import pytest

from device_bridge.wire import WHOLE_STATE_DAYS_MAX, WHOLE_STATES_PER_UPLOAD_MAX, WholeState
from tests.town import NOON, Answer, Person, Town, ms
from tests.wellness_api.health.samples.store import TODAY, YESTERDAY, Store, walk
from wellness_api.health.samples import looking

DOCS = Path(__file__).parents[4] / "docs"
MINUTE_MS = 60_000
HOUR_MS = 3_600_000
MORNING_MS = ms(NOON) - 3 * HOUR_MS
"""Three hours before now."""

PHONE = "phone:a"
READ_MS = ms(NOON)


def whole(
    sequence: int = READ_MS,
    *,
    metric: str = "steps",
    from_ms: int = MORNING_MS,
    until_ms: int = READ_MS,
) -> dict[str, Any]:
    return {
        "metric": metric,
        "source": PHONE,
        "from_ms": from_ms,
        "until_ms": until_ms,
        "sequence": sequence,
    }


def minutes(*of: int, values: list[float | None] | None = None, **said: Any) -> dict[str, Any]:
    """A batch of 50 steps in each minute of the morning."""
    return {
        "metric": "steps",
        "source": PHONE,
        "times_ms": [MORNING_MS + MINUTE_MS * minute for minute in of],
        "values": values or [50] * len(of),
    } | said


async def post(
    town: Town, person: Person, body: Any, form: str = "", *, key: str | None = None
) -> Answer:
    return await town.call(
        "POST",
        f"/v1/uploads{form}",
        json=body,
        headers=person.headers | {"Idempotency-Key": key or f"whole-{next(town.keys):08}"},
    )


async def send(
    town: Town, person: Person, *batches: dict[str, Any], states: list[dict[str, Any]]
) -> dict[str, Any]:
    answer = await post(town, person, {"batches": list(batches), "whole_states": states})
    assert answer.status == 201, answer.json
    receipt: dict[str, Any] = answer.json
    return receipt


async def steps_in(town: Town, person: Person) -> dict[int, float]:
    """By minute of the morning what is living."""
    answer = await town.call(
        "GET",
        "/v1/me/samples",
        params={
            "metric": "steps",
            "from": (NOON - timedelta(days=40)).isoformat(),
            "to": (NOON + timedelta(hours=1)).isoformat(),
            "source": PHONE,
        },
        headers=person.headers | {"Accept": "application/json"},
    )
    assert answer.status == 200, answer.json
    samples = zip(answer.json["times_ms"], answer.json["values"], strict=True)
    return {(time_ms - MORNING_MS) // MINUTE_MS: value for time_ms, value in samples}


def became(receipt: dict[str, Any]) -> list[tuple[str, int]]:
    return [(of["outcome"], of["gone"]) for of in receipt["whole_states"]]


async def test_what_is_not_in_a_whole_state_is_gone_and_the_day_is_counted_without_it(
    town: Town,
) -> None:
    hanako = await town.resident()
    await town.upload(hanako, minutes(0, 1, 2))
    receipt = await send(town, hanako, minutes(0, 2, 3), states=[whole()])
    assert (receipt["accepted"], receipt["duplicate"]) == (1, 2)
    assert became(receipt) == [("holds", 1)]
    await town.settle()
    assert await steps_in(town, hanako) == {0: 50, 2: 50, 3: 50}
    assert (await town.get("/v1/me/today", hanako)).json["steps"] == 150


async def test_points_for_what_is_gone_are_taken_back_and_come_again_with_it(town: Town) -> None:
    await town.put_in_force()
    hanako = await town.resident()
    walked = minutes(*range(50))
    await town.upload(hanako, walked)
    points = []
    for batches in ([], [walked]):
        await town.settle()
        points.append((await town.get("/v1/me/today", hanako)).json["points_today"])
        await send(town, hanako, *batches, states=[whole(READ_MS - 2 + len(points))])
    await town.settle()
    points.append((await town.get("/v1/me/today", hanako)).json["points_today"])
    assert points == [1, 0, 1]


async def test_an_empty_whole_state_ends_all_of_its_span_and_nothing_else(town: Town) -> None:
    hanako = await town.resident()
    walks = minutes(0, 30, 60)
    weight = minutes(0, metric="body_weight", values=[62.4])
    other = minutes(5, source="watch:w")
    await town.upload(hanako, walks, weight, other)
    span = {"from_ms": MORNING_MS + MINUTE_MS, "until_ms": MORNING_MS + 60 * MINUTE_MS}
    assert became(await send(town, hanako, states=[whole() | span])) == [("holds", 1)]
    assert await steps_in(town, hanako) == {0: 50, 60: 50}
    await town.settle()
    today = (await town.get("/v1/me/today", hanako)).json
    assert today["steps"] == 150


async def test_a_later_whole_state_brings_back_what_an_earlier_one_had_ended(town: Town) -> None:
    hanako = await town.resident()
    await town.upload(hanako, minutes(0, 1))
    await send(town, hanako, minutes(1), states=[whole(READ_MS - 2)])
    assert await steps_in(town, hanako) == {1: 50}
    await send(town, hanako, minutes(0, 1), states=[whole(READ_MS - 1)])
    assert await steps_in(town, hanako) == {0: 50, 1: 50}


async def test_an_older_whole_state_that_comes_late_changes_nothing(town: Town) -> None:
    hanako = await town.resident()
    await send(town, hanako, minutes(1, 2), states=[whole(READ_MS)])
    late = await send(town, hanako, minutes(0, 1), states=[whole(READ_MS - 1)])
    assert became(late) == [("overtaken", 0)]
    assert (late["duplicate"], late["refused"]) == (1, 1)
    (refusal,) = late["batches"][0]["refusals"]
    assert (refusal["reason"], refusal["field"]) == ("not_in_whole_state", "sequence")
    assert refusal["time_ms"] == MORNING_MS
    assert await steps_in(town, hanako) == {1: 50, 2: 50}


async def test_an_older_whole_state_holds_where_no_later_one_speaks(town: Town) -> None:
    hanako = await town.resident()
    await town.upload(hanako, minutes(0, 90))
    noon = MORNING_MS + 60 * MINUTE_MS
    await send(town, hanako, minutes(90), states=[whole(READ_MS, from_ms=noon)])
    earlier = await send(town, hanako, minutes(1, 91), states=[whole(READ_MS - 1)])
    assert became(earlier) == [("holds", 1)]
    assert await steps_in(town, hanako) == {1: 50, 90: 50}


async def test_a_copy_that_was_read_before_stays_away_and_a_later_change_comes_in(
    town: Town,
) -> None:
    hanako = await town.resident()
    await send(town, hanako, minutes(1), states=[whole(READ_MS - 60_000)])
    copy = (await town.upload(hanako, minutes(0, revision=READ_MS - 120_000))).json
    assert copy["refused"] == 1
    changed = (await town.upload(hanako, minutes(0, revision=READ_MS - 30_000))).json
    assert changed["accepted"] == 1
    assert await steps_in(town, hanako) == {0: 50, 1: 50}


async def test_what_was_changed_after_the_reading_outlives_a_whole_state_that_comes_later(
    town: Town,
) -> None:
    hanako = await town.resident()
    await town.upload(hanako, minutes(0, revision=READ_MS - 30_000))
    receipt = await send(town, hanako, states=[whole(READ_MS - 60_000)])
    assert became(receipt) == [("holds", 0)]
    assert await steps_in(town, hanako) == {0: 50}


async def test_a_sequence_may_be_any_number_and_then_arrival_decides(town: Town) -> None:
    hanako = await town.resident()
    await town.upload(hanako, minutes(0, revision=READ_MS))
    assert became(await send(town, hanako, states=[whole(7)])) == [("holds", 1)]
    assert became(await send(town, hanako, minutes(0), states=[whole(6)])) == [("overtaken", 0)]
    await town.upload(hanako, minutes(1, revision=READ_MS - HOUR_MS))
    assert await steps_in(town, hanako) == {1: 50}


async def test_what_was_deleted_by_hand_stays_away_from_whole_states_too(town: Town) -> None:
    hanako = await town.resident()
    await town.upload(hanako, minutes(0, 1))
    deleted = await town.call(
        "DELETE",
        "/v1/me/samples",
        params={
            "from": (NOON - timedelta(hours=3)).isoformat(),
            "to": (NOON - timedelta(hours=3) + timedelta(minutes=1)).isoformat(),
        },
        headers=hanako.headers | {"Idempotency-Key": "delete-one-minute"},
    )
    assert deleted.status == 200, deleted.json
    assert became(await send(town, hanako, states=[whole(READ_MS - 1)])) == [("holds", 1)]
    again = await send(town, hanako, minutes(0, 1), states=[whole(READ_MS)])
    assert (again["accepted"], again["refused"]) == (1, 1)
    assert again["batches"][0]["refusals"][0]["reason"] == "deleted"
    assert await steps_in(town, hanako) == {1: 50}


async def test_the_same_key_gets_the_same_receipt(town: Town) -> None:
    hanako = await town.resident()
    await town.upload(hanako, minutes(0, 1))
    body = {"batches": [minutes(1)], "whole_states": [whole()]}
    first = await post(town, hanako, body, key="whole-state-0001")
    again = await post(town, hanako, body, key="whole-state-0001")
    assert (first.status, again.status) == (201, 200)
    assert first.json == again.json
    other = body | {"whole_states": [whole(READ_MS - 1)]}
    refused = await post(town, hanako, other, key="whole-state-0001")
    assert (refused.status, refused.json["type"]) == (422, "urn:wellness:idempotency_key_reused")


async def test_another_residents_samples_are_not_touched(town: Town) -> None:
    hanako, taro = await town.residents(2)
    await town.upload(hanako, minutes(0))
    await send(town, taro, states=[whole()])
    assert await steps_in(town, hanako) == {0: 50}


async def test_a_sample_over_midnight_goes_from_both_days(town: Town) -> None:
    hanako = await town.resident()
    midnight_ms = ms(NOON) - 12 * HOUR_MS
    night = minutes(0, values=[600], lengths_ms=2 * HOUR_MS) | {"times_ms": [midnight_ms - HOUR_MS]}
    await town.upload(hanako, night)
    await town.settle()
    steps_of_days = "SELECT value FROM health.day_summary WHERE figure = 1 AND value > 0"
    assert [row["value"] for row in await town.owner.fetch(steps_of_days)] == [300, 300]
    evening = whole(from_ms=midnight_ms - 2 * HOUR_MS, until_ms=midnight_ms)
    assert became(await send(town, hanako, states=[evening])) == [("holds", 1)]
    await town.settle()
    assert await town.owner.fetch(steps_of_days) == []


def record(record_id: str, minute: int, *, changed_ms: int) -> dict[str, Any]:
    def written(time_ms: int) -> str:
        return (NOON + timedelta(milliseconds=time_ms - ms(NOON))).isoformat()

    start_ms = MORNING_MS + MINUTE_MS * minute
    return {
        "type": "StepsRecord",
        "metadata": {
            "id": record_id,
            "lastModifiedTime": written(changed_ms),
            "dataOrigin": "a",
            "device": {"type": 2},
        },
        "startTime": written(start_ms),
        "endTime": written(start_ms + MINUTE_MS),
        "count": 50,
    }


async def test_records_that_a_phone_has_not_any_more_are_gone_without_their_deletion(
    town: Town,
) -> None:
    hanako = await town.resident()
    old = [record(name, minute, changed_ms=MORNING_MS) for minute, name in enumerate("abc")]
    await post(town, hanako, {"records": old}, "/health-connect")
    body = {"records": old[1:], "whole_states": [whole()]}
    answer = await post(town, hanako, body, "/health-connect")
    assert answer.status == 201, answer.json
    assert became(answer.json["receipt"]) == [("holds", 1)]
    assert await steps_in(town, hanako) == {1: 50, 2: 50}
    again = (await post(town, hanako, {"records": old[:1]}, "/health-connect")).json["receipt"]
    assert again["batches"][0]["refusals"][0]["reason"] == "not_in_whole_state"
    edited = record("a", 5, changed_ms=READ_MS + 1)
    assert (await post(town, hanako, {"records": [edited]}, "/health-connect")).status == 201
    assert await steps_in(town, hanako) == {1: 50, 2: 50, 5: 50}
    gone = {"deleted": ["b"]}
    assert (await post(town, hanako, gone, "/health-connect")).status == 201
    back = {"records": [*old, edited], "whole_states": [whole(READ_MS + 2)]}
    await post(town, hanako, back, "/health-connect")
    assert await steps_in(town, hanako) == {2: 50, 5: 50}, "a deletion by id is for good"


async def test_a_whole_state_of_which_something_was_refused_is_not_whole(town: Town) -> None:
    hanako = await town.resident()
    await town.upload(hanako, minutes(0))
    odd = record("odd", 2, changed_ms=MORNING_MS) | {"count": "many"}
    body = {"records": [record("a", 1, changed_ms=MORNING_MS), odd], "whole_states": [whole()]}
    answer = await post(town, hanako, body, "/health-connect")
    assert became(answer.json["receipt"]) == [("not_whole", 0)]
    assert await steps_in(town, hanako) == {0: 50, 1: 50}


async def test_rows_can_be_whole_too_also_none(town: Town) -> None:
    hanako = await town.resident()
    await town.upload(hanako, minutes(0))
    answer = await post(town, hanako, {"samples": [], "whole_states": [whole()]}, "/rows")
    assert (answer.status, became(answer.json["receipt"])) == (201, [("holds", 1)])


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"metric": "stps"}, "whole_states[0].metric"),
        ({"from_ms": 0}, "whole_states[0].from_ms"),
        ({"until_ms": MORNING_MS}, "whole_states[0].until_ms"),
        ({"until_ms": READ_MS + 121_000}, "whole_states[0].until_ms"),
        (
            {"from_ms": READ_MS - WHOLE_STATE_DAYS_MAX * 24 * HOUR_MS - 1},
            "whole_states[0].until_ms",
        ),
        ({"sequence": READ_MS + 121_000}, "whole_states[0].sequence"),
        ({"sequence": 0}, "whole_states[0].sequence"),
        ({"source": "my phone"}, "whole_states[0].source"),
    ],
)
async def test_a_whole_state_that_nobody_can_mean_is_refused(
    town: Town, change: dict[str, Any], field: str
) -> None:
    hanako = await town.resident()
    await town.upload(hanako, minutes(0))
    answer = await post(town, hanako, {"batches": [], "whole_states": [whole() | change]})
    assert answer.status == 422
    (error,) = answer.json["errors"]
    assert error["field"] == field
    assert error["limit"]
    assert await steps_in(town, hanako) == {0: 50}


async def test_whole_states_are_bounded_and_do_not_speak_of_the_same_time_twice(
    town: Town,
) -> None:
    hanako = await town.resident()
    twice = await post(town, hanako, {"batches": [], "whole_states": [whole(), whole(7)]})
    assert twice.json["errors"][0]["field"] == "whole_states[1].from_ms"
    many = [whole()] * (WHOLE_STATES_PER_UPLOAD_MAX + 1)
    assert (await post(town, hanako, {"batches": [], "whole_states": many})).status == 422


async def test_of_days_of_which_very_much_is_stored_shorter_spans_are_to_be_said(
    town: Town,
) -> None:
    hanako = await town.resident()
    await town.upload(hanako, minutes(*range(6)))
    with patch.object(looking, "STORED_SAMPLES_MAX", 5):
        answer = await post(town, hanako, {"batches": [], "whole_states": [whole()]})
    assert (answer.status, answer.json["errors"][0]["field"]) == (422, "whole_states")
    assert len(await steps_in(town, hanako)) == 6


def test_days_of_which_no_samples_are_kept_any_more_stay_as_they_are() -> None:
    store = Store()
    store.send(walk("yesterday", [-700]), walk("today", [0]), walk(None, [-690, 10]))
    store.arrival = store.arrival._replace(first_day=TODAY)
    begin = WholeState(
        metric="steps",
        source=PHONE,
        from_ms=READ_MS - 48 * HOUR_MS,
        until_ms=READ_MS,
        sequence=READ_MS,
    )
    store.send(states=[begin])
    assert [of.gone for of in store.receipts] == [2]
    assert set(store.steps()) == {-700, -690}
    assert {day for day, *_ in store.layers} == {YESTERDAY, TODAY}


async def test_whole_states_go_with_the_days_that_they_speak_of(town: Town) -> None:
    hanako = await town.resident()
    await send(town, hanako, states=[whole()])
    kept = "SELECT count(*) FROM health.whole_state"
    assert await town.owner.fetchval(kept) == 1
    await town.owner.execute("UPDATE health.retention SET first_day = $1", NOON.date())
    await town.owner.execute("SELECT health.forget_closed_days($1)", [hanako.principal_id])
    assert await town.owner.fetchval(kept) == 1
    await town.owner.execute(
        "UPDATE health.retention SET first_day = $1", NOON.date() + timedelta(days=2)
    )
    await town.owner.execute("SELECT health.forget_closed_days($1)", [hanako.principal_id])
    assert await town.owner.fetchval(kept) == 0


@pytest.mark.parametrize(
    ("document", "key", "form"),
    [
        ("api.md", "whole-state-0001", ""),
        ("api.md", "each-batch-0001", ""),
        ("formats/health-connect.md", "health-connect-all-0001", "/health-connect"),
    ],
)
async def test_the_documents_examples_are_taken(
    town: Town, document: str, key: str, form: str
) -> None:
    hanako = await town.resident()
    text = (DOCS / document).read_text()
    example = re.search(rf"{key}' \\\n  (?:-d|--data) '(.*?)'\n```", text, re.DOTALL)
    assert example is not None
    answer = await post(town, hanako, msgspec.json.decode(example[1]), form)
    assert answer.status == 201, answer.json
    receipt = answer.json.get("receipt", answer.json)
    assert receipt["accepted"] >= 1
    assert {outcome for outcome, _ in became(receipt)} <= {"holds"}


async def test_the_page_s_example_of_a_whole_state_ends_what_the_page_says(town: Town) -> None:
    """When the examples are sent in the order of the page."""
    hanako = await town.resident()
    text = (DOCS / "api.md").read_text()
    for key in ("example-0001", "each-batch-0001", "whole-state-0001"):
        example = re.search(rf"{key}' \\\n  -d '(.*?)'\n```", text, re.DOTALL)
        assert example is not None
        answer = await post(town, hanako, msgspec.json.decode(example[1]))
    said = re.search(r'"outcome": "holds", "gone": (\d+)', text)
    assert said is not None
    assert became(answer.json) == [("holds", int(said[1]))]
