"""Pictures of the pages, for README and docs: `./run screenshots`."""

import asyncio
import sys
from base64 import b64encode
from collections.abc import Mapping
from pathlib import Path
from typing import Final

import msgspec
from playwright.async_api import Browser, Page, async_playwright, expect

from tests.chromium import LAUNCH_ARGUMENTS, chromium_path
from tests.pages.visits import DESK, PHONE, open_visit, show_on_map, sign_in, switch_language
from tests.processes import ROOT, own_var_dir, start

SHARP: Final = {"device_scale_factor": 2}
HERO: Final = {"viewport": {"width": 1600, "height": 900}}
HERO_PAGE: Final = Path(__file__).with_name("hero.html")
INDICATOR: Final = "mean_steps"
PICTURES: Final = ROOT / "docs" / "pictures"
DEMO: Final = ("demo", "--residents", "600", "--days", "35")
DEMO_SECONDS_MAX: Final = 180


class Access(msgspec.Struct):
    """How one of the people of a city signs in."""

    sign_in_code: str


class AccessFile(msgspec.Struct):
    """Whose eyes the pages are seen with."""

    resident: Access
    health_staff: Access
    programme_officer: Access

    def codes(self) -> dict[str, str]:
        """Each one's code, by role."""
        return {role: getattr(self, role).sign_in_code for role in self.__struct_fields__}


async def take_screenshots(base_url: str, codes: Mapping[str, str], folder: Path) -> list[Path]:
    """Signs in with each role's code and writes the pictures; each code is used once."""
    folder.mkdir(parents=True, exist_ok=True)
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=chromium_path(), args=LAUNCH_ARGUMENTS
        )
        pictures = [
            *await _of_resident(browser, base_url, codes["resident"], folder),
            await _of_needs_map(browser, base_url, codes["health_staff"], folder),
            await _of_programmes(browser, base_url, codes["programme_officer"], folder),
        ]
        pictures.append(await _hero(browser, folder))
        await browser.close()
    return pictures


async def _of_resident(browser: Browser, base_url: str, code: str, folder: Path) -> list[Path]:
    async with open_visit(browser, base_url, PHONE | SHARP) as page:
        await page.goto("/")
        await expect(page.get_by_test_id("sign-in-code")).to_be_focused()
        welcome = await _take(page, folder / "sign-in.png")
        await sign_in(page, code)
        await expect(page.get_by_test_id("steps-today")).to_be_visible()
        await expect(page.get_by_test_id("entry").first).to_be_visible()
        japanese = await _take(page, folder / "resident.png")
        my_data = await _of_my_data(page, folder)
        await switch_language(page)
        await page.reload()  # The language stays, the trace of the finger does not.
        await expect(page.get_by_role("heading", level=1)).to_contain_text("Today")
        await expect(page.get_by_test_id("entry").first).to_be_visible()
        return [welcome, japanese, my_data, await _take(page, folder / "resident-en.png")]


async def _of_my_data(page: Page, folder: Path) -> Path:
    await page.goto("/my-data")
    await expect(page.get_by_test_id("take-along")).to_be_visible()
    picture = await _take(page, folder / "my-data.png")
    await page.goto("/")
    return picture


async def _of_needs_map(browser: Browser, base_url: str, code: str, folder: Path) -> Path:
    async with open_visit(browser, base_url, DESK) as page:
        await sign_in(page, code)
        await show_on_map(page, INDICATOR)
        return await _take(page, folder / "needs-map.png")


async def _of_programmes(browser: Browser, base_url: str, code: str, folder: Path) -> Path:
    async with open_visit(browser, base_url, DESK) as page:
        await sign_in(page, code)
        await show_on_map(page, INDICATOR)
        await page.get_by_test_id("programme").first.wait_for()
        await page.add_style_tag(content=".programmes { padding: 0 24px 24px }")
        path = folder / "programmes.png"
        await page.locator(".programmes").screenshot(path=path)
        return path


async def _hero(browser: Browser, folder: Path) -> Path:
    """The phone beside the map, from the pictures taken before."""
    html = HERO_PAGE.read_text(encoding="utf-8")
    for name in ("resident", "needs-map"):
        encoded = b64encode((folder / f"{name}.png").read_bytes()).decode()
        html = html.replace(f"{name}.png", f"data:image/png;base64,{encoded}")
    async with open_visit(browser, "about:blank", HERO) as page:
        await page.set_content(html)
        return await _take(page, folder / "hero.png")


async def _take(page: Page, path: Path) -> Path:
    await page.evaluate("document.fonts.ready")
    await page.screenshot(path=path, animations="disabled", caret="hide")
    return path


def main() -> None:
    """Takes the pictures of a demo of its own, which is gone afterwards, and names the files."""
    with own_var_dir() as var_dir, start(DEMO, var_dir=var_dir) as demo:
        demo.wait_for("Ctrl-C ends the demo", seconds_max=DEMO_SECONDS_MAX)
        access = msgspec.json.decode(
            (var_dir / "demo" / "access.json").read_bytes(), type=AccessFile
        )
        for picture in asyncio.run(take_screenshots(demo.base_url, access.codes(), PICTURES)):
            sys.stdout.write(f"{picture.relative_to(ROOT)}\n")


if __name__ == "__main__":
    main()
