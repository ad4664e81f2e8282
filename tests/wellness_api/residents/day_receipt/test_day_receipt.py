"""The receipt of a day over HTTP: where every step went, and when each device was last heard."""

import threading
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import msgspec
import pytest

from points.programme import read_programme
from tests.town import LATE_WINDOW_DAYS, NOON, Answer, Person, Town, local_morning, ms, steps
from tests.wellness_api.health.days.telling import (
    PHONE,
    WATCH,
    YESTERDAY,
    at,
    delete_by_hand,
    gone,
    row,
    tell,
    weight,
)
from tests.wellness_api.health.days.telling import steps as record_of_steps
from tests.wellness_api.rewards.awards.test_named_figures import EARLY
from tests.wellness_api.rewards.check_ins.people import HALL, entry, send, with_card
from wellness_api.health.days import uncountable
from wellness_api.residents.day_receipt import figures, reading

TODAY = NOON.date()


async def receipt_of(town: Town, person: Person, day: date | str = TODAY) -> Any:
    answer = await town.get(f"/v1/me/days/{day}", person)
    assert answer.status == 200, answer.json
    figures = msgspec.json.decode(answer.body, type=dict[str, msgspec.Raw])["figures"]
    for figure in _exact(bytes(figures)):
        _adds_up(figure)
    return answer.json


def _exact(encoded: bytes) -> Any:
    """With decimals as they are written."""
    return msgspec.json.Decoder(type=Any, float_hook=Decimal).decode(encoded)


def _adds_up(figure: Any) -> None:
    further = [figure["further"]] if figure["further"] else []
    sent = Decimal(0)
    for of in [*figure["sources"], *further]:
        assert Decimal(of["sent"]) == sum(Decimal(part["amount"]) for part in of["became"])
        sent += Decimal(of["sent"])
        for span in of.get("spans", ()):
            assert Decimal(span["sent"]) == sum(Decimal(part["amount"]) for part in span["became"])
        if of.get("spans"):
            assert Decimal(of["sent"]) == sum(Decimal(span["sent"]) for span in of["spans"])
    assert Decimal(figure["sent"]) == sent
    assert sent == sum(Decimal(part["amount"]) for part in figure["became"])
    if figure["counts"] == "amounts" and figure["value"] is not None and figure["sources"]:
        counted = sum(
            Decimal(part["amount"])
            for part in figure["became"]
            if part["what"] in {"counted", "late"}
        )
        assert Decimal(figure["value"]) == counted + Decimal(figure["rounded"])


def figure_of(receipt: Any, metric: str = "steps") -> Any:
    (figure,) = (of for of in receipt["figures"] if of["metric"] == metric)
    return figure


def became(of: Any) -> dict[str, float]:
    """What became of it, by the better source where there is one."""
    return {
        part["what"] + (f" by {part['by_source']}" if part["by_source"] else ""): part["amount"]
        for part in of["became"]
    }


def by_source(figure: Any) -> dict[str, dict[str, float]]:
    return {of["source"]: became(of) for of in figure["sources"]}


async def test_a_day_on_which_nothing_was_sent_has_no_figures(town: Town) -> None:
    receipt = await receipt_of(town, await town.resident())
    assert (receipt["day"], receipt["state"]) == (str(TODAY), "worked_out")
    assert (receipt["figures"], receipt["sources"]) == ([], [])
    assert receipt["from"] == "2026-11-18T00:00:00+09:00"


def parts_of(receipt: Any) -> dict[str, float]:
    return {of["figure"]: of["value"] for of in receipt["parts"]}


async def test_figures_of_parts_of_the_day_are_told_by_their_value(town: Town) -> None:
    hanako = await town.resident()
    asleep = steps([1.0] * 90, start=local_morning(TODAY) - timedelta(hours=4))
    await town.upload(hanako, steps([100] * 45), asleep | {"metric": "sleep_minutes"})
    receipt = await receipt_of(town, hanako)
    assert parts_of(receipt) == {"sleep_minutes_before_18": 90}, "of steps nobody has parts kept"
    (part,) = receipt["parts"]
    assert (part["metric"], part["unit"]) == ("sleep_minutes", "min")
    assert (part["from_hour"], part["until_hour"]) == (0, 18)
    assert part["name"]["en"] == "Sleep minutes before 18:00"


