"""What staff see at the city hall."""

import re
from typing import Literal

import pytest
from playwright.async_api import Page, expect

from tests.pages.neighbourhoods import HIDDEN, settle_neighbourhoods
from tests.pages.pictures import pixels_of
from tests.pages.visits import Watch, enlarge_text, show_on_map, sign_in, switch_language
from tests.town import Town, steps
from wellness_api.identity.accounts.enrolment import print_code

pytestmark = pytest.mark.long

PIXELS_OF_A_ZONE_MIN = 100
COLOURS = "swatches => swatches.map(swatch => getComputedStyle(swatch).backgroundColor)"


async def _sign_in(
    town: Town, page: Page, role: Literal["health_staff", "programme_officer"]
) -> None:
    person = await town.staff(role)
    await sign_in(page, await print_code(town.owner, person.principal_id, now=town.clock()))


async def _open_needs_map(town: Town, page: Page) -> None:
    await settle_neighbourhoods(town)
    await _sign_in(town, page, "health_staff")
    await show_on_map(page, "mean_steps")


async def test_the_needs_map_is_drawn_in_the_colours_of_its_legend(town: Town, desk: Page) -> None:
    await _open_needs_map(town, desk)
    colours = await desk.locator(".legend .swatch:not(.hidden)").evaluate_all(COLOURS)
    zones_shown = await desk.locator("tbody .swatch:not(.hidden)").evaluate_all(COLOURS)
    valued = set(colours) & set(zones_shown)
    assert len(valued) > 1
    pixels = await pixels_of(desk, await desk.locator("[data-testid=map] canvas").screenshot())
    for colour in valued:
        assert pixels[colour] > PIXELS_OF_A_ZONE_MIN, f"{colour} is missing on the map"


async def test_the_table_has_every_zone_with_the_greatest_need_first(
    town: Town, desk: Page
) -> None:
    await _open_needs_map(town, desk)
    rows = desk.get_by_test_id("indicator-table").locator("tbody tr")
    await expect(rows).to_have_count(12)
    # 24 people with 4,320 steps and 30 with 7,200, rounded to 5 people and 1,000 steps.
    await expect(rows.nth(0)).to_have_text("富丘4,0004,000〜5,000ほかの地区より悪い25")
    await expect(rows.nth(2)).to_have_text("東山7,0007,000〜8,000ほかの地区より良い30")


async def test_a_zone_of_few_people_is_shown_as_hidden_without_any_figure(
    town: Town, desk: Page
) -> None:
    await _open_needs_map(town, desk)
    table = desk.get_by_test_id("indicator-table")
    nunobe = table.locator("[data-zone=nunobe]")
    await expect(nunobe).to_have_text("布部対象が20人未満のため非表示")
    await expect(table.locator("[data-zone=goryo]")).to_contain_text("逆算されないよう非表示")
    await expect(desk.locator(".map-label", has_text="布部")).to_have_text("布部非表示")

    answers = [
        (await (await desk.request.get(f"/v1/indicators/{code}")).json())["cells"]
        for code in ("mean_steps", "participation", "below_target")
    ]
    for cell in (cell for cells in answers for cell in cells if cell["zone"] in HIDDEN):
        assert (cell["value"], cell["count"], cell["denominator"]) == (None, None, None)
    assert "2,340" not in await desk.content()

    await show_on_map(desk, "participation")
    await expect(nunobe).to_have_text("布部当てはまる人が20人未満のため非表示")


async def test_a_share_of_all_but_a_few_says_that_it_is_they_who_are_few(
    town: Town, desk: Page
) -> None:
    await settle_neighbourhoods(town)
    await town.owner.execute(
        "UPDATE indicators.cell SET status = 'primary_rest', value = NULL, lower = NULL, upper = NULL,"
        " count = NULL, denominator = NULL, comparison = NULL WHERE indicator = 'below_target' AND zone = 'tomioka'"
    )
    await _sign_in(town, desk, "health_staff")
    await show_on_map(desk, "below_target")
    tomioka = desk.get_by_test_id("indicator-table").locator("[data-zone=tomioka]")
    await expect(tomioka).to_have_text("富丘当てはまらない人が20人未満のため非表示")


