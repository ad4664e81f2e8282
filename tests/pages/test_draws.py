"""Draws on the pages: the resident's own card, and the public page on which anyone checks the result."""

from datetime import timedelta
from hashlib import sha256

import pytest
from playwright.async_api import Page, Route, expect

from tests.pages.visits import sign_in
from tests.town import NOON, Person, Town
from tests.wellness_api.rewards.draws.draws import (
    AFTER_CLOSING,
    CODE,
    DAY_OF_DRAW,
    LOTTERY,
    draw_at,
    enter_value,
    make_draw,
    own,
    published,
    walk,
)
from wellness_api.identity.accounts.enrolment import print_code


async def _hold(town: Town, people: list[Person]) -> None:
    """A draw of people with two entries each, up to the day of the draw."""
    for person in people:
        await walk(town, person, 4, day=NOON.date())
    await draw_at(town, AFTER_CLOSING)
    await draw_at(town, DAY_OF_DRAW)


async def _open_own(town: Town, page: Page, person: Person) -> None:
    await sign_in(page, await print_code(town.owner, person.principal_id, now=town.clock()))
    await expect(page.get_by_test_id("steps-today")).to_be_visible()
    # The card of the team grows when it is there, and what is below it moves away from under the finger.
    await expect(page.get_by_test_id("team").get_by_role("textbox").first).to_be_visible()


async def test_residents_see_their_entries_and_the_way_to_the_next(town: Town, phone: Page) -> None:
    await town.put_in_force()
    hanako = await town.resident()
    await make_draw(town, await town.staff("programme_officer"))
    await walk(town, hanako, 5, day=NOON.date())
    await _open_own(town, phone, hanako)
    card = phone.get_by_test_id("own-draw")
    await expect(card).to_contain_text("秋の抽選")
    await expect(card).to_contain_text("いままでの応募は2口です。")
    await expect(card).to_contain_text("あと1ポイントで、もう1口ふえます。")
    await expect(card).to_contain_text("12月14日(月)に締め切り、12月20日(日)に抽選します。")


async def test_residents_without_a_draw_see_no_card_of_draws(town: Town, phone: Page) -> None:
    await town.put_in_force()
    await _open_own(town, phone, await town.resident())
    await expect(phone.get_by_test_id("entries")).to_be_visible()
    await expect(phone.get_by_test_id("own-draws")).to_have_count(0)


async def test_winners_read_what_they_won_and_how_to_get_it(town: Town, phone: Page) -> None:
    await town.put_in_force()
    hanako = await town.resident()
    officer = await town.staff("programme_officer")
    await make_draw(town, officer)
    await _hold(town, [hanako])
    await _open_own(town, phone, hanako)
    card = phone.get_by_test_id("own-draw")
    await expect(card).to_contain_text("当せんしました: 温泉券")
    await expect(card).to_contain_text("市役所の窓口で、この画面をお見せください。")
    await expect(card).to_contain_text((await own(town, hanako))["person"])

    await town.call("PUT", f"/v1/draws/{CODE}/winners/1/handed-out", headers=officer.headers)
    await phone.reload()
    await expect(card).to_contain_text("お渡ししました: 温泉券")
    await expect(card).not_to_contain_text("窓口")


async def test_who_waits_for_a_public_value_reads_which_and_until_when(
    town: Town, phone: Page
) -> None:
    """Also on the day after the draw was to be, when no value has come."""
    await town.put_in_force()
    hanako = await town.resident()
    officer = await town.staff("programme_officer")
    await make_draw(town, officer, **LOTTERY)
    await walk(town, hanako, 4, day=NOON.date())
    await draw_at(town, AFTER_CLOSING)
    await draw_at(town, DAY_OF_DRAW + timedelta(days=1))
    await _open_own(town, phone, hanako)
    card = phone.get_by_test_id("own-draw")
    await expect(card).to_contain_text("応募2口で締め切りました。")
    await expect(card).to_contain_text("12月20日(日)から、公開の値が入りしだい抽選します。")
    await expect(card).to_contain_text(
        "公開の値は「宝くじの当せん番号」(4けたの数字)で、12月19日(土)に決まります。"
    )
    await expect(card).to_contain_text("12月25日(金)までに入らないと、この抽選は無効になります。")
    await expect(card).not_to_contain_text("抽選日は")

    assert await enter_value(town, officer, "1234") == (204, "")
    await phone.reload()
    await expect(card).to_contain_text("抽選日は12月20日(日)です。")
    await expect(card).not_to_contain_text("公開の値")


