"""A page loads the words of its own and of the language on show, and no others."""

import re
from collections import Counter

from playwright.async_api import Page, Route, expect

from tests.pages.visits import Watch, sign_in, switch_language
from tests.town import Town
from wellness_api.checkout.page_words import page_words
from wellness_api.identity.accounts.enrolment import print_code
from wellness_api.words.speaking import FIRST

WORDS = re.compile(rf"/assets/({'|'.join(page_words(FIRST))})-[\w-]+\.js$")


def _words_of(requests: list[str]) -> Counter[str]:
    return Counter(match[1] for url in requests if (match := WORDS.search(url)))


async def _signed_in(town: Town, phone: Page) -> None:
    hanako = await town.resident()
    await sign_in(phone, await print_code(town.owner, hanako.principal_id, now=town.clock()))
    await expect(phone.get_by_test_id("entries")).to_be_visible()


async def test_a_resident_loads_the_words_of_the_day_in_one_language(
    town: Town, phone: Page
) -> None:
    watch = Watch(phone, town.base_url)
    await _signed_in(town, phone)
    assert _words_of(watch.requests) == {"frame": 1, "resident": 1}
    await switch_language(phone)
    await expect(phone.get_by_role("heading", level=1)).to_contain_text("Today")
    assert _words_of(watch.requests) == {"frame": 2, "resident": 2}


async def test_without_a_connection_the_page_stays_in_its_language(
    town: Town, phone_with_complaints: Page
) -> None:
    phone = phone_with_complaints
    await _signed_in(town, phone)

    async def lost(route: Route) -> None:
        await route.abort()

    await phone.route(WORDS, lost)
    await phone.get_by_test_id("language-switch").click()
    await expect(phone.locator("html")).to_have_attribute("lang", "ja")
    await expect(phone.get_by_role("heading", level=1)).to_contain_text("今日")
