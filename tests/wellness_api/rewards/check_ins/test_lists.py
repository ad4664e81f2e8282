"""Lists of who came, by staff: each entry once, whoever sends it, and taken back when it was wrong."""

from datetime import timedelta
from typing import Any

import pytest

from tests.town import NOON, Person, Town
from tests.wellness_api.rewards.check_ins.people import (
    CARD,
    HALL,
    TODAY,
    counted,
    entry,
    outcomes,
    send,
    with_card,
)
from wellness_api.rewards.check_ins.entries import ENTRIES_MAX

CHECKUP, CLASS, PAPER = 47, 48, 49


async def officer(town: Town) -> Person:
    return await town.staff("programme_officer")


async def test_an_entry_counts_for_the_resident_of_the_card_on_its_day(town: Town) -> None:
    hanako = await with_card(town)
    staff = await officer(town)
    answer = await send(
        town,
        staff,
        entry(),
        entry(kind="checkup_attended", time=None, day="2026-11-16", place="市民クリニック"),
        entry(
            kind="paper_card_days",
            time=None,
            day="2026-11-17",
            card=None,
            resident=hanako.principal_id,
        ),
    )
    assert outcomes(answer) == ["recorded"] * 3
    assert (answer.json["done"], answer.json["nothing_to_do"], answer.json["not_taken"]) == (
        3,
        0,
        0,
    )
    assert await counted(town, hanako) == {(TODAY, CLASS): 1, (16, CHECKUP): 1, (17, PAPER): 1}


async def test_health_staff_may_send_lists_and_nobody_else(town: Town) -> None:
    hanako = await with_card(town)
    assert outcomes(await send(town, await town.staff("health_staff"), entry())) == ["recorded"]
    assert (await send(town, hanako, entry())).status == 403


async def test_the_same_list_again_records_nothing_new(town: Town) -> None:
    await with_card(town)
    staff, other = await officer(town), await officer(town)
    first = await send(town, staff, entry())
    assert (await send(town, staff, entry())).json == first.json
    for again in (
        await send(town, staff, entry(), key="list-0002"),
        await send(town, other, entry()),
    ):
        assert outcomes(again) == ["already_there"]
    assert (
        outcomes(await send(town, staff, entry(), entry(), key="list-0003"))
        == ["already_there"] * 2
    )


async def test_the_same_person_twice_in_a_list_counts_once(town: Town) -> None:
    hanako = await with_card(town)
    answer = await send(
        town, await officer(town), entry(), entry(card=None, resident=hanako.principal_id)
    )
    assert outcomes(answer) == ["recorded", "already_there"]


async def test_two_classes_on_a_day_are_two_and_two_days_on_paper_are_one(town: Town) -> None:
    hanako = await with_card(town)
    on_paper = {"kind": "paper_card_days"}
    answer = await send(
        town,
        await officer(town),
        entry(),
        entry(place="西公民館"),
        entry(**on_paper),
        entry(place="西公民館", **on_paper),
    )
    assert outcomes(answer) == ["recorded"] * 4
    assert await counted(town, hanako) == {(TODAY, CLASS): 2, (TODAY, PAPER): 1}


async def test_a_key_with_another_list_is_refused(town: Town) -> None:
    await with_card(town)
    staff = await officer(town)
    await send(town, staff, entry())
    answer = await send(town, staff, entry(place="西公民館"))
    assert (answer.status, answer.json["type"]) == (422, "urn:wellness:idempotency_key_reused")


async def test_a_key_covers_the_whole_list_and_what_is_to_be_done_with_it(town: Town) -> None:
    """Of other people, or to take back: the key says one thing, once."""
    hanako = await with_card(town)
    staff, other_staff = await officer(town), await officer(town)
    assert outcomes(await send(town, staff, entry())) == ["recorded"]
    for refused in (
        await send(town, staff, entry(), entry(card="card-of-nobody")),
        await send(town, staff, entry(card="card-of-nobody")),
        await send(town, staff, entry(), method="DELETE"),
    ):
        assert (refused.status, refused.json["type"]) == (
            422,
            "urn:wellness:idempotency_key_reused",
        )
    assert outcomes(await send(town, staff, entry())) == ["recorded"]
    assert outcomes(await send(town, other_staff, entry())) == ["already_there"]
    assert (TODAY, CLASS) in await counted(town, hanako)


