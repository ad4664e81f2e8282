"""A real browser before a real town: one browser per test process, a fresh visit per test."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from playwright.async_api import Browser, Page, async_playwright

from tests.chromium import LAUNCH_ARGUMENTS, chromium_path
from tests.pages.visits import DESK, PHONE, Watch, open_visit
from tests.town import Town

WAIT_MS = 20_000
"""Long, because it is only ever waited for in full by a test that fails."""


@pytest.fixture(scope="session")
async def browser() -> AsyncIterator[Browser]:
    async with async_playwright() as playwright:
        launched = await playwright.chromium.launch(
            executable_path=chromium_path(), args=LAUNCH_ARGUMENTS
        )
        yield launched
        await launched.close()


@asynccontextmanager
async def _watched(browser: Browser, town: Town, device: dict[str, object]) -> AsyncIterator[Page]:
    async with open_visit(browser, town.base_url, device) as page:
        page.set_default_timeout(WAIT_MS)
        watch = Watch(page, town.base_url)
        yield page
    assert watch.complaints == [], "a page must neither complain nor ask anyone but its own server"


@pytest.fixture
async def phone(browser: Browser, town: Town) -> AsyncIterator[Page]:
    """A resident's phone."""
    async with _watched(browser, town, PHONE) as page:
        yield page


@pytest.fixture
async def phone_with_complaints(browser: Browser, town: Town) -> AsyncIterator[Page]:
    """A phone of which it is not asked that its browser has nothing to complain about."""
    async with open_visit(browser, town.base_url, PHONE) as page:
        page.set_default_timeout(WAIT_MS)
        yield page


@pytest.fixture
async def desk(browser: Browser, town: Town) -> AsyncIterator[Page]:
    """A screen at the city hall."""
    async with _watched(browser, town, DESK) as page:
        yield page