async def test_parts_that_a_programme_names_are_told_while_they_are_kept(town: Town) -> None:
    hanako = await town.resident()
    await town.put_in_force(read_programme(EARLY))
    await town.upload(hanako, steps([100] * 150))
    await town.settle()
    assert parts_of(await receipt_of(town, hanako)) == {"steps_before_8": 12_000}
    await town.upload(hanako, steps([50] * 60, revision=1))
    told = parts_of(await receipt_of(town, hanako))
    assert told == {"steps_before_8": 9_000}, "as it is stored now, before the worker has seen it"


async def test_parts_of_a_day_whose_samples_are_gone_are_told_as_they_are_kept(town: Town) -> None:
    hanako = await town.resident()
    cuff = steps([128.5], start=local_morning(YESTERDAY)) | {"metric": "systolic_pressure"}
    await town.upload(hanako, cuff)
    await town.settle()
    told = parts_of(await receipt_of(town, hanako, YESTERDAY))
    assert told.keys() == {"systolic_highest", "systolic_lowest", "systolic_morning"}
    await town.owner.execute("DELETE FROM health.segment")
    receipt = await receipt_of(town, hanako, YESTERDAY)
    assert parts_of(receipt) == told
    assert figure_of(receipt, "systolic_pressure")["sources"] == []


async def test_all_that_one_source_sent_is_counted(town: Town) -> None:
    hanako = await town.resident()
    await town.upload(hanako, steps([100] * 45))
    waiting = await receipt_of(town, hanako)
    assert waiting["state"] == "waiting"
    await town.settle()
    receipt = await receipt_of(town, hanako)
    assert receipt["state"] == "worked_out"
    figure = figure_of(receipt)
    assert (figure["value"], figure["sent"], figure["rounded"]) == (4_500, 4_500, 0)
    (source,) = figure["sources"]
    (span,) = source["spans"]
    assert (span["from"], span["to"]) == ("2026-11-17T21:00:00Z", "2026-11-17T21:45:00Z")
    assert (span["records"], span["sent"], became(span)) == (45, 4_500, {"counted": 4_500})
    assert figure_of(waiting) == figure


async def test_what_a_better_source_told_is_covered_by_it(town: Town) -> None:
    hanako = await town.resident()
    await town.upload(
        hanako, steps([50] * 40, source="watch:w"), steps([100] * 60, source="phone:p")
    )
    figure = figure_of(await receipt_of(town, hanako))
    assert figure["value"] == 4_000
    assert by_source(figure) == {
        "watch:w": {"counted": 2_000},
        "phone:p": {"counted": 2_000, "overlapped by watch:w": 4_000},
    }
    covered, counted = figure["sources"][1]["spans"]
    assert became(covered) == {"overlapped by watch:w": 4_000}
    assert became(counted) == {"counted": 2_000}


async def test_what_is_below_a_step_is_told_to_the_thousandth_and_rounded_once(town: Town) -> None:
    hanako = await town.resident()
    await tell(town, hanako, [row("steps", at("8"), at("8:03"), 2.4)])
    await tell(town, hanako, [row("steps", at("9"), at("9:03"), 0.123)])
    figure = figure_of(await receipt_of(town, hanako, YESTERDAY))
    assert (figure["value"], figure["sent"], figure["rounded"]) == (3, 2.523, 0.477)


async def test_a_minute_that_cannot_be_true_is_told_with_its_limit(town: Town) -> None:
    hanako = await town.resident()
    await town.upload(hanako, steps([100, 900, 100]))
    figure = figure_of(await receipt_of(town, hanako))
    assert (figure["value"], by_source(figure)) == (
        200,
        {"phone:test": {"counted": 200, "implausible": 900}},
    )
    _, implausible, _ = figure["sources"][0]["spans"]
    assert implausible["became"][0]["limit"] == {"minimum": 0, "maximum": 400, "of": "record"}


