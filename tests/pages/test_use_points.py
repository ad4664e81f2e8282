"""The resident's page on using points, and the officer's on what they were used for."""

from datetime import timedelta
from typing import Final, Literal

import pytest
from playwright.async_api import Locator, Page, expect

from tests.pages.neighbourhoods import settle_neighbourhoods
from tests.pages.visits import enlarge_text, sign_in, switch_language
from tests.town import Person, Town
from tests.wellness_api.rewards.redemptions.shop import (
    assert_books_balance,
    offer,
    purse,
    redeem,
    rich_resident,
    set_stock,
)
from wellness_api.identity.accounts.enrolment import print_code


async def _open(town: Town, page: Page, person: Person) -> None:
    await town.put_in_force()
    await sign_in(page, await print_code(town.owner, person.principal_id, now=town.clock()))
    await page.get_by_test_id("to-use-points").click()
    await expect(page.get_by_role("heading", level=1)).to_have_text("ポイントを使う")
    await expect(page.get_by_test_id("offers")).to_be_visible()


async def _sign_in_as(
    town: Town, page: Page, role: Literal["health_staff", "programme_officer"]
) -> None:
    await settle_neighbourhoods(town)
    staff = await town.staff(role)
    await sign_in(page, await print_code(town.owner, staff.principal_id, now=town.clock()))


async def _open_as_officer(town: Town, page: Page) -> None:
    await _sign_in_as(town, page, "programme_officer")
    await expect(page.get_by_test_id("reward-items")).to_be_visible()


def _offer(page: Page, name: str) -> Locator:
    return page.get_by_test_id("offer").filter(has_text=name)


async def test_a_resident_redeems_a_voucher_and_finds_its_code_again(
    town: Town, phone: Page
) -> None:
    await offer(
        town, "voucher_code", codes=["ABCD-1234"], name={"ja": "図書券", "en": "Book token"}
    )
    hanako = await rich_resident(town)
    await _open(town, phone, hanako)
    await expect(phone.get_by_test_id("spendable")).to_contain_text("1,000ポイント")
    await _offer(phone, "図書券").get_by_role("button").click()
    dialog = phone.get_by_test_id("redeem-dialog")
    await expect(dialog).to_contain_text("100ポイントを使います。残りは900ポイントです。")
    await expect(phone.get_by_test_id("redeem-no")).to_be_focused()
    await phone.get_by_test_id("redeem-yes").click()
    await expect(dialog).to_have_count(0)
    redeemed = phone.get_by_test_id("redemption")
    await expect(redeemed.get_by_test_id("code")).to_have_text("ABCD-1234")
    await expect(phone.get_by_test_id("redemptions").get_by_role("status")).to_have_text(
        "「図書券」に交換しました。"
    )
    await expect(_offer(phone, "図書券")).to_contain_text("なくなりました。")
    await phone.reload()
    await expect(redeemed.get_by_test_id("code")).to_have_text("ABCD-1234")
    assert await purse(town, hanako) == (900, 0)


async def test_nothing_is_spent_by_someone_who_thinks_better_of_it(town: Town, phone: Page) -> None:
    await offer(town, "donation")
    hanako = await rich_resident(town)
    await _open(town, phone, hanako)
    await _offer(phone, "品物 donation").get_by_role("button").click()
    await expect(phone.get_by_test_id("redeem-no")).to_be_focused()
    await phone.keyboard.press("Enter")
    await expect(phone.get_by_test_id("redeem-dialog")).to_have_count(0)
    await expect(phone.get_by_test_id("redemption")).to_have_count(0)
    assert await purse(town, hanako) == (1_000, 0)


