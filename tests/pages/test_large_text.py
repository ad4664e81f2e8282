"""With text of twice the size no number is broken over two lines, and nothing is wider than the screen."""

from datetime import timedelta
from typing import Final

import pytest
from playwright.async_api import Page, expect

from tests.pages.test_day import PHONE, open_day
from tests.pages.visits import enlarge_text, sign_in, switch_language
from tests.town import NOON, Town, local_morning, steps
from wellness_api.identity.accounts.enrolment import print_code

BROKEN_NUMBERS: Final = """
() => {
  const broken = [];
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let text = texts.nextNode(); text; text = texts.nextNode()) {
    for (const number of text.data.matchAll(/[0-9][0-9,.:]*[0-9]/g)) {
      const range = document.createRange();
      range.setStart(text, number.index);
      range.setEnd(text, number.index + number[0].length);
      const lines = new Set([...range.getClientRects()].map((box) => Math.round(box.top)));
      if (lines.size > 1) broken.push(number[0]);
    }
  }
  return broken;
}
"""
CUT_OFF: Final = """
() => [...document.querySelectorAll("main *")]
  .filter((element) => element.getClientRects().length > 0)
  .filter((element) => !element.closest("thead, .for-screen-readers"))  // Told, and not seen.
  .filter((element) => element.getBoundingClientRect().right > document.documentElement.clientWidth + 1)
  .map((element) => element.textContent)
"""


@pytest.mark.parametrize("width", [360, 1280])
@pytest.mark.parametrize("is_large", [False, True])
async def test_the_lines_of_the_week_are_of_one_form(
    town: Town, desk: Page, width: int, *, is_large: bool
) -> None:
    await town.put_in_force()
    hanako = await town.resident()
    for days_ago, amount in enumerate((11_700, 2_000, 300, 8_400, 10_000, 700, 5_400)):
        morning = local_morning(NOON.date() - timedelta(days=days_ago))
        await town.upload(hanako, steps([amount // 100] * 100, start=morning))
    await town.settle()
    await desk.set_viewport_size({"width": width, "height": 4000})
    await sign_in(desk, await print_code(town.owner, hanako.principal_id, now=town.clock()))
    await expect(desk.locator(".week")).to_contain_text("11,700")
    if is_large:
        await enlarge_text(desk)
    for language in ("ja", "en"):
        if language == "en":
            await switch_language(desk)
        lines = await desk.locator(".week li:has(.week-points:not(:empty))").all()
        boxes = [await line.bounding_box() for line in lines]
        assert len({round(box["height"]) for box in boxes if box}) == 1, language


@pytest.mark.parametrize("width", [360, 1280])
async def test_numbers_of_large_text_stay_whole(town: Town, desk: Page, width: int) -> None:
    await town.put_in_force()
    hanako = await town.resident()
    await town.upload(
        hanako,
        steps([220] * 77, source=PHONE),
        steps([80] * 30, source="phone:b", start=NOON - timedelta(hours=3)),
    )
    await town.settle()
    await desk.set_viewport_size({"width": width, "height": 4000})
    await open_day(town, desk, hanako)
    day = desk.url
    for language in ("ja", "en"):
        if language == "en":
            await switch_language(desk)
        for address in (day, day.split("/day")[0] + "/"):
            await desk.goto(address)
            await expect(desk.locator("main")).to_contain_text("19,340")
            await enlarge_text(desk)
            for details in await desk.locator("details").all():
                await details.evaluate("details => { details.open = true; }")
            assert await desk.evaluate(BROKEN_NUMBERS) == []
            assert await desk.evaluate(CUT_OFF) == []
