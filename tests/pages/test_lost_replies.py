"""Where the server did what was asked and its answer got lost: one wish stays one, and the page says what it knows."""

from datetime import timedelta

from playwright.async_api import Locator, Page, Route, expect

from tests.pages.neighbourhoods import settle_neighbourhoods
from tests.pages.visits import DESK, sign_in
from tests.town import Person, Town
from tests.wellness_api.rewards.redemptions.shop import (
    assert_books_balance,
    offer,
    purse,
    redeem,
    rich_resident,
)
from wellness_api.identity.accounts.enrolment import print_code

NOT_KNOWN = "交換されたかどうか分かりません。もう一度ためしても、交換は1回だけです。"


async def _open(town: Town, page: Page, person: Person) -> None:
    await town.put_in_force()
    await sign_in(page, await print_code(town.owner, person.principal_id, now=town.clock()))
    await page.get_by_test_id("to-use-points").click()
    await expect(page.get_by_test_id("offers")).to_be_visible()


def _offer(page: Page, name: str) -> Locator:
    return page.get_by_test_id("offer").filter(has_text=name)


async def _ask_for(page: Page, name: str) -> Locator:
    await _offer(page, name).get_by_role("button").click()
    return page.get_by_test_id("redeem-dialog")


async def _lose_the_next_reply(page: Page, address: str) -> None:
    """The request arrives and is done; of the answer nothing comes back."""
    lost: list[Route] = []

    async def once(route: Route) -> None:
        if lost or route.request.method == "GET":
            await route.fallback()
            return
        lost.append(route)
        await route.fetch()
        await route.abort()

    await page.route(address, once)


async def _redeemed(town: Town, person: Person) -> int:
    return len((await town.get("/v1/me/redemptions", person)).json["items"])


async def test_trying_again_after_a_lost_reply_redeems_once(
    town: Town, phone_with_complaints: Page
) -> None:
    phone = phone_with_complaints
    await offer(
        town, "voucher_code", codes=["A-1", "A-2"], name={"ja": "図書券", "en": "Book token"}
    )
    hanako = await rich_resident(town)
    await _open(town, phone, hanako)
    dialog = await _ask_for(phone, "図書券")
    await _lose_the_next_reply(phone, "**/v1/me/redemptions*")
    await phone.get_by_test_id("redeem-yes").click()
    await expect(dialog.get_by_role("alert")).to_have_text(NOT_KNOWN)
    await expect(phone.get_by_test_id("redeem-no")).to_have_text("閉じる")
    await phone.get_by_test_id("redeem-yes").click()
    await expect(dialog).to_have_count(0)
    await expect(phone.get_by_test_id("redemptions").get_by_role("status")).to_have_text(
        "「図書券」に交換しました。"
    )
    await expect(phone.get_by_test_id("spendable")).to_contain_text("900ポイント")
    assert await _redeemed(town, hanako) == 1
    assert await purse(town, hanako) == (900, 0)


async def test_closing_after_a_lost_reply_shows_what_was_redeemed_and_another_wish_is_another(
    town: Town, phone_with_complaints: Page
) -> None:
    phone = phone_with_complaints
    await offer(
        town, "voucher_code", codes=["A-1", "A-2"], name={"ja": "図書券", "en": "Book token"}
    )
    hanako = await rich_resident(town)
    await _open(town, phone, hanako)
    dialog = await _ask_for(phone, "図書券")
    await _lose_the_next_reply(phone, "**/v1/me/redemptions*")
    await phone.get_by_test_id("redeem-yes").click()
    await expect(dialog.get_by_role("alert")).to_have_text(NOT_KNOWN)
    await phone.get_by_test_id("redeem-no").click()
    await expect(phone.get_by_test_id("redemption")).to_have_count(1)
    await expect(phone.get_by_test_id("spendable")).to_contain_text("900ポイント")
    await expect(phone.get_by_test_id("redemptions").get_by_role("status")).to_have_text(
        "「図書券」に交換しました。"
    )
    await _ask_for(phone, "図書券")
    await phone.get_by_test_id("redeem-yes").click()
    await expect(phone.get_by_test_id("redemption")).to_have_count(2)
    assert await purse(town, hanako) == (800, 0)


