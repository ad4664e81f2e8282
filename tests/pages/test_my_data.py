"""The resident's page on where the data comes from: which device counts first, what goes, what was not counted."""

import re
from typing import Any

import pytest
from playwright.async_api import Locator, Page, expect

from tests.pages.neighbourhoods import settle_neighbourhoods
from tests.pages.visits import open_my_data, switch_language
from tests.town import Person, Town, steps
from tests.wellness_api.rewards.check_ins.people import HALL, entry, outcomes, send, with_card
from wellness_api.identity.accounts.enrolment import print_code

WATCH = "watch:Watch6.1-1a2b3c4d"
PHONE = "phone:com.google.android.apps.fitness"
WATCH_NAME = "腕時計 Apple Watch"
PHONE_NAME = "スマートフォン Google Fit"


async def _hanako_has_a_watch_and_a_phone(town: Town) -> Person:
    await town.put_in_force()
    hanako = await town.resident()
    await town.upload(hanako, steps([100] * 45, source=WATCH), steps([60] * 45, source=PHONE))
    await town.settle()
    return hanako


async def _today(town: Town, person: Person) -> Any:
    return (await town.get("/v1/me/today", person)).json


def _device(page: Page, name: str) -> Locator:
    return page.get_by_test_id("device").filter(has_text=name)


async def test_the_source_that_is_put_first_is_the_one_that_counts(town: Town, phone: Page) -> None:
    hanako = await _hanako_has_a_watch_and_a_phone(town)
    assert (await _today(town, hanako))["steps"] == 4_500
    await open_my_data(town, phone, hanako)

    lines = phone.get_by_test_id("order-steps").get_by_role("listitem")
    await expect(lines.nth(0)).to_contain_text(WATCH_NAME)
    await expect(lines.nth(0)).not_to_contain_text(WATCH)
    await lines.nth(1).get_by_role("button", name="上へ").click()
    await expect(phone.get_by_test_id("order-steps").get_by_role("status")).to_have_text(
        re.compile(f"保存しました。いまは「{PHONE_NAME}」を先に数えます。")
    )
    await expect(lines.nth(0)).to_contain_text(PHONE_NAME)

    await town.settle()
    assert (await _today(town, hanako))["steps"] == 2_700
    await phone.reload()
    await expect(lines.nth(0)).to_contain_text(PHONE_NAME)


async def test_an_order_that_cannot_be_saved_is_shown_as_it_was(
    town: Town, phone_with_complaints: Page
) -> None:
    phone = phone_with_complaints
    await open_my_data(town, phone, await _hanako_has_a_watch_and_a_phone(town))
    await phone.route("**/v1/me/sources/steps", lambda route: route.abort())
    lines = phone.get_by_test_id("order-steps").get_by_role("listitem")
    await lines.nth(1).get_by_role("button", name="上へ").click()
    await expect(phone.get_by_role("alert").filter(has_text="もとのままです")).to_be_visible()
    await expect(lines.nth(0)).to_contain_text(WATCH_NAME)


async def test_the_keyboard_alone_changes_the_order_and_goes_on_from_where_it_was(
    town: Town, desk: Page
) -> None:
    hanako = await town.resident()
    await town.upload(
        hanako, *(steps([10], source=source) for source in ("watch:a", "watch:b", "watch:c"))
    )
    await town.settle()
    await open_my_data(town, desk, hanako)
    order = desk.get_by_test_id("order-steps")
    await expect(order).to_contain_text("その日を長く数えたほうを先に数えます")
    await order.get_by_role("button", name="上へ 腕時計 C").focus()
    for place in ("2", "1"):
        await desk.keyboard.press("Enter")
        await expect(order.get_by_role("status")).not_to_be_empty()
        await expect(order.get_by_role("listitem").filter(has_text="腕時計 C")).to_contain_text(
            place
        )
        await expect(order.get_by_role("button", name="上へ 腕時計 C")).to_be_focused()
    listed = (await town.get("/v1/me/sources", hanako)).json["items"][0]
    assert [seen["source"] for seen in listed["sources"]] == ["watch:c", "watch:a", "watch:b"]


async def test_a_source_goes_with_all_that_it_sent_after_the_resident_has_said_so(
    town: Town, phone: Page
) -> None:
    hanako = await _hanako_has_a_watch_and_a_phone(town)
    await open_my_data(town, phone, hanako)
    await _device(phone, WATCH_NAME).get_by_role("button", name="記録を消す").click()
    dialog = phone.get_by_role("dialog")
    await expect(dialog).to_contain_text(f"「{WATCH_NAME}」の記録をすべて消しますか")
    await expect(dialog).to_contain_text("先に、機器のほうの接続や送信を切ってください")
    await dialog.get_by_test_id("delete-yes").click()

    await expect(dialog).not_to_be_attached()
    await expect(_device(phone, WATCH_NAME)).to_have_count(0)
    await expect(_device(phone, PHONE_NAME)).to_have_count(1)
    said = phone.get_by_test_id("devices").get_by_role("status")
    await expect(said).to_contain_text("記録を消しました")
    await expect(phone.get_by_role("heading", name="歩数計・機器")).to_be_focused()
    await town.settle()
    assert (await _today(town, hanako))["steps"] == 2_700