async def test_another_indicator_brings_another_legend_and_another_table(
    town: Town, desk: Page
) -> None:
    await _open_needs_map(town, desk)
    legend = desk.locator(".legend")
    await expect(legend).to_contain_text("平均歩数")
    await show_on_map(desk, "participation")
    await expect(legend).to_contain_text("参加率 (%): 高いほど良い")
    await expect(desk.get_by_test_id("indicator-table").locator("caption")).to_have_text(
        "地区ごとの参加率"
    )


async def test_choosing_a_zone_in_the_table_marks_it_on_the_map(town: Town, desk: Page) -> None:
    await _open_needs_map(town, desk)
    row = desk.get_by_test_id("indicator-table").locator("[data-zone=rokugo]")
    await row.get_by_role("button").click()
    await expect(row.get_by_role("button")).to_have_attribute("aria-pressed", "true")
    await expect(desk.locator(".map-label.selected")).to_contain_text("麓郷")


async def test_the_map_is_drawn_without_asking_any_server_but_our_own(
    town: Town, desk: Page
) -> None:
    watch = Watch(desk, town.base_url)
    await _open_needs_map(town, desk)
    assert any("maplibre" in url for url in watch.requests)
    assert watch.complaints == []


async def test_the_programme_officer_reads_each_rule_in_words_and_what_was_given(
    town: Town, desk: Page
) -> None:
    await town.put_in_force()
    await settle_neighbourhoods(town)
    await _sign_in(town, desk, "programme_officer")
    programme = desk.get_by_test_id("programme")
    await expect(programme.get_by_role("heading", level=3)).to_contain_text("ウォーキングポイント")
    await expect(programme).to_contain_text("2,000歩")
    # 30 residents with 3 points, 50 with 2 and 30 with 1.
    await expect(programme).to_contain_text("出したポイント220")
    await expect(programme).to_contain_text("もらった住民110人")
    await expect(programme.get_by_test_id("trust").get_by_role("listitem")).to_have_text(
        [
            "手入力の記録はポイントの対象外",
            "ファイルから読み込んだ記録は14日後から、1日に10,000歩まで対象",
        ]
    )


async def test_health_staff_see_the_needs_but_not_the_programmes(town: Town, desk: Page) -> None:
    await _open_needs_map(town, desk)
    await expect(desk.get_by_test_id("programme")).to_have_count(0)
    assert desk.url.endswith("/staff")


async def test_only_zones_that_differ_from_the_rest_are_coloured_and_each_says_so_in_words(
    town: Town, desk: Page
) -> None:
    await _open_needs_map(town, desk)
    table = desk.get_by_test_id("indicator-table")
    said = {
        zone: await table.locator(f"[data-zone={zone}] .beside").text_content()
        for zone in ("tomioka", "rokugo", "higashiyama")
    }
    assert said == {
        "tomioka": "ほかの地区より悪い",
        "rokugo": "差があるとは言えない",
        "higashiyama": "ほかの地区より良い",
    }
    looks = await table.locator("tbody .swatch").evaluate_all(
        "swatches => swatches.map(swatch => swatch.className)"
    )
    assert looks.count("swatch worse") == looks.count("swatch better") == 1
    await expect(desk.locator(".legend li")).to_have_count(5)


async def test_a_zone_where_nobody_walks_is_a_dash_with_its_reason(town: Town, desk: Page) -> None:
    await _open_needs_map(town, desk)
    ochiai = desk.get_by_test_id("indicator-table").locator("[data-zone=yamabe]")
    await expect(ochiai).to_have_text("山部– データのある人がいません")
    await expect(desk.locator(".map-label", has_text="山部")).to_have_text("山部–")


async def test_the_map_and_its_table_are_on_the_printed_page(town: Town, desk: Page) -> None:
    await _open_needs_map(town, desk)
    await desk.emulate_media(media="print")
    paper = desk.get_by_test_id("paper-map")
    await expect(paper).to_be_visible()
    await expect(desk.locator("canvas")).to_be_hidden()
    await expect(desk.get_by_test_id("indicator-select")).to_be_hidden()
    await expect(desk.get_by_role("heading", level=2, name="平均歩数 (歩/日)")).to_be_visible()
    await expect(paper.locator("path.outline")).to_have_count(12)
    for words in ("富丘4,000", "麓郷5,000", "布部非表示", "山部–"):
        await expect(paper.locator("text", has_text=words)).to_have_count(1)
    pixels = await pixels_of(desk, await paper.screenshot())
    for look in ("worse", "notDifferent", "better"):
        colour = await desk.locator(f".legend .swatch.{look}").evaluate(
            "swatch => getComputedStyle(swatch).backgroundColor"
        )
        assert pixels[colour] > PIXELS_OF_A_ZONE_MIN, f"{look} is missing on paper"
    await expect(desk.get_by_test_id("indicator-table").locator("tbody tr")).to_have_count(12)


