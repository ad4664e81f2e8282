"""Consents, the code on a hall's screen, and walking together, on the resident's pages."""

import re
from datetime import timedelta

from playwright.async_api import Page, expect

from tests.pages.visits import open_my_data, sign_in
from tests.town import Person, Town, local_morning, steps
from tests.wellness_api.rewards.check_ins.test_classes import on_screen, open_class
from tests.wellness_api.rewards.teams.test_teams import TOMORROW, join, make, team
from wellness_api.identity.accounts.enrolment import print_code


async def open_today(town: Town, page: Page, person: Person) -> None:
    await sign_in(page, await print_code(town.owner, person.principal_id, now=town.clock()))
    await expect(page.get_by_test_id("team")).to_be_visible()


async def test_a_consent_is_given_and_withdrawn_with_a_tap(town: Town, phone: Page) -> None:
    hanako = await town.resident()
    await open_my_data(town, phone, hanako)
    research = phone.get_by_test_id("consent-research")
    await expect(research).to_contain_text("まだ同意していません")
    await research.get_by_role("button", name="同意する").click()
    await expect(research).to_contain_text("11月18日(水)から同意しています")
    await research.get_by_role("button", name="同意をやめる").click()
    await expect(research).to_contain_text("11月18日(水)に同意をやめました")


async def test_the_code_on_the_screen_is_typed_on_the_phone(town: Town, phone: Page) -> None:
    staff, class_id = await open_class(town)
    await open_today(town, phone, await town.resident())
    card = phone.get_by_test_id("class-code")
    field = card.get_by_label("会場の画面に出ている8けたの番号")
    await field.fill(await on_screen(town, staff, class_id))
    await card.get_by_role("button", name="参加を記録する").click()
    await expect(card.get_by_role("status")).to_have_text(
        "「いきいき体操」への参加を記録しました。"
    )
    await expect(field).to_have_value("")


async def test_a_wrong_code_is_said_in_words(town: Town, phone_with_complaints: Page) -> None:
    phone = phone_with_complaints
    await open_today(town, phone, await town.resident())
    card = phone.get_by_test_id("class-code")
    await card.get_by_role("textbox").fill("12345678")
    await card.get_by_role("button", name="参加を記録する").click()
    await expect(card.get_by_role("alert")).to_contain_text("番号は1分ごとに変わります")


async def test_a_team_is_made_on_the_page_and_left_again(town: Town, phone: Page) -> None:
    hanako, taro = await town.residents(2)
    await open_today(town, phone, hanako)
    card = phone.get_by_test_id("team")
    await expect(card).to_contain_text("二人組では、合計から相手の歩数がわかります")
    await card.get_by_text("新しくなかまをつくる").click()
    await card.get_by_label("なかまの名前").fill("朝の散歩")
    await card.get_by_label("人数(多くて)").select_option("2")
    await card.get_by_role("button", name="つくる", exact=True).click()
    await expect(card.get_by_role("heading", name="朝の散歩")).to_be_visible()
    code = await card.get_by_test_id("team-code").locator("strong").inner_text()
    assert re.fullmatch(r"\w{4}-\w{4}-\w{4}", code)
    assert (await join(town, taro, code)).status == 201
    await card.get_by_role("button", name="なかまをやめる").click()
    await card.get_by_role("button", name="やめる", exact=True).click()
    await expect(card.get_by_label("なかまの番号")).to_be_visible()
    assert await team(town, hanako) is None


async def test_a_team_is_joined_by_its_code_and_shows_all_together(town: Town, phone: Page) -> None:
    hanako, taro = await town.residents(2)
    code = (await make(town, taro)).json["code"]
    await open_today(town, phone, hanako)
    card = phone.get_by_test_id("team")
    await card.get_by_label("なかまの番号").fill(code)
    await card.get_by_role("button", name="なかまに入る").click()
    await expect(card).to_contain_text("11月19日(木)の分から数えます")
    town.clock.advance(timedelta(days=1))
    for person in (hanako, taro):
        await town.upload(person, steps([100] * 12, start=local_morning(TOMORROW)))
    await town.settle()
    await phone.reload()
    await expect(card).to_contain_text("みんなを合わせて、今週は2,400歩です。")