async def test_what_came_after_the_late_window_is_late_since_the_window_closed(town: Town) -> None:
    await town.put_in_force()
    hanako = await town.resident()
    day = TODAY - timedelta(days=LATE_WINDOW_DAYS + 1)
    await town.upload(hanako, steps([100] * 20, start=local_morning(day)))
    town.clock.now = NOON
    figure = figure_of(await receipt_of(town, hanako, day))
    (late,) = figure["became"]
    assert (late["what"], late["amount"], late["since"]) == (
        "late",
        2_000,
        "2026-11-18T00:00:00+09:00",
    )
    (in_time,) = figure["in_time"]
    assert (figure["value"], in_time["value"]) == (2_000, None)
    assert in_time["late_since"] == late["since"]
    assert (in_time["why"], in_time["arrived"]) == (["late"], None)


async def test_points_rest_on_what_came_in_time_and_the_rest_is_late(town: Town) -> None:
    programme = await town.put_in_force()
    hanako = await town.resident()
    day = TODAY - timedelta(days=3)
    await town.upload(hanako, steps([100] * 20, start=local_morning(day)))
    town.clock.advance(timedelta(days=LATE_WINDOW_DAYS))
    await town.upload(hanako, steps([50] * 40, start=local_morning(day), source="watch:w"))
    await town.settle()
    figure = figure_of(await receipt_of(town, hanako, day))
    assert by_source(figure) == {
        "watch:w": {"late": 2_000},
        "phone:test": {"overlapped by watch:w": 2_000},
    }
    (in_time,) = figure["in_time"]
    assert (in_time["programme"], in_time["value"]) == (programme.code, 2_000)
    assert (in_time["name"], in_time["why"], in_time["arrived"]) == (
        programme.name,
        [],  # It comes to as much without what was late.
        2_000,
    )


async def test_a_day_that_counts_as_it_is_says_so(town: Town) -> None:
    await town.put_in_force()
    hanako = await town.resident()
    await town.upload(hanako, steps([100] * 20) | {"origin": "device"})
    (in_time,) = figure_of(await receipt_of(town, hanako))["in_time"]
    assert (in_time["value"], in_time["arrived"], in_time["why"]) == (2_000, 2_000, [])


async def test_points_may_rest_on_more_for_what_was_typed_over_it_and_nothing_is_late(
    town: Town,
) -> None:
    await town.put_in_force()
    hanako = await town.resident()
    hour = steps([600], source="watch:w") | {"lengths_ms": 3_600_000, "origin": "typed"}
    await town.upload(hanako, steps([100] * 20) | {"origin": "device"}, hour)
    await town.settle()
    figure = figure_of(await receipt_of(town, hanako))
    (in_time,) = figure["in_time"]
    assert (figure["value"], in_time["value"], in_time["arrived"]) == (600, 2_000, 600)
    assert in_time["why"] == ["origin"]
    (reason,) = in_time["left_out"]
    assert "1,400" in reason["ja"]
    today = (await town.get("/v1/me/today", hanako)).json
    assert [of["reason"] for of in today["left_out"]] == [reason]


async def test_a_day_of_late_and_typed_records_says_both(town: Town) -> None:
    """6,000 steps came in time, of which 2,000 were typed in, and 3,000 came late."""
    await town.put_in_force()
    hanako = await town.resident()
    morning = local_morning(TODAY)
    await town.upload(
        hanako,
        steps([100] * 40, start=morning) | {"origin": "device"},
        steps([100] * 20, start=morning + timedelta(hours=2)) | {"origin": "typed"},
    )
    town.clock.advance(timedelta(days=LATE_WINDOW_DAYS + 1))
    late = steps([100] * 30, start=morning + timedelta(hours=4)) | {"origin": "device"}
    await town.upload(hanako, late)
    await town.settle()
    figure = figure_of(await receipt_of(town, hanako, TODAY))
    (in_time,) = figure["in_time"]
    assert (figure["value"], in_time["arrived"], in_time["value"]) == (9_000, 6_000, 4_000)
    assert in_time["why"] == ["late", "origin"]
    assert len(in_time["left_out"]) == 1


async def test_what_was_typed_of_a_measure_is_left_out_with_its_name(town: Town) -> None:
    await town.put_in_force()
    hanako = await town.resident()
    await town.upload(hanako, steps([128]) | {"metric": "systolic_pressure", "origin": "typed"})
    figure = figure_of(await receipt_of(town, hanako), "systolic_pressure")
    (in_time,) = figure["in_time"]
    assert (figure["value"], in_time["value"], in_time["why"]) == (128, None, ["origin"])
    assert [of["ja"] for of in in_time["left_out"]] == [
        "手入力の記録の収縮期血圧はポイントの対象外です"
    ]


