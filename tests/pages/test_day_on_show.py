"""How the page of a day shows what it says: digits and units, live figures, points, and where things stand."""

from datetime import timedelta

import pytest
from playwright.async_api import Page, expect

from tests.pages.test_day import WATCH, open_day
from tests.pages.visits import enlarge_text, switch_language
from tests.town import NOON, Town, local_morning, steps

TODAY = NOON.date()
YESTERDAY = TODAY - timedelta(days=1)


async def test_a_figure_has_the_digits_and_the_unit_that_it_has_at_home(
    town: Town, phone: Page
) -> None:
    hanako = await town.resident()
    evening = local_morning(TODAY) - timedelta(hours=7)
    hour = {"lengths_ms": 3_600_000, "times_ms": steps([0])["times_ms"], "source": WATCH}
    await town.upload(
        hanako,
        {"metric": "distance_walked", "values": [1234.6], **hour},
        steps([71, 72, 72], source=WATCH) | {"metric": "heart_rate"},
        steps([1] * 433, start=evening, source=WATCH) | {"metric": "sleep_minutes"},
    )
    await town.settle()
    await open_day(town, phone, hanako)
    others = phone.get_by_test_id("other-figures").locator("summary strong")
    await expect(others).to_have_text(["72回/分", "1.2km", "6時間13分"])
    for summary in await phone.get_by_test_id("other-figures").locator("summary").all():
        if await summary.locator("strong").count():
            await summary.click()
    await expect(phone.get_by_test_id("figure-distance_walked")).to_contain_text("1.2km (1,235m)")
    sleep = phone.get_by_test_id("figure-sleep_minutes")
    await expect(sleep).to_contain_text("6時間13分 (373分)")
    await expect(sleep).to_contain_text("前の日の夕方6時からの一晩")
    await phone.get_by_test_id("back-to-today").click()
    home = phone.get_by_test_id("measure")
    await expect(home.filter(has_text="心拍数")).to_contain_text("72 回/分")
    await expect(home.filter(has_text="距離")).to_contain_text("1.2 km")
    await expect(home.filter(has_text="睡眠")).to_contain_text("7時間13分")


async def test_the_day_follows_what_arrives_and_says_its_points_and_why(
    town: Town, phone: Page
) -> None:
    await town.put_in_force()
    hanako = await town.resident()
    await open_day(town, phone, hanako)
    await expect(phone.get_by_test_id("steps-of-day")).to_contain_text("歩数は届いていません")
    points = phone.get_by_test_id("points-of-day")
    await expect(points).to_contain_text("この日のポイントは、まだありません")
    await town.upload(hanako, steps([100] * 45, source=WATCH))
    await town.settle()
    await expect(phone.get_by_test_id("figure-steps")).to_contain_text("4,500歩")
    await expect(points).to_contain_text("2ポイント")
    await expect(points.get_by_test_id("reason-of-day")).to_contain_text("4,500歩")
    await expect(phone.get_by_test_id("day-state")).to_have_count(0)
    await phone.get_by_test_id("day-before").click()
    await expect(points).to_contain_text("0ポイント")


async def _hours(page: Page) -> dict[str, int]:
    """Where each hour stands, in percent of the day's drawing; none over another one."""
    drawing = await page.get_by_test_id("drawing").locator("svg").first.bounding_box()
    assert drawing
    places = {}
    end = 0.0
    for label in await page.locator(".at-hour:visible").all():
        box = await label.bounding_box()
        assert box
        assert box["x"] >= end
        end = box["x"] + box["width"]
        middle = box["x"] + box["width"] / 2 - drawing["x"]
        places[await label.inner_text()] = round(100 * middle / drawing["width"])
    return places


@pytest.mark.parametrize("is_large", [False, True], ids=["usual", "large"])
async def test_each_hour_stands_below_its_place_in_the_drawing(
    town: Town, phone: Page, *, is_large: bool
) -> None:
    hanako = await town.resident()
    await town.upload(hanako, steps([100] * 30, source=WATCH))
    await phone.set_viewport_size({"width": 360, "height": 780})
    await open_day(town, phone, hanako)
    if is_large:
        await enlarge_text(phone)
        await expect(phone.locator(".at-hour").nth(1)).to_be_hidden()
    for noon, morning in (("12時", "6時"), ("12h", "6h")):
        places = await _hours(phone)
        assert places[noon] == 50
        assert places.get(morning, 25) == 25
        assert (morning in places) != is_large
        await switch_language(phone)


async def test_the_way_to_the_day_after_stands_beside_that_to_the_day_before(
    town: Town, phone: Page
) -> None:
    await phone.set_viewport_size({"width": 360, "height": 780})
    await open_day(town, phone, await town.resident(), str(YESTERDAY))
    await switch_language(phone)
    before = await phone.get_by_test_id("day-before").bounding_box()
    after = await phone.get_by_test_id("day-after").bounding_box()
    assert before
    assert after
    assert before["y"] == after["y"]
