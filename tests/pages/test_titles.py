"""What each page is called in the browser's tabs and history, in the language on show."""

import pytest
from playwright.async_api import Page, expect

from tests.pages.neighbourhoods import settle_neighbourhoods
from tests.pages.visits import sign_in, switch_language
from tests.town import Town
from wellness_api.identity.accounts.enrolment import print_code


@pytest.mark.parametrize(
    ("path", "ja", "en"),
    [
        ("/", "今日", "Today"),
        ("/day", "この日の記録 今日", "Records of this day Today"),
        (
            "/day?date=2026-11-17",
            "この日の記録 2026年11月17日(火)",
            "Records of this day Tue 17 Nov 2026",
        ),
        ("/my-data", "わたしのデータ", "My data"),
        ("/use-points", "ポイントを使う", "Spend your points"),
        ("/draws", "抽選", "Draws"),
    ],
)
async def test_each_page_of_a_resident_is_called_by_what_it_is(
    town: Town, phone: Page, path: str, ja: str, en: str
) -> None:
    hanako = await town.resident()
    await phone.goto("/")
    await expect(phone).to_have_title("ようこそ | 健康ポイント")
    await sign_in(phone, await print_code(town.owner, hanako.principal_id, now=town.clock()))
    await expect(phone.get_by_test_id("entries")).to_be_visible()
    await phone.goto(path)
    await expect(phone).to_have_title(f"{ja} | 健康ポイント")
    await switch_language(phone)
    await expect(phone).to_have_title(f"{en} | Health points")


async def test_the_staffs_page_is_called_theirs(town: Town, desk: Page) -> None:
    await settle_neighbourhoods(town)
    officer = await town.staff("programme_officer")
    await sign_in(desk, await print_code(town.owner, officer.principal_id, now=town.clock()))
    await expect(desk).to_have_title("職員の画面 | 健康ポイント")
    await switch_language(desk)
    await expect(desk).to_have_title("Staff | Health points")