async def test_points_rest_on_what_the_programme_trusts_and_the_receipt_says_why(
    town: Town,
) -> None:
    """The preset of the town's programme counts nothing of what was typed in."""
    await town.put_in_force()
    hanako = await town.resident()
    await town.upload(hanako, steps([100] * 20) | {"origin": "device"})
    typed = steps([50] * 20, start=local_morning(TODAY) + timedelta(hours=2)) | {"origin": "typed"}
    await town.upload(hanako, typed)
    await town.settle()
    figure = figure_of(await receipt_of(town, hanako))
    (in_time,) = figure["in_time"]
    assert (figure["value"], in_time["value"]) == (3_000, 2_000)
    (reason,) = in_time["left_out"]
    assert "1,000" in reason["ja"]
    assert "1,000" in reason["en"]
    today = (await town.get("/v1/me/today", hanako)).json
    assert [of["reason"] for of in today["left_out"]] == [reason]


async def test_a_record_that_was_changed_later_took_the_place_of_another(town: Town) -> None:
    hanako = await town.resident()
    await tell(
        town,
        hanako,
        [
            record_of_steps("a", at("8"), at("8:30"), 900, changed=at("8:31")),
            record_of_steps("b", at("8:20"), at("8:50"), 1_200, changed=at("8:51")),
        ],
    )
    (source,) = figure_of(await receipt_of(town, hanako, YESTERDAY))["sources"]
    assert became(source) == {"counted": 1_800, "superseded": 300}


async def test_a_deletion_by_hand_is_told_with_what_was_deleted(town: Town) -> None:
    hanako = await town.resident()
    await tell(town, hanako, [record_of_steps("a", at("8"), at("9"), 600)])
    await delete_by_hand(town, hanako)
    await town.settle()
    figure = figure_of(await receipt_of(town, hanako, YESTERDAY))
    assert figure["value"] is None
    (part,) = figure["became"]
    assert (part["what"], part["by"], part["amount"]) == ("deleted", "hand", 600)


async def test_a_deletion_by_the_sender_is_told_with_what_was_deleted(town: Town) -> None:
    hanako = await town.resident()
    await tell(town, hanako, [record_of_steps("a", at("8"), at("9"), 600)])
    await tell(town, hanako, [record_of_steps("b", at("10"), at("11"), 400)])
    await tell(town, hanako, [gone("a")])
    figure = figure_of(await receipt_of(town, hanako, YESTERDAY))
    assert figure["value"] == 400
    (part,) = (of for of in figure["became"] if of["what"] == "deleted")
    assert (part["by"], part["amount"]) == ("sender", 600)


async def test_of_a_source_that_was_deleted_as_a_whole_nothing_is_told(town: Town) -> None:
    hanako = await town.resident()
    await town.upload(hanako, steps([100] * 10))
    headers = hanako.headers | {"Idempotency-Key": "delete-phone"}
    assert (await town.call("DELETE", "/v1/me/sources/phone:test", headers=headers)).status == 200
    receipt = await receipt_of(town, hanako)
    assert (receipt["figures"], receipt["sources"]) == ([], [])


async def test_of_what_is_measured_samples_are_told(town: Town) -> None:
    hanako = await town.resident()
    at_six = ms(local_morning(TODAY))
    pulse = {"metric": "heart_rate", "times_ms": [at_six, at_six + 30_000, at_six + 90_000]}
    await town.upload(
        hanako,
        pulse | {"source": "watch:w", "values": [60, 5, 62]},
        pulse | {"source": "phone:p", "values": [70, 71, 72]},
    )
    figure = figure_of(await receipt_of(town, hanako), "heart_rate")
    assert (figure["counts"], figure["value"], figure["sent"]) == ("samples", 61, 6)
    assert by_source(figure) == {
        "watch:w": {"counted": 2, "implausible": 1},
        "phone:p": {"overlapped by watch:w": 3},
    }
    (limit,) = (of["limit"] for of in figure["became"] if of["limit"])
    assert limit == {"minimum": 20, "maximum": 300, "of": "value"}