async def test_goods_wait_with_a_code_and_can_be_cancelled(town: Town, phone: Page) -> None:
    await offer(town, "pickup_goods", is_unlimited=False)
    await set_stock(town, "pickup-goods", 1)
    hanako = await rich_resident(town)
    await _open(town, phone, hanako)
    await _offer(phone, "品物").get_by_role("button").click()
    await expect(phone.get_by_test_id("redeem-dialog")).to_contain_text(
        "市役所1階で、2日以内に受け取ってください。"
    )
    await phone.get_by_test_id("redeem-yes").click()
    redeemed = phone.get_by_test_id("redemption")
    await expect(redeemed).to_contain_text("受け取り待ち")
    await expect(redeemed.get_by_test_id("code")).to_have_text(
        (await town.get("/v1/me/redemptions", hanako)).json["items"][0]["pickup_code"]
    )
    await redeemed.get_by_role("button", name="取り消す").click()
    dialog = phone.get_by_test_id("cancel-dialog")
    await expect(dialog).to_contain_text("100ポイントが戻ります。")
    await expect(phone.get_by_test_id("cancel-no")).to_be_focused()
    await phone.keyboard.press("Enter")
    await expect(dialog).to_have_count(0)
    await expect(redeemed).to_contain_text("受け取り待ち")
    await redeemed.get_by_role("button", name="取り消す").click()
    await phone.get_by_test_id("cancel-yes").click()
    await expect(redeemed).to_contain_text("取り消し済み")
    await expect(phone.get_by_test_id("redemptions").get_by_role("status")).to_have_text(
        "「品物 pickup_goods」の交換を取り消しました。100ポイントが戻りました。"
    )
    await expect(phone.get_by_role("heading", name="交換したもの")).to_be_focused()
    await expect(phone.get_by_test_id("spendable")).to_contain_text("1,000ポイント")
    await assert_books_balance(town)


async def test_what_stands_in_the_way_is_said_in_both_languages(town: Town, phone: Page) -> None:
    await offer(town, "donation", price_points=1_200)
    await offer(town, "draw_entry", checkup_ages={"min": 40, "max": 80})
    await offer(town, "shop_points", per_person={"max": 1, "span": "month"})
    hanako = await rich_resident(town)
    await redeem(town, hanako, "shop-points")
    await _open(town, phone, hanako)
    await expect(_offer(phone, "donation")).to_contain_text("あと300ポイントで交換できます。")
    await expect(_offer(phone, "draw_entry")).to_contain_text("今年度の健診を受けた方")
    await expect(_offer(phone, "shop_points")).to_contain_text(
        "1か月にお一人1回までです。もう交換しました。 次は12月1日(火)から"
    )
    await switch_language(phone)
    await expect(_offer(phone, "donation")).to_contain_text("You need 300 more points.")
    await expect(_offer(phone, "draw_entry")).to_contain_text("health checkup")
    await expect(_offer(phone, "shop_points")).to_contain_text("Again from Tue 1 Dec.")


async def test_a_member_number_that_cannot_be_is_asked_for_again(
    town: Town, phone_with_complaints: Page
) -> None:
    phone = phone_with_complaints
    await offer(town, "municipal_points")
    hanako = await rich_resident(town)
    await _open(town, phone, hanako)
    await _offer(phone, "品物").get_by_role("button").click()
    await phone.get_by_test_id("redeem-yes").click()
    await expect(phone.get_by_role("alert")).to_contain_text("会員番号を、英数字とハイフンで")
    await phone.get_by_test_id("redeem-account").fill("0012345")
    await phone.get_by_test_id("redeem-yes").click()
    await expect(phone.get_by_test_id("redemption")).to_contain_text("交換済み")


async def test_one_that_was_sold_out_meanwhile_is_refused_calmly(
    town: Town, phone_with_complaints: Page
) -> None:
    phone = phone_with_complaints
    await offer(town, "voucher_code", codes=["A-1"])
    hanako, taro = await rich_resident(town), await rich_resident(town)
    await _open(town, phone, hanako)
    await redeem(town, taro, "voucher-code")
    await _offer(phone, "品物").get_by_role("button").click()
    await phone.get_by_test_id("redeem-yes").click()
    await expect(phone.get_by_role("alert")).to_have_text("なくなりました。")
    await phone.get_by_test_id("redeem-no").click()
    await expect(_offer(phone, "品物")).to_contain_text("なくなりました。")