@pytest.mark.parametrize("way", ["button", "escape"])
async def test_a_source_stays_when_the_resident_thinks_better_of_it(
    town: Town, desk: Page, way: str
) -> None:
    hanako = await _hanako_has_a_watch_and_a_phone(town)
    await open_my_data(town, desk, hanako)
    button = _device(desk, WATCH_NAME).get_by_role("button", name="記録を消す")
    await button.focus()
    await desk.keyboard.press("Enter")
    # A hasty second Enter meets the button that does no harm.
    await expect(desk.get_by_test_id("delete-no")).to_be_focused()
    await desk.keyboard.press("Enter" if way == "button" else "Escape")
    await expect(desk.get_by_role("dialog")).not_to_be_attached()
    await expect(button).to_be_focused()
    await town.settle()
    assert (await _today(town, hanako))["steps"] == 4_500


async def test_a_value_that_was_not_counted_is_shown_with_its_reason(
    town: Town, phone: Page
) -> None:
    hanako = await town.resident()
    await town.upload(hanako, steps([900, 100], source=WATCH))
    await town.settle()
    await open_my_data(town, phone, hanako)
    value = phone.get_by_test_id("flagged")
    await expect(value).to_have_count(1)
    await expect(value).to_contain_text("歩数 900 歩")
    await expect(value).to_contain_text("1分に0〜400歩の範囲の外のため")
    await expect(value).to_contain_text("11月18日(水) 6:00")
    await switch_language(phone)
    await expect(value).to_contain_text("because it is outside 0 to 400 steps in a minute")


async def test_a_page_without_any_data_says_what_will_be_there(town: Town, phone: Page) -> None:
    await open_my_data(town, phone, await town.resident())
    main = phone.locator("main")
    for said in (
        "二つ目の機器の記録が届くと、ここで順番を選べます。",
        "まだ記録は届いていません。",
        "数えなかった値はありません。",
    ):
        await expect(main).to_contain_text(said)


async def test_the_way_back_leads_to_the_day(town: Town, phone: Page) -> None:
    await open_my_data(town, phone, await town.resident())
    await phone.get_by_test_id("back-to-today").click()
    await expect(phone.get_by_test_id("steps-today")).to_be_visible()


async def test_staff_who_open_the_address_are_shown_their_own_page(town: Town, desk: Page) -> None:
    await settle_neighbourhoods(town)
    officer = await town.staff("health_staff")
    await desk.goto("/my-data")
    await desk.get_by_test_id("sign-in-code").fill(
        await print_code(town.owner, officer.principal_id, now=town.clock())
    )
    await desk.get_by_test_id("sign-in-button").click()
    await expect(desk).to_have_url(re.compile("/staff$"))


async def test_what_a_hall_recorded_is_named_in_words_and_asked_about_before_it_goes(
    town: Town, phone: Page
) -> None:
    hanako = await with_card(town)
    staff = await town.staff("health_staff")
    assert outcomes(await send(town, staff, entry())) == ["recorded"]
    await town.settle()
    await open_my_data(town, phone, hanako)
    hall = phone.get_by_test_id("device")
    await expect(hall).to_contain_text(HALL)
    await expect(hall).to_contain_text("教室・催しへの参加 最後の記録 2026年11月18日")
    await expect(hall).not_to_contain_text("station:")
    await hall.get_by_role("button", name="記録を消す").click()
    dialog = phone.get_by_role("dialog")
    await expect(dialog).to_contain_text(f"「{HALL}」の記録をすべて消しますか")
    await expect(dialog).to_contain_text("記録した分です: 教室・催しへの参加(2026年11月18日)")
    await expect(dialog).not_to_contain_text("station:")
    await expect(dialog).not_to_contain_text("機器")
    await expect(phone.get_by_test_id("delete-no")).to_be_focused()
    await phone.keyboard.press("Enter")
    await expect(hall).to_have_count(1)
    await hall.get_by_role("button", name="記録を消す").click()
    await dialog.get_by_test_id("delete-yes").click()
    await expect(hall).to_have_count(0)
    await expect(phone.get_by_test_id("devices").get_by_role("status")).to_contain_text(
        f"「{HALL}」の記録を消しました"
    )
    # As the question said.
    assert outcomes(await send(town, staff, entry(), key="list-0002")) == ["deleted"]