async def test_who_is_not_enrolled_is_unknown_and_the_others_are_kept(town: Town) -> None:
    await with_card(town)
    staff = await officer(town)
    answer = await send(
        town,
        staff,
        entry(card="card-of-nobody"),
        entry(card=None, resident=staff.principal_id),
        entry(),
    )
    assert outcomes(answer) == ["unknown", "unknown", "recorded"]
    assert answer.json["not_taken"] == 2


BAD: list[tuple[Any, str]] = [
    (entry(kind="steps"), "kind"),
    (entry(card=None), "card"),
    (entry(resident=1), "card"),
    (entry(day="2026-11-18"), "day"),
    (entry(time=None), "day"),
    (entry(time="2026-11-18T10:00:00"), "time"),
    (entry(time="2026-11-18T13:00:00+09:00"), "time"),
    (entry(time=None, day="2026-11-19"), "day"),
    (entry(time=None, day="0001-01-01"), "day"),
    (entry(time=None, day="9999-12-31"), "day"),
    (entry(place=""), "place"),
    (entry(card="x"), "card"),
    (entry(resident=2**63, card=None), "resident"),
    (entry(colour="red"), "item"),
    (None, "item"),
]


@pytest.mark.parametrize(("bad", "field"), BAD)
async def test_a_bad_entry_is_refused_alone_and_says_why(town: Town, bad: Any, field: str) -> None:
    await with_card(town)
    answer = await send(town, await officer(town), bad, entry())
    assert outcomes(answer) == [None, "recorded"]
    refused = answer.json["items"][0]["refused"]
    assert (refused["item"], refused["field"]) == (0, field)
    assert refused["limit"]
    assert refused["detail"]


@pytest.mark.parametrize("items", [[], [entry()] * (ENTRIES_MAX + 1)])
async def test_a_list_has_a_length(town: Town, items: list[Any]) -> None:
    assert (await send(town, await officer(town), *items)).status == 422


async def test_an_entry_of_days_that_are_not_kept_any_more_is_too_old(town: Town) -> None:
    await with_card(town)
    answer = await send(town, await officer(town), entry(time=None, day="2019-04-01"))
    assert outcomes(answer) == ["too_old"]


async def test_a_wrong_entry_is_taken_back_and_stays_so(town: Town) -> None:
    hanako = await with_card(town)
    staff = await officer(town)
    await send(town, staff, entry())
    assert (TODAY, CLASS) in await counted(town, hanako)
    withdrawn = await send(town, staff, entry(), key="back-0001", method="DELETE")
    assert outcomes(withdrawn) == ["withdrawn"]
    assert (await send(town, staff, entry(), key="back-0001", method="DELETE")).json == (
        withdrawn.json
    )
    assert await counted(town, hanako) == {}
    again = await send(town, staff, entry(), key="back-0002", method="DELETE")
    assert outcomes(again) == ["not_there"]
    assert outcomes(await send(town, staff, entry(), key="list-0002")) == ["deleted"]
    right = entry(time="2026-11-18T10:30:00+09:00")
    assert outcomes(await send(town, staff, right, key="list-0003")) == ["recorded"]


async def test_nothing_is_taken_back_that_was_never_there(town: Town) -> None:
    hanako = await with_card(town)
    staff = await officer(town)
    answer = await send(town, staff, entry(), entry(card="card-of-nobody"), method="DELETE")
    assert outcomes(answer) == ["not_there", "unknown"]
    await send(town, staff, entry(), key="record-0001")
    other = entry(place="西公民館")
    assert outcomes(await send(town, staff, other, key="back-0002", method="DELETE")) == [
        "not_there"
    ]
    assert (TODAY, CLASS) in await counted(town, hanako)