async def test_the_officer_hands_goods_out_by_their_code(town: Town, desk: Page) -> None:
    await offer(town, "pickup_goods", is_unlimited=False)
    await set_stock(town, "pickup-goods", 5)
    held = (await redeem(town, await rich_resident(town), "pickup-goods")).json
    await _open_as_officer(town, desk)
    row = desk.locator("[data-item=pickup-goods]")
    await expect(row).to_contain_text("4 / 5")
    await expect(desk.get_by_test_id("waiting-pickups").get_by_role("listitem")).to_have_count(1)
    await desk.get_by_test_id("pickup-code").fill("AAAA-AAAA")
    await desk.get_by_test_id("pickup-look").click()
    await expect(desk.locator(".rewards")).to_contain_text("この番号で待っている品物はありません")
    await desk.get_by_test_id("pickup-code").fill(held["pickup_code"].lower())
    await desk.get_by_test_id("pickup-look").click()
    await expect(desk.get_by_test_id("pickup-found")).to_contain_text("市役所1階")
    await desk.get_by_test_id("pickup-confirm").click()
    await expect(desk.locator(".rewards")).to_contain_text("を渡し済みにしました。")
    await expect(desk.get_by_test_id("waiting-pickups").get_by_role("listitem")).to_have_count(0)


async def test_health_staff_hand_goods_out_and_see_nothing_else_of_rewards(
    town: Town, desk: Page
) -> None:
    await offer(town, "pickup_goods")
    held = (await redeem(town, await rich_resident(town), "pickup-goods")).json
    await _sign_in_as(town, desk, "health_staff")
    await desk.get_by_test_id("pickup-code").fill(held["pickup_code"])
    await desk.get_by_test_id("pickup-look").click()
    await desk.get_by_test_id("pickup-confirm").click()
    await expect(desk.locator(".rewards")).to_contain_text("を渡し済みにしました。")
    await expect(desk.get_by_test_id("reward-items")).to_have_count(0)
    await expect(desk.get_by_test_id("partner")).to_have_count(0)


async def test_the_officer_settles_and_downloads_the_file(town: Town, desk: Page) -> None:
    await offer(town, "shop_points")
    await redeem(town, await rich_resident(town), "shop-points")
    town.clock.advance(timedelta(days=1))
    await _open_as_officer(town, desk)
    partner = desk.get_by_test_id("partner")
    await expect(partner).to_contain_text("未精算: 1件、500")
    await expect(desk.get_by_test_id("settle-from")).to_have_value("2026-11-18")
    await desk.get_by_test_id("settle").click()
    dialog = desk.get_by_test_id("settle-dialog")
    await expect(dialog).to_contain_text("2026年11月18日から2026年11月18日まで")
    await expect(dialog).to_contain_text("1件、合わせて500円です。")
    await expect(dialog).to_contain_text("取り消しや、やり直しはできません。")
    await expect(desk.get_by_test_id("settle-no")).to_be_focused()
    await desk.keyboard.press("Enter")
    await expect(desk.get_by_test_id("settlement")).to_have_count(0)
    await desk.get_by_test_id("settle").click()
    await desk.get_by_test_id("settle-yes").click()
    await expect(desk.get_by_test_id("settlement")).to_contain_text("1件、500")
    await expect(partner).to_contain_text("未精算はありません。")
    for form in ("CSV", "XLSX"):
        async with desk.expect_download() as downloading:
            await desk.get_by_role("link", name=form).click()
        name = (await downloading.value).suggested_filename
        assert name == f"settlement-furano-market-2026-11-18-2026-11-18.{form.lower()}"


async def test_the_span_proposed_is_one_that_is_taken_and_ends_before_today(
    town: Town, desk: Page
) -> None:
    await offer(town, "shop_points", price_points=50)
    hanako = await rich_resident(town)
    await redeem(town, hanako, "shop-points")
    town.clock.advance(timedelta(days=2))
    await redeem(town, hanako, "shop-points")  # Today, of which more may come.
    await _open_as_officer(town, desk)
    await expect(desk.get_by_test_id("settle-from")).to_have_value("2026-11-18")
    await expect(desk.get_by_test_id("settle-to")).to_have_value("2026-11-19")
    await expect(desk.get_by_test_id("partner")).to_contain_text(
        "今日の分は、あすから精算できます。"
    )
    await desk.get_by_test_id("settle").click()
    await desk.get_by_test_id("settle-yes").click()
    await expect(desk.get_by_test_id("settlement")).to_contain_text("1件、500")
    # Nothing that is over is left, so nothing is proposed, and what cannot be done looks so.
    await expect(desk.get_by_test_id("settle-to")).to_have_value("")
    await expect(desk.get_by_test_id("settle-to")).to_be_disabled()
    await expect(desk.get_by_test_id("settle")).to_have_attribute("aria-disabled", "true")
    await desk.get_by_test_id("settle").click(force=True)
    await expect(desk.get_by_test_id("settle-dialog")).to_have_count(0)
    town.clock.advance(timedelta(days=1))
    again = await town.staff("programme_officer")
    await sign_in(desk, await print_code(town.owner, again.principal_id, now=town.clock()))
    await expect(desk.get_by_test_id("settle-to")).to_have_value("2026-11-20")