async def test_an_edit_of_a_weight_says_what_the_record_says_now(town: Town) -> None:
    hanako = await town.resident()
    await tell(town, hanako, [weight("w", at("7"), 62, changed=at("7"))])
    await tell(town, hanako, [weight("w", at("7"), 61, changed=at("8"))])
    figure = figure_of(await receipt_of(town, hanako, YESTERDAY), "body_weight")
    assert (figure["value"], became(figure)) == (61, {"counted": 1})


async def test_a_visit_is_counted_and_the_hall_goes_by_its_name(town: Town) -> None:
    hanako, staff = await with_card(town), await town.staff("health_staff")
    await send(town, staff, entry())
    receipt = await receipt_of(town, hanako)
    (figure,) = receipt["figures"]
    assert (figure["metric"], figure["value"], became(figure)) == (
        "class_attended",
        1,
        {"counted": 1},
    )
    (heard,) = receipt["sources"]
    assert (heard["venue"], heard["what_to_do"]) == (HALL, None)


async def test_a_device_that_was_not_heard_for_a_day_comes_with_what_to_do(town: Town) -> None:
    hanako = await town.resident()
    await town.upload(hanako, steps([10], source="watch:w"), steps([10], source="station:s"))
    town.clock.advance(timedelta(hours=30))
    await town.upload(hanako, steps([10], start=town.clock(), source="phone:p"))
    heard = {of["source"]: of for of in (await receipt_of(town, hanako))["sources"]}
    assert heard["watch:w"]["last_heard"] == "2026-11-18T03:00:00Z"
    assert "腕時計" in heard["watch:w"]["what_to_do"]["ja"]
    assert heard["phone:p"]["what_to_do"] is None
    assert heard["station:s"]["what_to_do"] is None


async def test_nobody_sees_another_ones_day(town: Town) -> None:
    hanako, taro = await town.residents(2)
    await town.upload(hanako, steps([100] * 45))
    await town.settle()
    receipt = await receipt_of(town, taro)
    assert (receipt["figures"], receipt["sources"], receipt["state"]) == ([], [], "worked_out")


async def test_staff_see_nobodys_day(town: Town) -> None:
    answer = await town.get(f"/v1/me/days/{TODAY}", await town.staff("health_staff"))
    assert answer.status == 403


@pytest.mark.parametrize(
    "day",
    ["2026-11-19", "1999-12-31", "2026-02-30", "20261118", "2026-W47-3", "today", "２０２６-11-18"],
)
async def test_what_is_no_day_that_has_come_is_refused(town: Town, day: str) -> None:
    answer: Answer = await town.get(f"/v1/me/days/{day}", await town.resident())
    assert (answer.status, answer.json["type"]) == (422, "urn:wellness:invalid_day")
    assert answer.json["errors"][0]["field"] == "date"


async def test_a_day_of_too_many_samples_is_refused_with_the_limit(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading, "SAMPLES_OF_A_DAY_MAX", 44)
    hanako = await town.resident()
    await town.upload(hanako, steps([100] * 45))
    answer = await town.get(f"/v1/me/days/{TODAY}", hanako)
    assert (answer.status, answer.json["type"]) == (422, "urn:wellness:day_too_large")
    assert "44" in answer.json["errors"][0]["limit"]


@pytest.mark.parametrize("limit", ["PARTS_OF_A_DAY_MAX", "SOURCES_OF_A_DAY_MAX"])
async def test_a_day_that_cannot_be_counted_still_says_what_was_sent(
    town: Town, monkeypatch: pytest.MonkeyPatch, limit: str
) -> None:
    monkeypatch.setattr(uncountable, limit, 1)
    hanako = await town.resident()
    overlapping = {"lengths_ms": [15 * 60_000] * 10}
    await town.upload(
        hanako, *(steps([10] * 10, source=f"phone:p{place}") | overlapping for place in range(2))
    )
    figure = figure_of(await receipt_of(town, hanako))
    assert figure["value"] is None
    assert by_source(figure) == {f"phone:p{place}": {"uncounted": 100} for place in range(2)}
    await town.settle()
    assert (await receipt_of(town, hanako))["state"] == "set_aside"


