"""The page of a day: where its steps came from, which of them counted, and why others did not."""

import re
from datetime import timedelta
from typing import Any

import msgspec
import pytest
from playwright.async_api import Locator, Page, expect

from points.presets import preset_text
from points.programme import read_programme
from points.trust import OriginTrust
from tests.pages.visits import sign_in, switch_language
from tests.town import LATE_WINDOW_DAYS, NOON, Person, Town, local_morning, steps
from tests.wellness_api.health.days.telling import at, gone, tell
from tests.wellness_api.health.days.telling import steps as record_of_steps
from tests.wellness_api.rewards.awards.test_days_before_joining import join_this_morning
from wellness_api.identity.accounts.enrolment import print_code

pytestmark = pytest.mark.long

WATCH = "watch:Watch6.1-1a2b3c4d"
PHONE = "phone:com.google.android.apps.fitness"
WATCH_NAME = "腕時計 Apple Watch"
PHONE_NAME = "スマートフォン Google Fit"
TODAY = NOON.date()
YESTERDAY = TODAY - timedelta(days=1)
LEAST_GAP_PIXELS = 4
GAP_BESIDE_THE_ARROW = """
link => {
  const arrow = link.querySelector("[aria-hidden]").getBoundingClientRect();
  const range = document.createRange();
  range.selectNode([...link.childNodes].find(({ nodeType }) => nodeType === Node.TEXT_NODE));
  const words = range.getBoundingClientRect();
  return Math.max(words.left - arrow.right, arrow.left - words.right);
}
"""


def devices_of_a_morning() -> list[dict[str, Any]]:
    """The watch for forty minutes, the phone for longer, with a minute that cannot be true."""
    return [
        steps([50] * 40, source=WATCH),
        steps([100] * 60 + [900] + [0] * 30 + [80] * 45, source=PHONE),
    ]


async def open_day(town: Town, page: Page, person: Person, day: str | None = None) -> None:
    """From the page of the day, or by the address of another one."""
    await sign_in(page, await print_code(town.owner, person.principal_id, now=town.clock()))
    await expect(page.get_by_test_id("entries")).to_be_visible()
    if day is None:
        await page.get_by_test_id("to-day").click()
    else:
        await page.goto(f"/day?date={day}")
    await expect(page.get_by_test_id("heard")).to_be_visible()


def fate(page: Page, what: str) -> Locator:
    return page.get_by_test_id("figure-steps").get_by_test_id(f"fate-{what}")


async def test_the_days_steps_lead_to_where_they_came_from(town: Town, phone: Page) -> None:
    hanako = await town.resident()
    await town.upload(hanako, *devices_of_a_morning())
    await town.settle()
    await open_day(town, phone, hanako)
    await expect(phone.get_by_role("heading", level=1)).to_have_text("この日の記録")
    await expect(phone.get_by_test_id("day")).to_have_text("11月18日(水)", use_inner_text=True)
    figure = phone.get_by_test_id("figure-steps")
    await expect(figure).to_contain_text("7,600歩")
    await expect(figure).to_contain_text("合わせて12,500歩")
    await expect(fate(phone, "counted")).to_contain_text("7,600歩")
    await expect(fate(phone, "overlapped")).to_contain_text(f"「{WATCH_NAME}」が同じ時間を数えた")
    await expect(fate(phone, "overlapped")).to_contain_text("4,000歩")
    await expect(fate(phone, "implausible")).to_contain_text("1分に0〜400歩の範囲の外")
    await expect(figure.get_by_role("img")).to_have_count(2)
    await switch_language(phone)
    await expect(fate(phone, "overlapped")).to_contain_text("counted the same time")


async def test_the_table_says_in_words_what_the_drawing_shows(town: Town, phone: Page) -> None:
    hanako = await town.resident()
    await town.upload(hanako, *devices_of_a_morning())
    await open_day(town, phone, hanako)
    await phone.get_by_test_id("spans").locator("summary").first.click()
    table = phone.get_by_role("table", name=PHONE_NAME)
    rows = table.locator("tbody tr")
    await expect(rows.nth(0)).to_have_text("6:00〜6:404,000歩ほかの機器で数えた")
    await expect(rows.nth(1)).to_have_text("6:40〜7:002,000歩数えた")
    await expect(rows.nth(2)).to_have_text("7:00〜7:01900歩範囲の外")
    await expect(rows.nth(3)).to_have_text("7:01〜7:310歩0でした")


