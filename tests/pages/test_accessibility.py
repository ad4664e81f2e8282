"""Everyone can use the pages: by touch, by keyboard, with large text, with a screen reader."""

from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Page, expect

from tests.pages.neighbourhoods import settle_neighbourhoods
from tests.pages.visits import enlarge_text, show_on_map, sign_in, switch_language
from tests.town import Town, steps
from tests.wellness_api.rewards.draws.draws import (
    AFTER_CLOSING,
    DAY_OF_DRAW,
    draw_at,
    make_draw,
    walk,
)
from tests.wellness_api.rewards.redemptions.shop import offer, redeem, rich_resident
from wellness_api.identity.accounts.enrolment import print_code

pytestmark = pytest.mark.long

AXE = (
    Path(__file__).parents[2] / "wellness_api" / "web" / "node_modules" / "axe-core" / "axe.min.js"
)
RUN_AXE = """async () => {
    const { passes, violations } = await axe.run(document, { resultTypes: ["violations"] });
    const named = ({ id, impact, nodes }) => ({ id, impact, at: nodes.map(node => node.html) });
    return { passed: passes.map(rule => rule.id), violations: violations.map(named) };
}"""
WIDER_THAN_THE_SCREEN = """() => [...document.querySelectorAll("body *")]
    .filter(element => !element.closest(".table-card, .map, .for-screen-readers"))
    .filter(element => element.getBoundingClientRect().right > screen.width + 0.5)
    .map(element => element.outerHTML.slice(0, 120))"""
FOCUSABLE = """() => [...document.querySelectorAll("button, input, select, summary, a[href], [tabindex='0']")]
    .filter(element => element.checkVisibility())"""
NOT_REACHED = f"""({FOCUSABLE})().filter(element => !element.reached)
    .map(element => element.outerHTML.slice(0, 120))"""
REACH = """() => {
    const element = document.activeElement;
    element.reached = true;
    const { outlineStyle, outlineWidth } = getComputedStyle(element);
    const visible = outlineStyle !== "none" && parseFloat(outlineWidth) >= 2;
    return visible || element === document.body ? "visible" : element.outerHTML.slice(0, 120);
}"""

Open = Callable[[Town, Page], Awaitable[None]]


async def _open_sign_in(town: Town, page: Page) -> None:
    await page.goto("/")
    await expect(page.get_by_test_id("sign-in-code")).to_be_focused()


async def _open_refused_sign_in(town: Town, page: Page) -> None:
    await sign_in(page, "WRNG-WRNG-WRNG")
    await expect(page.get_by_role("alert")).not_to_be_empty()


async def _open_resident(town: Town, page: Page, *more: dict[str, Any]) -> None:
    await town.put_in_force()
    hanako = await town.resident()
    await town.upload(hanako, steps([100] * 45), *_measures(), *more)
    await town.settle()
    await sign_in(page, await print_code(town.owner, hanako.principal_id, now=town.clock()))
    await expect(page.get_by_test_id("entry")).to_be_visible()
    await expect(page.get_by_test_id("team").get_by_role("button").first).to_be_visible()


async def _open_my_data(town: Town, page: Page) -> None:
    await _open_resident(town, page, *_of_a_second_device())
    await page.get_by_test_id("to-my-data").click()
    await expect(page.get_by_test_id("order-steps")).to_be_visible()
    await expect(page.get_by_test_id("flagged")).to_be_visible()
    await page.locator("summary").first.click()


async def _open_day(town: Town, page: Page) -> None:
    await _open_resident(town, page, *_of_a_second_device())
    await page.get_by_test_id("to-day").click()
    await expect(page.get_by_test_id("heard")).to_be_visible()
    await page.get_by_test_id("spans").locator("summary").first.click()
    await page.get_by_test_id("other-figures").locator("summary").first.click()


async def _open_question_of_deletion(town: Town, page: Page) -> None:
    await _open_my_data(town, page)
    await page.get_by_test_id("device").first.get_by_role("button").click()
    await expect(page.get_by_role("dialog")).to_be_visible()


async def _open_use_points(town: Town, page: Page) -> None:
    """Something offered, something out of reach, a code to show and one to pick up by."""
    await town.put_in_force()
    await offer(town, "voucher_code", codes=["ABCD-EFGH-0001-2345"])
    await offer(town, "pickup_goods")
    await offer(town, "donation", price_points=5_000)
    hanako = await rich_resident(town)
    for code in ("voucher-code", "pickup-goods"):
        assert (await redeem(town, hanako, code)).status == 201
    await sign_in(page, await print_code(town.owner, hanako.principal_id, now=town.clock()))
    await page.get_by_test_id("to-use-points").click()
    await expect(page.get_by_test_id("offers")).to_be_visible()


async def _open_draws(town: Town, page: Page) -> None:
    await town.put_in_force()
    await make_draw(town, await town.staff("programme_officer"))
    for person in await town.residents(2):
        await walk(town, person, 4, day=town.clock().date())
    await draw_at(town, AFTER_CLOSING)
    await draw_at(town, DAY_OF_DRAW)
    await page.goto("/draws")
    await page.get_by_test_id("open-draw").click()
    await expect(page.get_by_test_id("winner").first).to_be_visible()