async def test_one_wish_stays_one_while_the_line_is_down_and_the_dialog_is_opened_anew(
    town: Town, phone_with_complaints: Page
) -> None:
    phone = phone_with_complaints
    await offer(town, "municipal_points", name={"ja": "市民ポイント", "en": "City points"})
    hanako = await rich_resident(town)
    await _open(town, phone, hanako)
    dialog = await _ask_for(phone, "市民ポイント")
    await phone.get_by_test_id("redeem-account").fill("0012345")
    await _lose_the_next_reply(phone, "**/v1/me/redemptions*")
    await phone.get_by_test_id("redeem-yes").click()
    await expect(dialog.get_by_role("alert")).to_have_text(NOT_KNOWN)
    await phone.route("**/v1/**", lambda route: route.abort())
    await phone.get_by_test_id("redeem-no").click()
    redemptions = phone.get_by_test_id("redemptions")
    await expect(redemptions.get_by_role("alert")).to_have_text(NOT_KNOWN)

    await phone.unroute("**/v1/**")
    await _ask_for(phone, "市民ポイント")
    await phone.get_by_test_id("redeem-account").fill("0099999")
    await phone.get_by_test_id("redeem-yes").click()
    await expect(dialog.get_by_role("alert")).to_contain_text("先ほど交換されています。")
    await phone.get_by_test_id("redeem-no").click()
    await expect(phone.get_by_test_id("redemption")).to_have_count(1)
    await expect(redemptions.get_by_role("alert")).to_have_count(0)
    assert await _redeemed(town, hanako) == 1
    await assert_books_balance(town)


async def test_closing_after_a_lost_reply_shows_that_it_was_cancelled(
    town: Town, phone_with_complaints: Page
) -> None:
    phone = phone_with_complaints
    await offer(town, "pickup_goods", name={"ja": "お米", "en": "Rice"})
    hanako = await rich_resident(town)
    await redeem(town, hanako, "pickup-goods")
    await _open(town, phone, hanako)
    await phone.get_by_test_id("redemption").get_by_role("button").click()
    await _lose_the_next_reply(phone, "**/cancellation")
    await phone.get_by_test_id("cancel-yes").click()
    dialog = phone.get_by_test_id("cancel-dialog")
    await expect(dialog.get_by_role("alert")).to_contain_text("取り消されたかどうか分かりません。")
    await phone.get_by_test_id("cancel-no").click()
    await expect(phone.get_by_test_id("redemptions").get_by_role("status")).to_have_text(
        "「お米」の交換を取り消しました。100ポイントが戻りました。"
    )
    await expect(phone.get_by_test_id("spendable")).to_contain_text("1,000ポイント")


async def _ask_to_settle(town: Town, desk: Page) -> Locator:
    """Two redemptions on two days, of which the officer is about to settle the first."""
    await offer(town, "shop_points")
    hanako = await rich_resident(town)
    await redeem(town, hanako, "shop-points")
    town.clock.advance(timedelta(days=1))
    await redeem(town, hanako, "shop-points")
    town.clock.advance(timedelta(days=1))
    await settle_neighbourhoods(town)
    officer = await town.staff("programme_officer")
    await desk.set_viewport_size(DESK["viewport"])
    await sign_in(desk, await print_code(town.owner, officer.principal_id, now=town.clock()))
    await desk.get_by_test_id("settle-to").fill("2026-11-18")
    await desk.get_by_test_id("settle").click()
    dialog = desk.get_by_test_id("settle-dialog")
    await expect(dialog).to_contain_text("1件、合わせて500円です。")
    return dialog


async def test_closing_after_a_lost_reply_shows_the_settlement_that_was_made(
    town: Town, phone_with_complaints: Page
) -> None:
    desk = phone_with_complaints
    dialog = await _ask_to_settle(town, desk)
    await _lose_the_next_reply(desk, "**/v1/settlements/*")
    await desk.get_by_test_id("settle-yes").click()
    await expect(dialog.get_by_role("alert")).to_contain_text("精算されたかどうか分かりません。")
    await desk.get_by_test_id("settle-no").click()
    await expect(dialog).to_have_count(0)
    await expect(desk.get_by_test_id("settlement")).to_contain_text("1件、500")
    await expect(desk.get_by_test_id("partner")).to_contain_text("未精算: 1件、500円")


async def test_settling_again_after_a_lost_reply_makes_one_settlement(
    town: Town, phone_with_complaints: Page
) -> None:
    desk = phone_with_complaints
    dialog = await _ask_to_settle(town, desk)
    await _lose_the_next_reply(desk, "**/v1/settlements/*")
    await desk.get_by_test_id("settle-yes").click()
    await expect(dialog.get_by_role("alert")).to_contain_text("分かりません")
    await desk.get_by_test_id("settle-yes").click()
    await expect(dialog).to_have_count(0)
    await expect(desk.get_by_test_id("settlement")).to_have_count(1)
    assert await town.owner.fetchval("SELECT count(*) FROM rewards.settlement") == 1