async def test_an_arrow_stands_apart_from_its_words(town: Town, phone: Page) -> None:
    await open_day(town, phone, await town.resident(), str(YESTERDAY))
    for way in ("back-to-today", "day-before", "day-after"):
        gap = await phone.get_by_test_id(way).evaluate(GAP_BESIDE_THE_ARROW)
        assert gap >= LEAST_GAP_PIXELS, way


async def test_a_day_on_which_nothing_came_says_what_to_do(town: Town, phone: Page) -> None:
    hanako = await town.resident()
    await town.upload(
        hanako, steps([10], source=WATCH, start=local_morning(TODAY - timedelta(days=3)))
    )
    town.clock.advance(timedelta(days=2))
    await open_day(town, phone, hanako)
    await expect(phone.get_by_test_id("steps-of-day")).to_contain_text("歩数は届いていません")
    heard = phone.get_by_test_id("source-heard")
    await expect(heard).to_contain_text("最後に届いたのは 11月18日(水) 12:00")
    await expect(heard).to_contain_text("腕時計とスマートフォンがつながっているか")


async def test_what_came_too_late_says_since_when_and_what_points_rest_on(
    town: Town, phone: Page
) -> None:
    await town.put_in_force()
    hanako = await town.resident()
    day = TODAY - timedelta(days=3)
    await town.upload(hanako, steps([100] * 20, start=local_morning(day)))
    town.clock.advance(timedelta(days=LATE_WINDOW_DAYS))
    await town.upload(hanako, steps([50] * 60, start=local_morning(day), source=WATCH))
    await town.settle()
    await open_day(town, phone, hanako, str(day))
    await expect(fate(phone, "late")).to_contain_text("11月30日(月) 0:00より後に届いた")
    await expect(phone.get_by_test_id("in-time")).to_contain_text("2,000歩で計算しています")


async def test_what_was_typed_in_says_that_points_rest_on_less_and_why(
    town: Town, phone: Page
) -> None:
    await town.put_in_force()
    hanako = await town.resident()
    later = local_morning(TODAY) + timedelta(hours=2)
    await town.upload(hanako, steps([100] * 20, source=PHONE) | {"origin": "device"})
    typed = steps([50] * 20, start=later, source=PHONE) | {"origin": "typed"}
    await town.upload(hanako, typed)
    await town.settle()
    await open_day(town, phone, hanako)
    figure = phone.get_by_test_id("figure-steps")
    await expect(figure).to_contain_text("3,000歩")
    await expect(figure.get_by_test_id("in-time")).to_contain_text("1,000歩")
    await expect(figure.get_by_test_id("in-time")).to_contain_text("ポイントは、2,000歩で計算")


async def test_nothing_is_said_to_be_late_where_it_was_typed_over_what_counts(
    town: Town, phone: Page
) -> None:
    await town.put_in_force()
    hanako = await town.resident()
    hour = steps([1000], source=WATCH) | {"lengths_ms": 3_600_000, "origin": "typed"}
    await town.upload(hanako, steps([100] * 60, source=PHONE) | {"origin": "device"}, hour)
    await town.settle()
    await open_day(town, phone, hanako)
    told = phone.get_by_test_id("figure-steps").get_by_test_id("in-time")
    await expect(told).to_contain_text(
        "手入力の記録はポイントの対象外で、除くと5,000歩多くなります"
    )
    await expect(told).to_contain_text("ポイントは、6,000歩で計算しています。")
    await expect(told).not_to_contain_text("までに届いた")
    await switch_language(phone)
    await expect(told).to_contain_text("Points rest on 6,000 steps.")


async def test_a_day_of_late_and_typed_records_leads_from_what_arrived_to_what_counts(
    town: Town, phone: Page
) -> None:
    await town.put_in_force()
    hanako = await town.resident()
    morning = local_morning(TODAY)
    typed = steps([100] * 20, start=morning + timedelta(hours=2), source=PHONE)
    await town.upload(
        hanako,
        steps([100] * 40, start=morning, source=PHONE) | {"origin": "device"},
        typed | {"origin": "typed"},
    )
    town.clock.advance(timedelta(days=LATE_WINDOW_DAYS + 1))
    late = steps([100] * 30, start=morning + timedelta(hours=4), source=PHONE)
    await town.upload(hanako, late | {"origin": "device"})
    await town.settle()
    await open_day(town, phone, hanako, str(TODAY))
    told = phone.get_by_test_id("figure-steps").get_by_test_id("in-time").get_by_role("paragraph")
    await expect(told).to_have_text(
        [
            "ウォーキングポイント",
            "12月3日(木) 0:00までに届いたのは、6,000歩です。",
            "手入力の記録の2,000歩はポイントの対象外です",
            "ポイントは、4,000歩で計算しています。",
        ]
    )