async def test_anyone_sees_what_a_draw_waits_for_and_what_it_is_held_for(
    town: Town, desk: Page
) -> None:
    await town.put_in_force()
    beacon = LOTTERY["public_value_terms"] | {"kind": "drand", "digits": None}
    officer = await town.staff("programme_officer")
    await make_draw(town, officer, **LOTTERY | {"public_value_terms": beacon})
    await draw_at(town, AFTER_CLOSING)
    await desk.goto("/draws")
    card = desk.get_by_test_id("draw")
    await expect(card).to_contain_text("公開の値を待っています。")
    await expect(card).to_contain_text("12月25日(金)までに入らないと")
    await expect(card).to_contain_text("drandの34,959,412回目の値")
    figures = {
        await name.inner_text(): await value.inner_text()
        for name, value in zip(
            await card.get_by_role("term").all(),
            await card.get_by_role("definition").all(),
            strict=True,
        )
    }
    assert figures["資料での目的"] == (await published(town))["purpose"]
    assert figures["公開の値が決まる日"] == "12月19日(土)"
    assert figures["公開の値を入れられる最後の日"] == "12月25日(金)"


async def test_a_void_draw_and_the_one_in_its_place_name_each_other(town: Town, desk: Page) -> None:
    await town.put_in_force()
    officer = await town.staff("programme_officer")
    await make_draw(town, officer, **LOTTERY)
    await draw_at(town, AFTER_CLOSING)
    await draw_at(town, DAY_OF_DRAW + timedelta(days=6))
    made = await make_draw(
        town,
        officer,
        code="again",
        in_place_of=CODE,
        closes_on="2026-12-28",
        draws_on="2027-01-05",
    )
    assert made.status == 201, made.json
    await desk.goto("/draws")
    cards = desk.get_by_test_id("draw")
    await expect(cards.filter(has_text="無効です。")).to_contain_text(
        "代わりの抽選は、「秋の抽選」(again)です。"
    )
    await expect(cards.filter(has_text="に締め切り、")).to_contain_text(
        "無効になった抽選「秋の抽選」(autumn)の代わりです。"
    )


async def test_who_won_nothing_reads_so(town: Town, phone: Page) -> None:
    await town.put_in_force()
    people = await town.residents(5)
    await make_draw(town, await town.staff("programme_officer"))
    await _hold(town, people)
    (loser, _) = [person for person in people if not (await own(town, person))["prizes_won"]]
    await _open_own(town, phone, loser)
    await expect(phone.get_by_test_id("own-draw")).to_contain_text("今回は当せんしませんでした。")


async def test_anyone_sees_the_commitment_before_and_nothing_to_open(
    town: Town, desk: Page
) -> None:
    await town.put_in_force()
    await make_draw(town, await town.staff("programme_officer"))
    await desk.goto("/draws")
    await expect(desk.get_by_role("heading", level=1)).to_have_text("抽選")
    await expect(desk.get_by_test_id("draw")).to_contain_text((await published(town))["commitment"])
    await expect(desk.get_by_test_id("open-draw")).to_have_count(0)
    await expect(desk.get_by_test_id("check-yourself")).to_contain_text("自分で確かめるには")


async def test_anyone_works_the_winners_out_anew_without_signing_in(town: Town, desk: Page) -> None:
    await town.put_in_force()
    await make_draw(town, await town.staff("programme_officer"))
    await _hold(town, await town.residents(4))
    await desk.goto("/draws")
    await desk.get_by_test_id("open-draw").click()
    winners = (await published(town))["winners"]
    await expect(desk.get_by_test_id("winner")).to_have_count(3)
    await expect(desk.get_by_test_id("winner").first).to_contain_text(winners[0]["entry"])
    await desk.get_by_test_id("recompute").click()
    await expect(desk.get_by_test_id("recomputed")).to_have_text(
        "約束の値、応募の一覧、当せん番号は、すべて合っています。"
    )


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ("seed", "たねが、約束の値のものではありません"),
        ("list", "応募の一覧が、締め切りのときのものではありません"),
        ("winners", "当せん番号が、計算した結果とちがいます"),
    ],
)
async def test_the_page_sees_what_was_changed_afterwards(
    town: Town, desk: Page, change: str, said: str
) -> None:
    await town.put_in_force()
    await make_draw(town, await town.staff("programme_officer"))
    await _hold(town, await town.residents(4))

    async def changed(route: Route) -> None:
        draw = await published(town)
        if change == "seed":
            draw["seed"] = sha256(b"another").hexdigest()
        elif change == "list":
            draw["entrants"].pop()
        else:
            draw["winners"].reverse()
        await route.fulfill(json=draw)

    await desk.route(f"**/v1/draws/{CODE}", changed)
    await desk.goto("/draws")
    await desk.get_by_test_id("open-draw").click()
    await desk.get_by_test_id("recompute").click()
    await expect(desk.get_by_test_id("recomputed")).to_contain_text(said)


async def test_a_resident_goes_from_the_card_to_the_public_page_and_back(
    town: Town, phone: Page
) -> None:
    await town.put_in_force()
    hanako = await town.resident()
    await make_draw(town, await town.staff("programme_officer"))
    await _open_own(town, phone, hanako)
    await phone.get_by_test_id("to-draws").click()
    await expect(phone.get_by_test_id("draw")).to_be_visible()
    await phone.get_by_role("link", name="はじめの画面へ").click()
    await expect(phone.get_by_test_id("steps-today")).to_be_visible()