async def test_the_question_names_partner_span_count_and_sum_of_a_part_too(
    town: Town, desk: Page
) -> None:
    await offer(town, "shop_points")
    hanako = await rich_resident(town)
    await redeem(town, hanako, "shop-points")
    town.clock.advance(timedelta(days=1))
    for _ in range(2):
        await redeem(town, hanako, "shop-points")
    town.clock.advance(timedelta(days=1))
    await _open_as_officer(town, desk)
    await expect(desk.get_by_test_id("partner")).to_contain_text("未精算: 3件、1,500円")
    await desk.get_by_test_id("settle-from").fill("2026-11-19")
    await desk.get_by_test_id("settle").click()
    dialog = desk.get_by_test_id("settle-dialog")
    await expect(dialog.get_by_role("heading")).to_have_text("「フラノ市場」と精算しますか")
    await expect(dialog).to_contain_text("2026年11月19日から2026年11月19日まで")
    await expect(desk.get_by_test_id("settle-sum")).to_have_text("2件、合わせて1,000円です。")
    await desk.get_by_test_id("settle-no").click()
    assert await town.owner.fetchval("SELECT count(*) FROM rewards.settlement") == 0


async def test_a_sum_that_cannot_be_had_is_said_and_nothing_is_asked(
    town: Town, desk: Page
) -> None:
    await offer(town, "shop_points")
    await redeem(town, await rich_resident(town), "shop-points")
    town.clock.advance(timedelta(days=1))
    await _open_as_officer(town, desk)
    await desk.get_by_test_id("settle-from").fill("")
    await desk.get_by_test_id("settle").click()
    alerts = desk.get_by_test_id("partner").get_by_role("alert")
    await expect(alerts.filter(has_text="期間をお確かめください")).to_be_visible()
    await expect(desk.get_by_test_id("settle-dialog")).to_have_count(0)


async def test_a_span_in_which_nothing_is_open_is_said_and_nothing_is_asked(
    town: Town, desk: Page
) -> None:
    await offer(town, "shop_points")
    await redeem(town, await rich_resident(town), "shop-points")
    town.clock.advance(timedelta(days=3))
    await _open_as_officer(town, desk)
    for end in ("settle-from", "settle-to"):
        await desk.get_by_test_id(end).fill("2026-11-20")
    await desk.get_by_test_id("settle").click()
    alerts = desk.get_by_test_id("partner").get_by_role("alert")
    await expect(alerts.filter(has_text="精算するものはありません")).to_be_visible()
    await expect(desk.get_by_test_id("settle-dialog")).to_have_count(0)


async def test_a_pick_up_code_stays_in_sight_after_three_other_redemptions(
    town: Town, phone: Page
) -> None:
    await offer(town, "pickup_goods", is_unlimited=False)
    await set_stock(town, "pickup-goods", 1)
    await offer(town, "donation")
    hanako = await rich_resident(town)
    await redeem(town, hanako, "pickup-goods")
    for _ in range(3):
        await redeem(town, hanako, "donation")
    await _open(town, phone, hanako)
    waiting = phone.get_by_test_id("redemption").filter(has_text="受け取り番号")
    await expect(waiting).to_have_count(1)
    await expect(waiting).to_be_visible()
    await expect(waiting).to_contain_text("2026年11月18日(水) 12:00 JST")
    await switch_language(phone)
    await expect(phone.get_by_test_id("redemptions")).to_contain_text("Wed 18 Nov 2026 12:00 GMT+9")