async def test_each_programme_that_counts_otherwise_is_told_by_its_name(
    town: Town, phone: Page
) -> None:
    """Three leave out what was typed in; one of them leaves out more."""
    preset = read_programme(preset_text("yokohama"))
    of_files = preset.trusts
    trusts = {
        "健康ポイント": of_files,
        "歩くポイント": of_files,
        "ファイルの制度": msgspec.structs.replace(
            of_files, file=OriginTrust(day_max={"steps": 500})
        ),
    }
    for place, (name, trust) in enumerate(trusts.items()):
        await town.put_in_force(
            msgspec.structs.replace(preset, code=f"p{place}", name={"ja": name}, trust=trust)
        )
    hanako = await town.resident()
    later = local_morning(TODAY) + timedelta(hours=2)
    await town.upload(
        hanako,
        steps([100] * 20, source=PHONE) | {"origin": "device"},
        steps([50] * 20, start=later, source=PHONE) | {"origin": "typed"},
        steps([50] * 30, start=later + timedelta(hours=1), source=PHONE) | {"origin": "file"},
    )
    await town.settle()
    await open_day(town, phone, hanako)
    told = phone.get_by_test_id("figure-steps").get_by_test_id("in-time")
    await expect(told).to_have_count(2)
    await expect(told.nth(0)).to_contain_text("健康ポイント、歩くポイント")
    await expect(told.nth(0)).to_contain_text("2,000歩で計算しています")
    await expect(told.nth(1)).to_contain_text("ファイルの制度")
    await expect(told.nth(1)).to_contain_text("1日に500歩まで対象で、1,000歩は超えた分です")
    await expect(told.nth(1)).to_contain_text("2,500歩で計算しています")
    await phone.goto("/")
    home = phone.get_by_test_id("left-out").get_by_role("listitem")
    await expect(home.filter(has_text="手入力の記録の1,000歩")).to_have_count(1)
    await expect(home.filter(has_text="手入力の記録の1,000歩")).to_contain_text(
        "健康ポイント、歩くポイント、ファイルの制度"
    )
    await expect(phone.get_by_test_id("entry").filter(has_text="ファイルの制度")).to_have_count(1)


async def test_what_was_deleted_stays_on_the_receipt(town: Town, phone: Page) -> None:
    hanako = await town.resident()
    await tell(town, hanako, [record_of_steps("a", at("8"), at("9"), 600)])
    await tell(town, hanako, [record_of_steps("b", at("10"), at("11"), 400)])
    await tell(town, hanako, [gone("a")])
    await open_day(town, phone, hanako, str(YESTERDAY))
    await expect(fate(phone, "deleted")).to_contain_text("取り消したか、別の日に移しました")
    await expect(fate(phone, "deleted")).to_contain_text("600歩")


async def test_the_week_leads_to_each_of_its_days_and_from_day_to_day(
    town: Town, phone: Page
) -> None:
    hanako = await town.resident()
    await town.upload(hanako, steps([10] * 5, start=local_morning(YESTERDAY)))
    await town.settle()
    await sign_in(phone, await print_code(town.owner, hanako.principal_id, now=town.clock()))
    await phone.get_by_role("link", name=re.compile("11月17日")).click()
    await expect(phone.get_by_test_id("day")).to_have_text("11月17日(火)", use_inner_text=True)
    await expect(phone.get_by_test_id("figure-steps")).to_contain_text("50歩")
    await phone.get_by_test_id("day-after").click()
    await expect(phone.get_by_test_id("day")).to_have_text("11月18日(水)", use_inner_text=True)
    await expect(phone.get_by_test_id("day-after")).to_have_count(0)
    await phone.get_by_test_id("day-before").click()
    await expect(phone.get_by_test_id("day")).to_have_text("11月17日(火)", use_inner_text=True)


