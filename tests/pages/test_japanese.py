"""On a page in Japanese there is no sentence in English, whatever goes wrong."""

import re
from collections.abc import AsyncIterator, Sequence
from datetime import timedelta
from typing import Final

import msgspec
import pytest
from playwright.async_api import Browser, Locator, Page, Route, expect

from tests.pages.conftest import WAIT_MS
from tests.pages.neighbourhoods import settle_neighbourhoods
from tests.pages.visits import DESK, open_visit, sign_in
from tests.town import Person, Town
from tests.wellness_api.rewards.redemptions.shop import offer, redeem, rich_resident
from wellness_api.identity.accounts.enrolment import print_code

ENGLISH: Final = re.compile(r"[A-Za-z]['’A-Za-z]*(?:[ ,.;:]+[A-Za-z]['’A-Za-z]*){2,}")
"""Three words of Latin letters in a row."""

TEXTS: Final = """() => {
    const own = element => !element.closest('code, script, style, noscript, [lang=en], [translate=no]');
    const read = [document.title];
    for (const element of document.querySelectorAll('body, body *')) {
        if (!own(element)) continue;
        for (const name of ['aria-label', 'title', 'placeholder', 'alt', 'aria-description'])
            read.push(element.getAttribute(name) ?? '');
        for (const node of element.childNodes)
            if (node.nodeType === Node.TEXT_NODE) read.push(node.textContent);
        // The browser's own words, in the language of its menus, unless the page says it itself.
        if (element.form && !element.form.noValidate) read.push(element.validationMessage ?? '');
    }
    return read;
}"""


async def assert_japanese(page: Page) -> None:
    english_texts = [text for text in await page.evaluate(TEXTS) if ENGLISH.search(text)]
    assert english_texts == []


async def _said(page: Page, where: Locator) -> None:
    """Waits until something is said there, and reads the whole page."""
    await expect(where.first).to_have_text(re.compile(r"\S"))
    await assert_japanese(page)


async def _code(town: Town, person: Person) -> str:
    return await print_code(town.owner, person.principal_id, now=town.clock())


@pytest.fixture
async def desk_with_complaints(browser: Browser, town: Town) -> AsyncIterator[Page]:
    async with open_visit(browser, town.base_url, DESK) as page:
        page.set_default_timeout(WAIT_MS)
        yield page


async def _send(page: Page, card: str, field: str, texts: Sequence[str]) -> None:
    """Types each into the card's field, sends it, and reads what is said to that."""
    for text in texts:
        await page.locator(field).fill(text)
        await page.locator(field).press("Enter")
        await _said(page, page.locator(card).locator("[role=alert]:not(:empty)"))


async def test_the_sign_in_page_says_everything_in_japanese(
    town: Town, phone_with_complaints: Page
) -> None:
    phone = phone_with_complaints
    await phone.goto("/")
    await _send(phone, "main", "#code", ["", "ＡＡＡＡ－ＡＡＡＡ－ＡＡＡＡ", "x" * 5_000])


async def test_the_residents_pages_say_everything_in_japanese(
    town: Town, phone_with_complaints: Page
) -> None:
    phone = phone_with_complaints
    await town.put_in_force()
    await offer(town, "municipal_points")
    await offer(town, "voucher_code", codes=["A-1"])
    hanako, taro = await rich_resident(town), await rich_resident(town)
    await redeem(town, hanako, "municipal-points", account="12-34")
    await sign_in(phone, await _code(town, hanako))
    await expect(phone.get_by_test_id("entry").first).to_be_visible()
    await assert_japanese(phone)
    await _send(phone, "[data-testid=class-code]", "#class-code", ["", "1234", "9" * 40])
    await _send(phone, "[data-testid=team]", "#team-code", ["", "AAAA", "A" * 70])
    await phone.goto("/my-data")
    await expect(phone.get_by_test_id("import")).to_be_visible()
    for name, content in (("x.txt", b"x"), ("x.fit", b"no fit file"), ("x.zip", b"")):
        await phone.get_by_test_id("import-input").set_input_files(
            {"name": name, "mimeType": "application/octet-stream", "buffer": content}
        )
        await _said(phone, phone.get_by_test_id("import").locator(".trouble:not(:empty)"))
    await phone.goto("/use-points")
    await (
        phone.get_by_test_id("offer").filter(has_text="voucher_code").get_by_role("button").click()
    )
    await redeem(town, taro, "voucher-code")
    await phone.get_by_test_id("redeem-yes").click()
    await _said(phone, phone.get_by_test_id("redeem-dialog").get_by_role("alert"))
    await phone.goto("/draws")
    await expect(phone.get_by_role("heading", level=1)).to_be_visible()
    await assert_japanese(phone)


async def test_the_staffs_page_says_everything_in_japanese(
    town: Town, desk_with_complaints: Page
) -> None:
    desk = desk_with_complaints
    await town.put_in_force()
    await offer(town, "shop_points")
    await redeem(town, await rich_resident(town), "shop-points")
    town.clock.advance(timedelta(days=1))
    officer = await town.staff("programme_officer")
    await sign_in(desk, await _code(town, officer))
    await _said(desk, desk.get_by_role("alert"))  # No zones, so nothing is worked out.
    await settle_neighbourhoods(town)
    await desk.reload()
    await desk.locator("[data-testid=map][aria-busy=false] canvas").wait_for()
    await assert_japanese(desk)
    await desk.get_by_test_id("pickup-code").fill("Ａ" * 60)
    await desk.get_by_test_id("pickup-look").click()
    await _said(desk, desk.locator(".rewards [role=alert]:not(:empty)"))
    await desk.get_by_test_id("settle-to").fill("2027-01-01")
    await desk.get_by_test_id("settle").click()
    await _said(desk, desk.get_by_test_id("partner").get_by_role("alert"))


async def test_a_fault_of_the_server_is_said_in_japanese(
    town: Town, phone_with_complaints: Page
) -> None:
    phone = phone_with_complaints
    await town.put_in_force()
    hanako = await town.resident()
    await sign_in(phone, await _code(town, hanako))
    await expect(phone.get_by_test_id("entries")).to_be_visible()
    await town.owner.execute("ALTER TABLE rewards.reward_item RENAME TO reward_item_gone")
    await phone.goto("/use-points")
    await phone.get_by_role("alert").wait_for()  # The log takes its time over the trace.
    await _said(phone, phone.get_by_role("alert"))


@pytest.mark.parametrize("status", [400, 409, 418, 429, 500, 503])
async def test_a_problem_that_the_page_does_not_know_is_said_in_japanese_with_its_code(
    town: Town, phone_with_complaints: Page, status: int
) -> None:
    phone = phone_with_complaints

    async def of_a_newer_server(route: Route) -> None:
        detail = "This sentence is in English and made for developers."
        problem = {"type": "urn:wellness:of_tomorrow", "title": detail, "detail": detail}
        await route.fulfill(
            status=status,
            content_type="application/problem+json",
            body=msgspec.json.encode(problem | {"status": status}).decode(),
        )

    await phone.route("**/v1/sessions", of_a_newer_server)
    await phone.goto("/")
    await phone.get_by_test_id("sign-in-code").fill("AAAA-AAAA-AAAA")
    await phone.get_by_test_id("sign-in-button").click()
    await _said(phone, phone.locator("#sign-in-error"))
    if status < 500:
        await expect(phone.locator("#sign-in-error")).to_contain_text(f"({status} of_tomorrow)")
