"""What a resident prints: whose it is, of which year, and nothing that is there to be pressed."""

from datetime import timedelta

from playwright.async_api import Page, expect

from tests.pages.test_day import WATCH, open_day
from tests.pages.visits import open_my_data, sign_in
from tests.town import NOON, Town, steps
from tests.wellness_api.rewards.draws.draws import (
    AFTER_CLOSING,
    DAY_OF_DRAW,
    draw_at,
    make_draw,
    walk,
)
from tests.wellness_api.rewards.redemptions.shop import offer, redeem, rich_resident
from wellness_api.identity.accounts.enrolment import print_code

TODAY = NOON.date()
INK = "rgb(36, 31, 48)"


async def test_the_first_page_on_paper_has_dark_letters_a_name_and_a_year_and_no_forms(
    town: Town, phone: Page
) -> None:
    await town.put_in_force()
    hanako = await town.resident()
    await town.upload(hanako, steps([100] * 45))
    await town.settle()
    await sign_in(phone, await print_code(town.owner, hanako.principal_id, now=town.clock()))
    await expect(phone.get_by_test_id("entries")).to_contain_text("4,500歩")
    await phone.emulate_media(media="print")
    await expect(phone.get_by_test_id("steps-today")).to_have_css("color", INK)
    await expect(phone.locator(".week-bar").first).to_have_css("border-top-width", "12px")
    await expect(phone.locator("header")).to_contain_text("花子さん")
    await expect(phone.get_by_role("heading", level=1)).to_contain_text("2026年11月18日(水)")
    for what in ("button", "form", "input"):
        await expect(phone.locator(what).locator("visible=true")).to_have_count(0)
    await expect(phone.get_by_test_id("class-code")).to_be_hidden()


async def test_a_day_on_paper_says_whose_and_which_it_is_and_opens_its_table(
    town: Town, phone: Page
) -> None:
    hanako = await town.resident("佐藤 花子")
    await town.upload(hanako, *(steps([10] * 5, source=of) for of in (WATCH, "watch:venu")))
    await open_day(town, phone, hanako)
    await expect(phone.get_by_test_id("order-question")).to_be_visible()
    spans = phone.get_by_test_id("spans").first
    await expect(spans.locator("table").first).to_be_hidden()
    await phone.emulate_media(media="print")
    await phone.evaluate("dispatchEvent(new Event('beforeprint'))")
    await expect(spans.locator("table").first).to_be_visible()
    await expect(phone.get_by_test_id("day")).to_have_text(
        "2026年11月18日(水)", use_inner_text=True
    )
    await expect(phone.locator("header")).to_contain_text("佐藤 花子さん")
    await expect(phone.get_by_test_id("order-question")).to_be_hidden()
    await expect(phone.get_by_test_id("day-before")).to_be_hidden()
    await phone.evaluate("dispatchEvent(new Event('afterprint'))")
    await phone.emulate_media(media="screen")
    await expect(spans.locator("table").first).to_be_hidden()


async def test_my_data_on_paper_has_no_ways_to_bring_files_in_or_out(
    town: Town, phone: Page
) -> None:
    await open_my_data(town, phone, await town.resident())
    await phone.emulate_media(media="print")
    await expect(phone.get_by_test_id("import")).to_be_hidden()
    await expect(phone.get_by_test_id("take-along")).to_be_hidden()
    await expect(phone.get_by_test_id("consents")).to_be_visible()


async def test_orders_and_earlier_redemptions_are_open_on_paper(town: Town, phone: Page) -> None:
    await town.put_in_force()
    hanako = await rich_resident(town)
    await town.upload(
        hanako,
        *(
            steps([1] * 5, source=of) | {"metric": metric}
            for metric in ("steps", "distance_walked")
            for of in (WATCH, "phone:p")
        ),
    )
    await offer(town, "donation")
    for _ in range(4):
        await redeem(town, hanako, "donation")
    await open_my_data(town, phone, hanako)
    orders = phone.get_by_test_id("order-distance_walked")
    await expect(orders).to_be_hidden()
    await phone.evaluate("dispatchEvent(new Event('beforeprint'))")
    await expect(orders).to_be_visible()
    await phone.goto("/use-points")
    await expect(phone.get_by_test_id("earlier-redemptions")).to_be_visible()
    earlier = phone.get_by_test_id("earlier-redemptions").get_by_test_id("redemption")
    await expect(earlier).to_be_hidden()
    await phone.evaluate("dispatchEvent(new Event('beforeprint'))")
    await expect(earlier).to_be_visible()
    await phone.evaluate("dispatchEvent(new Event('afterprint'))")
    await expect(earlier).to_be_hidden()


async def test_a_draw_on_paper_has_its_winners_if_they_were_opened(town: Town, desk: Page) -> None:
    await town.put_in_force()
    await make_draw(town, await town.staff("programme_officer"))
    await walk(town, await town.resident(), 4, day=TODAY)
    await draw_at(town, AFTER_CLOSING)
    await draw_at(town, DAY_OF_DRAW)
    await desk.goto("/draws")
    ways = desk.get_by_test_id("open-draw")
    await expect(ways).to_be_visible()
    await desk.emulate_media(media="print")
    await expect(ways).to_be_hidden()
    await desk.emulate_media(media="screen")
    await ways.click()
    await expect(desk.get_by_test_id("winner").first).to_be_visible()
    await desk.emulate_media(media="print")
    await expect(desk.get_by_test_id("winner").first).to_be_visible()


async def test_a_day_of_another_year_says_its_year(town: Town, phone: Page) -> None:
    hanako = await town.resident()
    await open_day(town, phone, hanako, str(TODAY.replace(year=TODAY.year - 1)))
    day = phone.get_by_test_id("day")
    await expect(day).to_have_text("2025年11月18日(火)", use_inner_text=True)
    await phone.goto(f"/day?date={TODAY - timedelta(days=3)}")
    await expect(day).to_have_text("11月15日(日)", use_inner_text=True)
