"""Visits to the pages: how a device is set up, how one signs in, and what a page must not do meanwhile."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any, Final
from urllib.parse import urlsplit

from playwright.async_api import Browser, ConsoleMessage, Page, Request, expect

from tests.town import Person, Town
from wellness_api.identity.accounts.enrolment import print_code

PHONE: Final[Mapping[str, Any]] = {
    "viewport": {"width": 390, "height": 844},
    "has_touch": True,
    "is_mobile": True,
}
DESK: Final[Mapping[str, Any]] = {"viewport": {"width": 1280, "height": 860}}


TEXT_TWICE_AS_LARGE: Final = {"fontSizes": {"standard": 32, "fixed": 26}}


async def enlarge_text(page: Page) -> None:
    """Sets the browser's text to twice its size, as people with weak eyes do; the page's own styles stay."""
    devtools = await page.context.new_cdp_session(page)
    await devtools.send("Page.setFontSizes", TEXT_TWICE_AS_LARGE)


class Watch:
    """Listens to all that a page does; `complaints` has every error, policy violation and request that left."""

    def __init__(self, page: Page, base_url: str) -> None:
        self.complaints: list[str] = []
        self.requests: list[str] = []
        self._host = urlsplit(base_url).netloc
        page.on("console", self._heard)
        page.on("pageerror", lambda error: self.complaints.append(f"error: {error}"))
        page.on("request", self._asked)
        page.on("websocket", lambda socket: self.complaints.append(f"left: {socket.url}"))

    def _heard(self, message: ConsoleMessage) -> None:
        # Chromium notes each answer of 401 as an error; to someone not signed in it is the right answer.
        if message.type == "error" and "status of 401" not in message.text:
            self.complaints.append(f"{message.type}: {message.text}")

    def _asked(self, request: Request) -> None:
        self.requests.append(request.url)
        address = urlsplit(request.url)
        if address.scheme not in {"blob", "data"} and address.netloc != self._host:
            self.complaints.append(f"left: {request.url}")


@asynccontextmanager
async def open_visit(
    browser: Browser, base_url: str, device: Mapping[str, Any]
) -> AsyncIterator[Page]:
    """A page of a device that has never been here, set to Japan."""
    context = await browser.new_context(
        base_url=base_url,
        locale="ja-JP",
        timezone_id="Asia/Tokyo",
        reduced_motion="reduce",
        **device,
    )
    try:
        yield await context.new_page()
    finally:
        await context.close()


async def sign_in(page: Page, code: str) -> None:
    """Types the code as it stands on the paper."""
    await page.goto("/")
    await page.get_by_test_id("sign-in-code").fill(code)
    await page.get_by_test_id("sign-in-button").click()


async def switch_language(page: Page) -> None:
    """Turns to the other language, and waits until its words have come."""
    button = page.get_by_test_id("language-switch")
    to = await button.get_attribute("lang")
    assert to is not None, "the button says which language it turns to"
    await button.click()
    await expect(page.locator("html")).to_have_attribute("lang", to)


async def open_my_data(town: Town, page: Page, person: Person) -> None:
    """Signs the resident in, who then goes from the day to the page of data."""
    await sign_in(page, await print_code(town.owner, person.principal_id, now=town.clock()))
    await page.get_by_test_id("to-my-data").click()
    await expect(page.get_by_role("heading", level=1)).to_have_text("わたしのデータ")
    await expect(page.get_by_test_id("import")).to_be_visible()


async def show_on_map(page: Page, indicator: str) -> None:
    """Chooses an indicator by its code and waits until the map has nothing left to draw."""
    select = page.get_by_test_id("indicator-select")
    name = await select.locator(f"option[value={indicator}]").text_content()
    await select.select_option(indicator)
    # The table names its indicator: until it does, the map is still the one before.
    await page.locator("caption", has_text=name).wait_for()
    await page.locator("[data-testid=map][aria-busy=false] canvas").wait_for()
