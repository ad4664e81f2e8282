"""Codes as a Japanese keyboard gives them: full-width, with any dash, small or large, with or without spaces."""

from collections.abc import Callable
from typing import Final

import pytest

from tests.tables import read_rows
from tests.town import Town
from tests.wellness_api.rewards.check_ins.people import entry, outcomes, send
from tests.wellness_api.rewards.check_ins.test_classes import check_in, on_screen, open_class
from tests.wellness_api.rewards.redemptions.shop import offer, redeem, rich_resident
from tests.wellness_api.rewards.teams.test_teams import join, made_of
from wellness_api.identity.accounts.enrolment import give_card, print_code
from wellness_api.identity.accounts.secrets import digest_of
from wellness_api.process.codes import as_written, letters_of

FULL_WIDTH: Final = str.maketrans(
    {chr(code): chr(code + 0xFEE0) for code in range(ord("!"), ord("~") + 1)} | {" ": "\u3000"}
)

AS_TYPED: Final[dict[str, Callable[[str], str]]] = {
    "as printed": lambda code: code,
    "full-width": lambda code: code.translate(FULL_WIDTH),
    "the long vowel for a dash": lambda code: code.translate(FULL_WIDTH).replace("－", "ー"),
    "half-width kana's dash": lambda code: code.replace("-", "ｰ"),
    "a minus sign": lambda code: code.replace("-", "−"),
    "a hyphen": lambda code: code.replace("-", "‐"),
    "a dash": lambda code: code.replace("-", "–"),
    "small letters": lambda code: code.lower(),
    "small full-width letters": lambda code: code.lower().translate(FULL_WIDTH),
    "without dashes": lambda code: code.replace("-", ""),
    "with spaces": lambda code: f"\u3000{code.replace('-', ' ')} ",
    "copied with what cannot be seen": lambda code: f"\ufeff{code}\u200b\n",
}

WRITTEN = read_rows("""
    typed            | kept
    ００１２３４５     | 0012345
    Ａｂー１２　３４   | Ab-1234
    ab‐12            | ab-12
    12−34            | 12-34
""")

typed_ways = pytest.mark.parametrize("typed", AS_TYPED.values(), ids=AS_TYPED.keys())


@typed_ways
def test_all_ways_of_typing_are_one_code(typed: Callable[[str], str]) -> None:
    assert letters_of(typed("KM23-4567-XYZW")) == "KM234567XYZW"


@pytest.mark.parametrize(("typed", "kept"), WRITTEN)
def test_a_number_is_kept_as_its_card_has_it(typed: str, kept: str) -> None:
    assert as_written(typed) == kept


@typed_ways
async def test_the_paper_signs_in(town: Town, typed: Callable[[str], str]) -> None:
    hanako = await town.resident()
    code = await print_code(town.owner, hanako.principal_id, now=town.clock())
    answer = await town.call("POST", "/v1/sessions", json={"code": typed(code)})
    assert answer.status == 201, answer.json


async def test_every_other_code_is_taken_as_it_is_typed(town: Town) -> None:
    full_width = AS_TYPED["the long vowel for a dash"]
    hanako, taro = await town.residents(2)
    team = await made_of(town, [hanako])
    assert (await join(town, taro, full_width(team))).status in {200, 201}

    staff, class_id = await open_class(town)
    shown = full_width(await on_screen(town, staff, class_id))
    assert (await check_in(town, hanako, shown)).json["outcome"] == "recorded"

    await offer(town, "pickup_goods")
    held = (await redeem(town, await rich_resident(town), "pickup-goods")).json
    code = full_width(held["pickup_code"])
    found = await town.call("GET", "/v1/pickups", params={"code": code}, headers=staff.headers)
    assert [each["redemption_id"] for each in found.json["items"]] == [held["redemption_id"]]
    handed = await town.call("POST", f"/v1/pickups/{code}/confirmation", headers=staff.headers)
    assert handed.status == 200


async def test_a_member_number_is_one_number_however_it_is_typed(town: Town) -> None:
    await offer(town, "municipal_points")
    hanako = await rich_resident(town)
    answers = [
        await town.call(
            "POST",
            "/v1/me/redemptions",
            json={"item": "municipal-points", "account": account},
            headers=hanako.headers | {"Idempotency-Key": "redeem-account-0001"},
        )
        for account in ("Ａ－００１２　３４５", "A-0012345")
    ]
    assert [answer.status for answer in answers] == [201, 200]
    assert {answer.json["account"] for answer in answers} == {"A-0012345"}


@pytest.mark.parametrize("account", ["", "-12", "番号", "12/34", "1" * 41, "１２\x00"])
async def test_what_no_member_number_can_be_is_refused_at_its_field(
    town: Town, account: str
) -> None:
    await offer(town, "municipal_points")
    hanako = await rich_resident(town)
    answer = await town.call(
        "POST",
        "/v1/me/redemptions",
        json={"item": "municipal-points", "account": account},
        headers=hanako.headers | {"Idempotency-Key": "redeem-account-0002"},
    )
    assert answer.status == 422
    assert answer.json["errors"][0]["field"] == "account"


async def test_a_card_is_known_however_its_number_is_typed(town: Town) -> None:
    hanako, staff = await town.resident(), await town.staff("health_staff")
    await give_card(town.owner, hanako.principal_id, "ＡＢー００１２")
    entries = [
        entry(card=typed("AB-0012"), time=f"2026-11-18T{hour:02}:00:00+09:00")
        for hour, typed in zip(range(11), AS_TYPED.values(), strict=False)
    ]
    assert outcomes(await send(town, staff, *entries)) == ["recorded"] * 11


async def test_a_card_that_was_given_before_is_still_known_until_it_is_given_to_another(
    town: Town,
) -> None:
    hanako, taro = await town.residents(2)
    staff = await town.staff("health_staff")
    await town.owner.execute(
        "INSERT INTO identity.card (card_digest, resident_id) VALUES ($1, $2)",
        digest_of("card-0001"),
        hanako.principal_id,
    )
    assert outcomes(await send(town, staff, entry())) == ["recorded"]
    await give_card(town.owner, taro.principal_id, "card-0001", move=True)
    assert outcomes(await send(town, staff, entry(), key="list-0002")) == ["recorded"]
    assert outcomes(await send(town, staff, entry(), key="list-0003")) == ["already_there"]
    assert await town.owner.fetchval("SELECT count(*) FROM identity.card") == 1


@pytest.mark.parametrize("mark", "一〜～・･_＿")
def test_what_looks_like_a_dash_or_lies_beside_it_is_none_of_the_code(mark: str) -> None:
    assert letters_of(f"KM23{mark}4567{mark}XYZW") == "KM234567XYZW"