async def test_receipts_that_are_much_work_are_made_one_after_the_other_and_say_the_same(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    hanako = await town.resident()
    overlapping = {"lengths_ms": [15 * 60_000] * 10}
    await town.upload(hanako, steps([10] * 10) | overlapping, steps([5] * 10, source="watch:w"))
    threads: list[str] = []
    make = reading._receipt

    def noted(*of: Any) -> Any:
        threads.append(threading.current_thread().name.rstrip("0123456789_"))
        return make(*of)

    monkeypatch.setattr(reading, "_receipt", noted)
    light = await receipt_of(town, hanako)
    monkeypatch.setattr(reading, "SAMPLES_LOOKED_AT_MIN", 0)
    monkeypatch.setattr(reading, "PARTS_OF_A_LIGHT_RECEIPT_MAX", 20)
    assert await receipt_of(town, hanako) == light
    assert threads[0] != "heavy-receipt"
    assert threads[1] == "heavy-receipt"


async def test_a_day_that_is_set_aside_says_so_to_its_resident_alone(town: Town) -> None:
    hanako, taro = await town.residents(2)
    for person in (hanako, taro):
        await town.upload(person, steps([100] * 45))
    await town.settle()
    await town.owner.execute(
        "INSERT INTO work.set_aside (resident_id, kind, item, reason, since, last_at, tries)"
        " VALUES ($1, 'day', $2, 'TooTangled', $3, $3, 1)",
        *(hanako.principal_id, str(TODAY), NOON),
    )
    assert (await receipt_of(town, hanako))["state"] == "set_aside"
    assert (await receipt_of(town, taro))["state"] == "worked_out"


async def test_of_a_day_whose_samples_are_gone_the_figure_is_left(town: Town) -> None:
    hanako = await town.resident()
    await town.upload(hanako, steps([100] * 45))
    await town.settle()
    await town.owner.execute("DELETE FROM health.segment")
    figure = figure_of(await receipt_of(town, hanako))
    assert (figure["value"], figure["sources"], figure["became"]) == (4_500, [], [])


async def test_many_sources_are_listed_up_to_a_limit_and_the_rest_is_added_up(town: Town) -> None:
    hanako = await town.resident()
    await town.upload(
        hanako, *(steps([10 + place], source=f"phone:p{place:02}") for place in range(20))
    )
    figure = figure_of(await receipt_of(town, hanako))
    assert len(figure["sources"]) == 16
    assert figure["further"]["count"] == 4
    assert figure["sent"] == sum(10 + place for place in range(20))


async def test_with_many_sources_each_has_fewer_spans_and_nothing_is_lost(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    hanako = await town.resident()
    hours = [local_morning(TODAY) + timedelta(minutes=90 * place) for place in range(4)]
    batches = [
        steps([10], start=hour, source=f"phone:p{place}") for place in range(3) for hour in hours
    ]
    await town.upload(hanako, *batches)
    every = figure_of(await receipt_of(town, hanako))
    assert [len(of["spans"]) for of in every["sources"]] == [4, 4, 4]
    monkeypatch.setattr(figures, "SPANS_OF_A_RECEIPT_MAX", 6)
    fewer = figure_of(await receipt_of(town, hanako))
    assert [len(of["spans"]) for of in fewer["sources"]] == [2, 2, 2]
    assert [of["became"] for of in fewer["sources"]] == [of["became"] for of in every["sources"]]
    assert sum(span["records"] for of in fewer["sources"] for span in of["spans"]) == 12


async def test_a_watch_beside_a_phone_in_records(town: Town) -> None:
    hanako = await town.resident()
    await tell(
        town,
        hanako,
        [
            record_of_steps("watch", at("8"), at("8:06"), 100, device=WATCH),
            record_of_steps("phone", at("8"), at("9"), 1_180, device=PHONE),
        ],
    )
    figure = figure_of(await receipt_of(town, hanako, YESTERDAY))
    watch, phone = figure["sources"]
    assert (figure["value"], became(watch)) == (1_180, {"counted": 100})
    assert became(phone) == {"counted": 1_080, f"overlapped by {watch['source']}": 100}


async def chosen(town: Town, person: Person, *sources: str) -> None:
    answer = await town.call(
        "PUT", "/v1/me/sources/steps", json={"sources": list(sources)}, headers=person.headers
    )
    assert answer.status == 204


@pytest.mark.parametrize("answer", [["phone:b"], []])
async def test_of_two_apps_of_one_kind_it_is_asked_once_which_comes_first(
    town: Town, answer: list[str]
) -> None:
    hanako = await town.resident()
    await town.upload(
        hanako, steps([50] * 40, source="phone:a"), steps([100] * 20, source="phone:b")
    )
    asked = figure_of(await receipt_of(town, hanako))
    assert asked["asks_order_of"] == ["phone:a", "phone:b"]
    assert asked["value"] == 2_000
    await chosen(town, hanako, *answer)
    figure = figure_of(await receipt_of(town, hanako))
    assert figure["asks_order_of"] == []
    assert figure["value"] == (3_000 if answer else 2_000)


@pytest.mark.parametrize(("more", "less"), [("phone:a", "phone:b"), ("phone:b", "phone:a")])
async def test_until_then_the_one_that_tells_of_more_of_the_day_comes_first(
    town: Town, more: str, less: str
) -> None:
    hanako = await town.resident()
    await town.upload(hanako, steps([100] * 20, source=less), steps([50] * 40, source=more))
    figure = figure_of(await receipt_of(town, hanako))
    assert by_source(figure) == {more: {"counted": 2_000}, less: {f"overlapped by {more}": 2_000}}


@pytest.mark.parametrize("answer", [["watch:b", "watch:a"], ["watch"]])
async def test_an_answer_about_watches_leaves_the_question_about_phones(
    town: Town, answer: list[str]
) -> None:
    hanako = await town.resident()
    watches, phones = ["watch:a", "watch:b"], ["phone:a", "phone:b"]
    await town.upload(
        hanako,
        *(steps([50] * 40, source=source) for source in (watches[0], phones[0])),
        *(steps([100] * 20, source=source) for source in (watches[1], phones[1])),
    )
    assert figure_of(await receipt_of(town, hanako))["asks_order_of"] == watches
    await chosen(town, hanako, *answer)
    assert figure_of(await receipt_of(town, hanako))["asks_order_of"] == phones
    await chosen(town, hanako, *answer, "phone")
    assert figure_of(await receipt_of(town, hanako))["asks_order_of"] == []


async def test_a_watch_and_a_phone_are_not_asked_about(town: Town) -> None:
    hanako = await town.resident()
    await town.upload(
        hanako,
        *(steps([50] * 40, source=source) for source in ("watch:w", "phone:p", "station:s")),
        steps([50] * 40, source="station:t"),
    )
    assert figure_of(await receipt_of(town, hanako))["asks_order_of"] == []


async def test_a_frozen_day_does_not_ask_for_an_order_that_does_not_reach_it(town: Town) -> None:
    await town.put_in_force()
    hanako = await town.resident()
    first_open = TODAY - timedelta(days=LATE_WINDOW_DAYS)
    frozen = first_open - timedelta(days=1)
    for day in (frozen, first_open):
        start = local_morning(day)
        both = [steps([50] * 40, source=source, start=start) for source in ("phone:a", "phone:b")]
        await town.upload(hanako, *both)
    await town.settle()
    assert figure_of(await receipt_of(town, hanako, frozen))["asks_order_of"] == []
    asked = figure_of(await receipt_of(town, hanako, first_open))["asks_order_of"]
    assert sorted(asked) == ["phone:a", "phone:b"]


async def test_a_receipt_has_the_points_that_the_day_gave_and_its_entries_their_reasons(
    town: Town,
) -> None:
    await town.put_in_force()
    hanako = await town.resident()
    await town.upload(hanako, steps([100] * 45))
    await town.upload(hanako, steps([100] * 25, start=local_morning(YESTERDAY)))
    await town.settle()
    await town.upload(hanako, steps([None] * 30, revision=1))
    await town.settle()
    assert (await receipt_of(town, hanako))["points"] == 0
    assert (await receipt_of(town, hanako, YESTERDAY))["points"] == 1
    assert (await receipt_of(town, hanako, YESTERDAY - timedelta(days=1)))["points"] == 0

    async def entries_of(day: date) -> list[int]:
        answer = await town.get(f"/v1/me/wallet/entries?day={day}", hanako)
        return [entry["points"] for entry in answer.json["items"]]

    assert await entries_of(TODAY) == [-2, 2]
    assert await entries_of(YESTERDAY) == [1]
    assert await entries_of(YESTERDAY - timedelta(days=1)) == []