async def test_a_redemption_is_one_line_of_the_reasons_with_its_item_and_day(
    town: Town, phone: Page
) -> None:
    await offer(town, "voucher_code", codes=["A-1"], name={"ja": "図書券", "en": "Book token"})
    await offer(town, "pickup_goods", name={"ja": "トマトジュース", "en": "Tomato juice"})
    hanako = await rich_resident(town)
    await redeem(town, hanako, "voucher-code")
    held = (await redeem(town, hanako, "pickup-goods")).json
    await town.put_in_force()
    await sign_in(phone, await print_code(town.owner, hanako.principal_id, now=town.clock()))
    lines = phone.get_by_test_id("entry").filter(has_text="11月18日")
    book = lines.filter(has_text="図書券")
    await expect(book).to_have_text("「図書券」に交換しました (11月18日(水))−100ポイント")
    juice = lines.filter(has_text="トマトジュース")
    await expect(juice).to_have_text(
        "「トマトジュース」に使うポイントを取り分けました (11月18日(水))−100ポイント"
    )
    await town.call(
        "POST", f"/v1/me/redemptions/{held['redemption_id']}/cancellation", headers=hanako.headers
    )
    await phone.reload()
    await expect(juice).to_have_text(
        "「トマトジュース」の交換を取り消しました (11月18日(水))0ポイント"
    )


async def test_a_member_number_in_full_width_is_taken(town: Town, phone: Page) -> None:
    await offer(town, "municipal_points")
    hanako = await rich_resident(town)
    await _open(town, phone, hanako)
    await _offer(phone, "品物").get_by_role("button").click()
    await phone.get_by_test_id("redeem-account").fill("００１２ー３４５")
    await phone.get_by_test_id("redeem-yes").click()
    await expect(phone.get_by_test_id("redemption")).to_contain_text("交換済み")
    (redeemed,) = (await town.get("/v1/me/redemptions", hanako)).json["items"]
    assert redeemed["account"] == "0012-345"


CUT: Final = """dialog => [...dialog.querySelectorAll('*')].filter(part => {
    const box = part.getBoundingClientRect(), frame = dialog.getBoundingClientRect();
    return box.left < frame.left || box.right > frame.right + 0.5;
}).map(part => part.outerHTML.slice(0, 80))"""


async def _assert_fits(page: Page, dialog: Locator, name: str) -> None:
    """Nothing of it is cut or out of reach; where it is longer than the screen, it is read from its top."""
    assert await dialog.evaluate(CUT) == []
    box = await dialog.bounding_box()
    assert box is not None
    assert box["x"] >= 0
    assert box["y"] >= 0
    assert box["x"] + box["width"] <= 360
    assert box["y"] + box["height"] <= 640
    for answer in (f"{name}-no", f"{name}-yes"):
        button = page.get_by_test_id(answer)
        await button.scroll_into_view_if_needed()
        await expect(button).to_be_in_viewport(ratio=1)
    assert await page.evaluate("document.documentElement.scrollWidth") == 360


@pytest.mark.parametrize("twice", [False, True], ids=["as it is", "text at 200%"])
async def test_the_redeem_dialog_fits_the_smallest_phones(
    town: Town, phone_with_complaints: Page, *, twice: bool
) -> None:
    phone = phone_with_complaints
    await offer(
        town,
        "municipal_points",
        name={"ja": "ふらの市民ポイント(地域電子マネー)100ポイント分", "en": "City points"},
    )
    hanako = await rich_resident(town)
    await phone.set_viewport_size({"width": 360, "height": 640})
    await _open(town, phone, hanako)
    if twice:
        await enlarge_text(phone)
    await _offer(phone, "ふらの市民").get_by_role("button").click()
    dialog = phone.get_by_test_id("redeem-dialog")
    await expect(phone.get_by_test_id("redeem-no")).to_be_focused()
    await expect(dialog.get_by_role("heading")).to_be_in_viewport()
    assert await dialog.evaluate("dialog => dialog.scrollTop") == 0
    await phone.get_by_test_id("redeem-yes").click()
    await expect(dialog.get_by_role("alert")).to_contain_text("会員番号")
    await _assert_fits(phone, dialog, "redeem")


async def test_the_question_of_a_settlement_fits_the_smallest_phones(
    town: Town, phone: Page
) -> None:
    await offer(town, "shop_points")
    await redeem(town, await rich_resident(town), "shop-points")
    town.clock.advance(timedelta(days=1))
    await phone.set_viewport_size({"width": 360, "height": 640})
    await _open_as_officer(town, phone)
    await enlarge_text(phone)
    await phone.get_by_test_id("settle").click()
    dialog = phone.get_by_test_id("settle-dialog")
    await expect(phone.get_by_test_id("settle-no")).to_be_focused()
    assert await dialog.evaluate("dialog => dialog.scrollTop") == 0
    await _assert_fits(phone, dialog, "settle")