async def test_what_a_resident_deleted_stays_deleted(town: Town) -> None:
    hanako = await with_card(town)
    staff = await officer(town)
    await send(town, staff, entry())
    deleted = await town.call(
        "DELETE",
        "/v1/me/samples",
        params={
            "from": (NOON - timedelta(days=1)).isoformat(),
            "to": NOON.isoformat(),
            "metric": "class_attended",
        },
        headers=hanako.headers | {"Idempotency-Key": "delete-0001"},
    )
    assert deleted.status == 200, deleted.json
    assert outcomes(await send(town, staff, entry(), key="list-0002")) == ["deleted"]
    assert await counted(town, hanako) == {}


async def csv(town: Town, staff: Person, table: str | bytes, **query: str) -> Any:
    return await town.call(
        "POST",
        "/v1/check-ins/csv",
        data=table if isinstance(table, bytes) else table.encode(),
        params=query,
        headers=staff.headers | {"Idempotency-Key": "table-0001", "Content-Type": "text/csv"},
    )


TABLE = f"""番号,カード番号,種類,日付,時刻,場所
1,{CARD},教室・催しへの参加,2026/11/18,10:00,{HALL}

2,card-of-nobody,健診の受診,2026年11月16日,,市民クリニック
3,{CARD},walk,2026/11/16,,{HALL}
4,{CARD},健診の受診,きのう,,{HALL}
"""


@pytest.mark.parametrize("codec", ["utf-8", "utf-8-sig", "cp932"])
async def test_a_table_of_a_hall_is_read_line_by_line(town: Town, codec: str) -> None:
    await with_card(town)
    staff = await officer(town)
    answer = await csv(town, staff, TABLE.encode(codec))
    assert outcomes(answer) == ["recorded", "unknown", None, None]
    assert [item["line"] for item in answer.json["items"]] == [2, 4, 5, 6]
    assert [item["refused"]["field"] for item in answer.json["items"][2:]] == ["kind", "day"]
    assert outcomes(await send(town, staff, entry())) == ["already_there"]


async def test_a_clinics_table_need_not_repeat_kind_and_place(town: Town) -> None:
    hanako = await with_card(town)
    table = f"住民番号,日付\n{hanako.principal_id},2026-11-16\nx,2026-11-16\n"
    answer = await csv(
        town, await officer(town), table, kind="checkup_attended", place="市民クリニック"
    )
    assert outcomes(answer) == ["recorded", None]
    assert answer.json["items"][1]["refused"]["field"] == "resident"
    assert await counted(town, hanako) == {(16, CHECKUP): 1}


@pytest.mark.parametrize(
    ("table", "said"),
    [
        ("", "no entry"),
        ("card,kind,day,place\n", "no entry"),
        ("kind,day,place\nx,y,z\n", "no column says the card"),
        ("card,day,place\nx,y,z\n", "no column says the kind"),
        ("card,カード,kind,day,place\nx,x,y,y,z\n", "says card again"),
        ('card,kind,day,place\n"x,y,z,z\n', "Line 2"),
        (b"\x81", "encoding"),
        ("card,kind,day,place\n" + "x,y,z,z\n" * (ENTRIES_MAX + 1), "too long"),
    ],
)
async def test_a_table_that_cannot_be_read_is_refused_whole(
    town: Town, table: str | bytes, said: str
) -> None:
    answer = await csv(town, await officer(town), table)
    assert (answer.status, answer.json["type"]) == (422, "urn:wellness:invalid_upload")
    assert said in answer.json["detail"]


async def test_a_list_says_what_it_is(town: Town) -> None:
    staff = await officer(town)
    answer = await town.call(
        "POST",
        "/v1/check-ins",
        data=b"card",
        headers=staff.headers | {"Idempotency-Key": "list-0001", "Content-Type": "text/csv"},
    )
    assert (answer.status, answer.json["type"]) == (415, "urn:wellness:unsupported_type")