async def test_an_address_with_no_day_says_so(town: Town, phone_with_complaints: Page) -> None:
    phone = phone_with_complaints
    hanako = await town.resident()
    await sign_in(phone, await print_code(town.owner, hanako.principal_id, now=town.clock()))
    await expect(phone.get_by_test_id("entries")).to_be_visible()
    await phone.goto("/day?date=2026-02-30")
    await expect(phone.get_by_role("alert")).to_contain_text("日付をお確かめください")


async def test_other_figures_of_the_day_are_told_too(town: Town, phone: Page) -> None:
    hanako = await town.resident()
    at_morning = steps([0])["times_ms"]
    await town.upload(
        hanako,
        {"metric": "body_weight", "source": PHONE, "times_ms": at_morning, "values": [61.4]},
    )
    await open_day(town, phone, hanako)
    others = phone.get_by_test_id("other-figures")
    await others.locator("summary").first.click()
    await expect(others).to_contain_text("体重 61.4kg")
    await expect(others.get_by_test_id("fate-counted")).to_contain_text("1件")


async def test_a_measure_that_was_typed_in_says_that_it_does_not_count_for_points(
    town: Town, phone: Page
) -> None:
    await town.put_in_force()
    hanako = await town.resident()
    measured = steps([0], source=PHONE) | {"metric": "body_weight", "values": [61.4]}
    shovelled = steps([1] * 30, source=PHONE) | {"metric": "snow_shovelling_minutes"}
    await town.upload(hanako, measured | {"origin": "typed"}, shovelled | {"origin": "typed"})
    await open_day(town, phone, hanako)
    for summary in await phone.get_by_test_id("other-figures").locator("summary").all():
        await summary.click()
    weight = phone.get_by_test_id("figure-body_weight").get_by_test_id("in-time")
    await expect(weight).to_contain_text("手入力の記録の体重はポイントの対象外です")
    await expect(weight).to_contain_text("ポイントの計算に入る記録はありません")
    shovel = phone.get_by_test_id("figure-snow_shovelling_minutes").get_by_test_id("in-time")
    await expect(shovel).to_contain_text("手入力の記録の30分の雪かき")


async def test_parts_of_the_day_are_told_by_their_value(town: Town, phone: Page) -> None:
    hanako = await town.resident()
    night = local_morning(TODAY) - timedelta(hours=5)
    asleep = steps([1] * 300, source=WATCH, start=night) | {"metric": "sleep_minutes"}
    cuff = steps([128, 131], source="phone:cuff") | {"metric": "systolic_pressure"}
    await town.upload(hanako, asleep, cuff)
    await open_day(town, phone, hanako)
    parts = phone.get_by_test_id("parts-of-day")
    await expect(parts.get_by_role("term")).to_have_text(
        [
            "夕方6時までの睡眠時間",
            "収縮期血圧(その日の最高)",
            "収縮期血圧(その日の最低)",
            "朝の家庭血圧(収縮期)",
        ]
    )
    await expect(parts.get_by_role("definition")).to_have_text(
        ["5時間0分", "131mmHg", "128mmHg", "130mmHg"]
    )
    await switch_language(phone)
    await expect(parts).to_contain_text("Sleep minutes before 18:00")


async def test_a_day_without_parts_has_no_list_of_them(town: Town, phone: Page) -> None:
    hanako = await town.resident()
    await town.upload(hanako, steps([100] * 30, source=PHONE))
    await open_day(town, phone, hanako)
    await expect(phone.get_by_test_id("parts-of-day")).to_have_count(0)


async def test_a_day_before_joining_gives_no_points_and_promises_none(
    town: Town, phone: Page
) -> None:
    await town.put_in_force()
    hanako = await town.resident()
    await join_this_morning(town, hanako)
    day = TODAY - timedelta(days=3)
    typed = steps([100] * 20, start=local_morning(day)) | {"origin": "typed"}
    await town.upload(hanako, typed)
    await town.settle()
    await open_day(town, phone, hanako, str(day))
    points = phone.get_by_test_id("points-of-day")
    await expect(points).to_contain_text("それより前の日には、ポイントがつきません")
    await expect(phone.get_by_test_id("figure-steps")).to_contain_text("2,000歩")
    await expect(phone.get_by_test_id("in-time")).to_have_count(0)
    await phone.goto(f"{town.base_url}/")
    told = phone.get_by_test_id("not-taking-part-before_joining")
    await expect(told).to_contain_text("参加した日は11月18日(水)です")
    await expect(phone.get_by_test_id("left-out")).to_have_count(0)