async def test_nothing_but_the_map_with_its_table_is_printed(town: Town, desk: Page) -> None:
    """Once it was five sheets, with the buttons of everything else."""
    await settle_neighbourhoods(town)
    await _sign_in(town, desk, "programme_officer")
    await show_on_map(desk, "mean_steps")
    await expect(desk.get_by_test_id("pickup-code")).to_be_visible()
    assert _sheets(await desk.pdf(format="A4")) == 1
    assert _sheets(await desk.pdf(format="A4", landscape=True)) == 2
    await desk.emulate_media(media="print")
    for other in (".rewards", ".set-aside", "[data-testid=sessions]", "header"):
        await expect(desk.locator(other)).to_be_hidden()


def _sheets(pdf: bytes) -> int:
    return len(re.findall(rb"/Type\s*/Page\b", pdf))


async def test_the_table_is_whole_beside_the_map_in_both_languages(town: Town, desk: Page) -> None:
    await _open_needs_map(town, desk)
    for _ in ("ja", "en"):
        for indicator in ("participation", "mean_steps", "below_target"):
            await show_on_map(desk, indicator)
            for width in (1240, 1280, 1440):
                await desk.set_viewport_size({"width": width, "height": 860})
                card = desk.locator(".table-card")
                assert await card.evaluate("card => card.scrollWidth - card.clientWidth") == 0
        await switch_language(desk)


async def test_where_labels_have_no_room_a_finding_keeps_its_name(town: Town, desk: Page) -> None:
    """Small zones in the middle lie under the names of their neighbours, which have more people or come first."""
    await settle_neighbourhoods(town)
    await town.owner.execute(
        "UPDATE indicators.cell SET status = 'shown', value = 4000, lower = 3000, upper = 5000, count = 25,"
        " denominator = 25, comparison = 'worse' WHERE indicator = 'mean_steps' AND zone = 'higashimachi'"
    )
    await _sign_in(town, desk, "health_staff")
    await desk.set_viewport_size({"width": 360, "height": 740})
    await enlarge_text(desk)
    await show_on_map(desk, "mean_steps")
    labels = desk.locator(".map-label")
    await expect(labels.filter(has_text="東町")).to_be_visible()
    boxes = [
        box
        for label in await labels.all()
        if await label.is_visible() and (box := await label.bounding_box())
    ]
    assert 0 < len(boxes) < 12
    for number, box in enumerate(boxes):
        for other in boxes[:number]:
            assert (
                box["x"] >= other["x"] + other["width"]
                or other["x"] >= box["x"] + box["width"]
                or box["y"] >= other["y"] + other["height"]
                or other["y"] >= box["y"] + box["height"]
            )


async def test_work_that_was_set_aside_is_seen_and_released(town: Town, desk: Page) -> None:
    await settle_neighbourhoods(town)
    hanako = await town.resident()
    await town.upload(hanako, steps([100] * 25))
    mine = "WHERE resident_id = $1"
    good = await town.owner.fetchval(
        f"SELECT values FROM health.segment {mine}", hanako.principal_id
    )
    change = f"UPDATE health.segment SET values = $2 {mine}"
    await town.owner.execute(change, hanako.principal_id, b"bad")
    await town.settle()
    await _sign_in(town, desk, "health_staff")
    section = desk.locator(".set-aside")
    await expect(section.get_by_role("heading")).to_have_text("保留中の処理")
    await expect(section.get_by_test_id("set-aside-item")).to_contain_text("一日の集計 2026-11-18")
    await expect(section.locator("code")).to_be_hidden()
    await section.get_by_role("button", name="もう一度ためす").click()
    await expect(section.get_by_test_id("set-aside-item")).to_contain_text("自動で試します")
    await town.owner.execute(change, hanako.principal_id, good)
    await town.settle()
    await desk.reload()
    await expect(section.get_by_test_id("nothing-set-aside")).to_be_visible()
