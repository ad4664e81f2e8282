"""The counter at which goods are handed out, where a reply can get lost and nobody may be sent away wrongly."""

from playwright.async_api import Page, Route, expect

from tests.pages.neighbourhoods import settle_neighbourhoods
from tests.pages.visits import DESK, sign_in
from tests.town import Town
from tests.wellness_api.rewards.redemptions.shop import offer, redeem, rich_resident
from wellness_api.identity.accounts.enrolment import print_code


async def _open_counter(town: Town, page: Page) -> str:
    """Goods that wait, and staff who are asked for them; gives their code."""
    await offer(town, "pickup_goods")
    held = (await redeem(town, await rich_resident(town), "pickup-goods")).json
    await settle_neighbourhoods(town)
    staff = await town.staff("health_staff")
    await page.set_viewport_size(DESK["viewport"])
    await sign_in(page, await print_code(town.owner, staff.principal_id, now=town.clock()))
    await expect(page.get_by_test_id("waiting-pickups").get_by_role("listitem")).to_have_count(1)
    return str(held["pickup_code"])


async def _look_up(page: Page, code: str) -> None:
    await page.get_by_test_id("pickup-code").fill(code)
    await page.get_by_test_id("pickup-look").click()


async def _lose_the_reply(route: Route) -> None:
    await route.fetch()
    await route.abort()


async def test_a_lost_reply_leaves_the_goods_in_sight_and_looking_up_again_tells_what_is_so(
    town: Town, phone_with_complaints: Page
) -> None:
    desk = phone_with_complaints
    code = await _open_counter(town, desk)
    rewards = desk.locator(".rewards")
    waiting = desk.get_by_test_id("waiting-pickups").get_by_role("listitem")
    await _look_up(desk, code)
    await desk.route("**/confirmation", _lose_the_reply)
    await desk.get_by_test_id("pickup-confirm").click()
    await expect(rewards.get_by_role("alert")).to_have_text(
        "記録されたかどうか分かりません。同じ番号をもう一度確かめてください。"
    )
    await expect(desk.get_by_test_id("pickup-found")).to_contain_text("市役所1階")
    await expect(desk.get_by_test_id("pickup-code")).to_have_value(code)
    await expect(waiting).to_have_count(1)

    await desk.get_by_test_id("pickup-look").click()
    await expect(rewards.get_by_role("status")).to_contain_text("は渡し済みです")
    await expect(waiting).to_have_count(0)


async def test_a_request_that_never_arrived_is_sent_again_with_one_press(
    town: Town, phone_with_complaints: Page
) -> None:
    desk = phone_with_complaints
    code = await _open_counter(town, desk)
    await _look_up(desk, code)
    await desk.route("**/confirmation", lambda route: route.abort(), times=1)
    await desk.get_by_test_id("pickup-confirm").click()
    await expect(desk.locator(".rewards").get_by_role("alert")).to_contain_text("分かりません")
    await desk.get_by_test_id("pickup-confirm").click()
    await expect(desk.locator(".rewards").get_by_role("status")).to_contain_text(
        "を渡し済みにしました。"
    )


async def test_looking_up_nothing_asks_for_the_code(town: Town, desk: Page) -> None:
    await _open_counter(town, desk)
    await desk.get_by_test_id("pickup-look").click()
    await expect(desk.locator(".rewards").get_by_role("alert")).to_have_text(
        "番号を入れてください。"
    )
    await expect(desk.get_by_test_id("pickup-code")).to_be_focused()


async def test_an_answer_to_another_code_than_the_one_on_the_screen_comes_too_late(
    town: Town, desk: Page
) -> None:
    code = await _open_counter(town, desk)
    held_back: list[Route] = []

    async def hold_back(route: Route) -> None:
        held_back.append(route)

    await desk.route("**/v1/pickups?code=*", hold_back)
    await _look_up(desk, code)
    await desk.get_by_test_id("pickup-code").fill("AAAA-AAAA")
    assert len(held_back) == 1
    async with desk.expect_response("**/v1/pickups?code=*"):
        await held_back[0].continue_()
    await expect(desk.get_by_test_id("pickup-found")).to_have_count(0)