async def _open_staff(town: Town, page: Page) -> None:
    await town.put_in_force()
    await offer(town, "pickup_goods")
    assert (await redeem(town, await rich_resident(town), "pickup-goods")).status == 201
    await settle_neighbourhoods(town)
    officer = await town.staff("programme_officer")
    await sign_in(page, await print_code(town.owner, officer.principal_id, now=town.clock()))
    await expect(page.get_by_test_id("programme")).to_be_visible()
    await show_on_map(page, "mean_steps")


def _measures() -> list[dict[str, Any]]:
    at_morning = steps([0])["times_ms"]
    values = {"systolic_pressure": 128, "diastolic_pressure": 76, "body_weight": 61.4}
    return [
        {"metric": metric, "source": "station:test", "times_ms": at_morning, "values": [value]}
        for metric, value in values.items()
    ]


def _of_a_second_device() -> list[dict[str, Any]]:
    """Steps and a weight that another device measured too, and one value that cannot be true."""
    watch = "watch:Watch6.1-1a2b3c4d"
    return [
        steps([900, 90], source=watch),
        *({**measure, "source": watch} for measure in _measures()),
    ]


every_page = pytest.mark.parametrize(
    "open_page",
    [
        _open_sign_in,
        _open_refused_sign_in,
        _open_resident,
        _open_my_data,
        _open_day,
        _open_use_points,
        _open_draws,
        _open_staff,
    ],
)


@every_page
async def test_nothing_stands_in_the_way_of_a_screen_reader_or_of_weak_eyes(
    town: Town, phone: Page, open_page: Open
) -> None:
    await open_page(town, phone)
    for language in ("ja", "en"):
        await expect(phone.locator("html")).to_have_attribute("lang", language)
        await expect(phone.get_by_role("heading", level=1)).to_have_count(1)
        await phone.evaluate(AXE.read_text())
        report = await phone.evaluate(RUN_AXE)
        # Contrast of 4.5:1 and labels of fields are rules of axe; we only make sure that it looked.
        assert {"color-contrast", "html-has-lang", "button-name"} <= set(report["passed"])
        assert report["violations"] == []
        await switch_language(phone)


async def test_nothing_stands_in_the_way_of_answering_the_question_of_deletion(
    town: Town, phone: Page
) -> None:
    await _open_question_of_deletion(town, phone)
    await expect(phone.get_by_test_id("delete-yes")).to_be_in_viewport()
    await phone.evaluate(AXE.read_text())
    assert (await phone.evaluate(RUN_AXE))["violations"] == []
    await enlarge_text(phone)
    assert await phone.evaluate(WIDER_THAN_THE_SCREEN) == []
    await phone.get_by_test_id("delete-yes").scroll_into_view_if_needed()
    await expect(phone.get_by_test_id("delete-yes")).to_be_in_viewport()


@every_page
async def test_text_twice_as_large_needs_no_scrolling_to_the_side(
    town: Town, phone: Page, open_page: Open
) -> None:
    await open_page(town, phone)
    await enlarge_text(phone)
    size = await phone.evaluate("getComputedStyle(document.documentElement).fontSize")
    assert size == "36px"
    for _ in ("ja", "en"):
        assert await phone.evaluate(WIDER_THAN_THE_SCREEN) == []
        assert await phone.evaluate("document.documentElement.scrollWidth <= screen.width")
        await switch_language(phone)


@every_page
async def test_the_keyboard_reaches_everything_and_shows_where_it_is(
    town: Town, desk: Page, open_page: Open
) -> None:
    await open_page(town, desk)
    # One press more than there are stops: after the last one the browser's own bar has its turn. Counted at each press,
    # for a part of the page may still come.
    presses = 0
    while presses <= await desk.evaluate(f"({FOCUSABLE})().length"):
        presses += 1
        await desk.keyboard.press("Tab")
        assert await desk.evaluate(REACH) == "visible"
    assert await desk.evaluate(NOT_REACHED) == []


async def test_who_is_lost_finds_the_way_back_in_either_language(
    phone_with_complaints: Page,
) -> None:
    phone = phone_with_complaints  # Its browser notes the answer of 404.
    answer = await phone.goto("/nothing-here")
    assert answer is not None
    assert answer.status == 404
    await expect(phone.get_by_role("heading", level=1)).to_have_text("ページが見つかりません")
    await phone.evaluate(AXE.read_text())
    assert (await phone.evaluate(RUN_AXE))["violations"] == []
    await enlarge_text(phone)
    assert await phone.evaluate(WIDER_THAN_THE_SCREEN) == []
    for name in ("最初の画面へ", "To the first page"):
        await phone.goto("/nothing-here")
        await phone.get_by_role("link", name=name).click()
        await phone.wait_for_url("**/")
